import type { Db } from './db.ts';

/** One call as people may look at it: nothing in it names a person. */
export interface RecentCall {
  /** Null: the key of the request is unknown. */
  readonly databaseId: number | null;
  readonly type: string;
  /** The event of a track call. */
  readonly name: string | null;
  readonly accepted: boolean;
  readonly reason: string | null;
  /** Names of traits and properties with the shapes of their values. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ShownCall extends Omit<RecentCall, 'databaseId'> {
  readonly id: number;
  readonly database: string | null;
  readonly at: Date;
}

/** So many are kept in an installation. */
const KEPT_MAX = 10_000;

export async function addRecentCalls(db: Db, calls: readonly RecentCall[]): Promise<void> {
  if (calls.length === 0) return;
  await db.query(
    `insert into recent_call (database_id, at, type, name, accepted, reason, detail)
     select x."databaseId", muster_now(), x.type, x.name, x.accepted, x.reason, x.detail
     from jsonb_to_recordset($1) x ("databaseId" integer, type text, name text, accepted boolean,
       reason text, detail jsonb)`,
    [JSON.stringify(calls)],
  );
}

/** The last calls after `afterId`, oldest first; of one database, or of all and of unknown keys. */
export async function readRecentCalls(
  db: Db,
  wish: { databaseId: number | null; afterId: number; limit: number },
): Promise<ShownCall[]> {
  const newest = await db.query<ShownCall>(
    `select c.id, d.name as database, c.at, c.type, c.name, c.accepted, c.reason, c.detail
     from recent_call c left join database d on d.id = c.database_id
     where c.id > $1 and ($2::integer is null or c.database_id = $2)
     order by c.id desc limit $3`,
    [wish.afterId, wish.databaseId, wish.limit],
  );
  return newest.toReversed();
}

export async function trimRecentCalls(db: Db): Promise<void> {
  await db.query(
    `delete from recent_call where id <= (select max(id) from recent_call) - ${KEPT_MAX}`,
  );
}
