import type { Db } from './db.ts';

export interface Rejection {
  readonly matchRowId: number;
  readonly reason: string;
}

/** Rows that Meta refused one by one; each stays refused until the row itself is another. */
export async function insertRejections(
  db: Db,
  operation: { id: number; linkId: number },
  rejections: readonly Rejection[],
): Promise<void> {
  if (rejections.length === 0) return;
  await db.query(
    `insert into rejection (link_id, match_row_id, op_id, reason, at)
     select $1, x.id, $2, x.reason, muster_now()
     from unnest($3::bigint[], $4::text[]) x (id, reason)
     on conflict (link_id, match_row_id) do update
       set op_id = excluded.op_id, reason = excluded.reason, at = excluded.at,
         tries = rejection.tries + 1`,
    [
      operation.linkId,
      operation.id,
      rejections.map(({ matchRowId }) => matchRowId),
      rejections.map(({ reason }) => reason),
    ],
  );
}
