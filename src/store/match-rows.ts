import { toBigints } from './bigints.ts';
import type { Db } from './db.ts';

/** PAGEUID in the bitmap of a packed row: bit 16 of it, so the first of its third byte. */
const hasPageUser = 'get_byte(cells, 2) & 1 = 1';

/** Those of these rows that name a page's user, packed. */
export async function rowsWithPageUser(
  db: Db,
  databaseId: number,
  ids: readonly number[],
): Promise<{ id: number; cells: Buffer }[]> {
  return await db.query(
    `select id, cells from match_row
     where database_id = $1 and id = any($2::bigint[]) and ${hasPageUser}`,
    [databaseId, toBigints(ids)],
  );
}
