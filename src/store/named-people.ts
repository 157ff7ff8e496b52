import type { Db } from './db.ts';

/** The profiles of these external ids, by position; undefined: there is nobody of that id. */
export async function profilesByExternalId(
  db: Db,
  databaseId: number,
  externalIds: readonly string[],
): Promise<(number | undefined)[]> {
  const found = await db.query<{ position: number; id: number }>(
    `select x.position, p.id from unnest($2::text[]) with ordinality x (external_id, position)
     join profile p on p.database_id = $1 and p.external_id = x.external_id`,
    [databaseId, externalIds],
  );
  const ids: (number | undefined)[] = new Array(externalIds.length).fill(undefined);
  for (const { position, id } of found) ids[position - 1] = id;
  return ids;
}

/** Everybody who holds one of these identifying values (decimal bigints as in match_key), by position. */
export async function profilesByKey(
  db: Db,
  databaseId: number,
  keys: readonly string[],
): Promise<number[][]> {
  const found = await db.query<{ position: number; id: number }>(
    `select distinct x.position, p.id from unnest($2::bigint[]) with ordinality x (key, position)
     cross join lateral (select mk.match_row_id from match_key mk
       where mk.key = x.key and mk.database_id = $1 offset 0) mk
     join match_row mr on mr.database_id = $1 and mr.id = mk.match_row_id
     join profile p on p.database_id = $1 and p.id = mr.profile_id
       and mr.id = any(p.match_row_ids)`,
    [databaseId, keys],
  );
  const holders: number[][] = keys.map(() => []);
  for (const { position, id } of found) holders[position - 1]?.push(id);
  return holders;
}
