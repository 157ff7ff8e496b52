import type { Db, Tx } from './db.ts';

export interface Rejection {
  readonly matchRowId: number;
  readonly reason: string;
  /** The column that Meta meant, as it is called on the wire; null where it did not say. */
  readonly key: string | null;
}

/** Rows that Meta refused one by one; each stays refused until it is another row, or `retryRejected`. */
export async function insertRejections(
  db: Db,
  operation: { id: number; linkId: number },
  rejections: readonly Rejection[],
): Promise<void> {
  if (rejections.length === 0) return;
  await db.query(
    `insert into rejection (link_id, match_row_id, op_id, reason, key, at, row_version)
     select $1, x.id, $2, x.reason, x.key, muster_now(),
       (select d.row_version from link l join database d on d.id = l.database_id where l.id = $1)
     from unnest($3::bigint[], $4::text[], $5::text[]) x (id, reason, key)
     on conflict (link_id, match_row_id) do update
       set op_id = excluded.op_id, reason = excluded.reason, key = excluded.key, at = excluded.at,
         row_version = excluded.row_version,
         tries = rejection.tries + 1`,
    [
      operation.linkId,
      operation.id,
      rejections.map(({ matchRowId }) => matchRowId),
      rejections.map(({ reason }) => reason),
      rejections.map(({ key }) => key),
    ],
  );
}

/** A row that Meta refused is tried once more after so many days, though nothing about it changed. */
const TRY_AGAIN_DAYS = 14;

/**
 * Lets refused rows of members be sent once more: those refused long ago, and those that were made by
 * other rules than the database has now. Whatever changed about a row itself made it another one.
 */
export async function retryRejected(
  tx: Tx,
  link: { id: number; audienceId: number; databaseId: number },
): Promise<void> {
  await tx.query(
    `with again as (
       delete from rejection r using database d, match_row mr, profile p, member m
       where r.link_id = $1 and d.id = $3
         and (r.at <= muster_now() - interval '${TRY_AGAIN_DAYS} days' or r.row_version <> d.row_version)
         and mr.database_id = $3 and mr.id = r.match_row_id
         and p.database_id = $3 and p.id = mr.profile_id and mr.id = any(p.match_row_ids)
         and m.audience_id = $2 and m.profile_id = p.id
       returning r.match_row_id, p.id as profile_id
     ), doubted as (
       update ledger l set remove_until = greatest(l.remove_until, muster_now())
       from again x where l.link_id = $1 and l.match_row_id = x.match_row_id
     )
     insert into dirty (link_id, profile_id) select distinct $1::integer, profile_id from again`,
    [link.id, link.audienceId, link.databaseId],
  );
}
