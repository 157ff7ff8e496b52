import { type Db, one, type Tx } from './db.ts';
import { addRecentCalls, type RecentCall } from './recent-calls.ts';

/** The good calls of one request, as JSON that was checked. */
export interface NewInboxRow {
  readonly databaseId: number;
  readonly callCount: number;
  readonly calls: string;
}

export interface InboxRow {
  readonly id: number;
  /** By the database's clock, in ms. */
  readonly receivedMs: number;
  readonly calls: string;
}

const ROW_PARAMS = 3;

/** Writes requests down, and what is shown of them. Durable when it resolves. */
export async function writeInbox(
  tx: Tx,
  rows: readonly NewInboxRow[],
  recent: readonly RecentCall[],
): Promise<void> {
  if (rows.length > 0) {
    const places = rows.map((_, i) => {
      const first = i * ROW_PARAMS + 1;
      return `($${first}::integer, muster_now(), $${first + 1}::integer, $${first + 2})`;
    });
    await tx.query(
      `insert into inbox (database_id, received_at, call_count, calls) values ${places.join(', ')}`,
      rows.flatMap(({ databaseId, callCount, calls }) => [databaseId, callCount, calls]),
    );
  }
  await addRecentCalls(tx, recent);
}

/**
 * The oldest rows of a database, together about `callsMax` calls. They are gone when the transaction
 * commits.
 */
export async function takeInbox(tx: Tx, databaseId: number, callsMax: number): Promise<InboxRow[]> {
  const rows = await tx.query<InboxRow>(
    `delete from inbox i using (
       select id, sum(call_count) over (order by id) - call_count as before
       from (select id, call_count from inbox
         where database_id = $1 and not stuck order by id limit $2) oldest
     ) o
     where i.id = o.id and o.before < $2
     returning i.id, extract(epoch from i.received_at)::float8 * 1000 as "receivedMs", i.calls`,
    [databaseId, callsMax],
  );
  return rows.toSorted((a, b) => a.id - b.id);
}

/** What waits behind a row of the inbox, and stays there. */
export async function lookIntoInbox(
  db: Db,
  databaseId: number,
  { afterId, rowsMax }: { readonly afterId: number; readonly rowsMax: number },
): Promise<InboxRow[]> {
  return await db.query<InboxRow>(
    `select id, extract(epoch from received_at)::float8 * 1000 as "receivedMs", calls from inbox
     where database_id = $1 and not stuck and id > $2 order by id limit $3`,
    [databaseId, afterId, rowsMax],
  );
}

/** Keeps a call that cannot become part of a profile; nobody takes it again. */
export async function setAside(
  tx: Tx,
  databaseId: number,
  receivedMs: number,
  calls: string,
): Promise<void> {
  await tx.query(
    `insert into inbox (database_id, received_at, call_count, calls, stuck)
     values ($1, to_timestamp($2::float8 / 1000), 1, $3, true)`,
    [databaseId, receivedMs, calls],
  );
}

/** Databases with something in their inbox. */
export async function databasesWaiting(db: Db): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select d.id from database d where exists (select 1 from inbox where database_id = d.id and not stuck)`,
  );
  return rows.map(({ id }) => id);
}

/** How many calls wait, for each database that has any. */
export async function callsWaiting(db: Db): Promise<Map<number, number>> {
  const rows = await db.query<{ id: number; calls: number }>(
    `select database_id as id, sum(call_count)::bigint as calls from inbox where not stuck group by database_id`,
  );
  return new Map(rows.map(({ id, calls }) => [id, calls]));
}

/** Namespace of the lock under which one process at a time works on the profiles of a database. */
const PROFILES_LOCK = 7_278_312;

/** Of the lock that whoever reads profiles and writes them back holds besides, but for imports. */
const EDITS_LOCK = 7_278_330;

/**
 * Takes the right to change the profiles of a database until the transaction ends; imports hold the
 * same for their whole length. False: somebody else has it and `wait` is false.
 */
export async function lockProfiles(tx: Tx, databaseId: number, wait: boolean): Promise<boolean> {
  const { locked } = await one<{ locked: boolean }>(
    tx,
    wait
      ? 'select pg_advisory_xact_lock($1, $2) is not null as locked'
      : 'select pg_try_advisory_xact_lock($1, $2) as locked',
    [PROFILES_LOCK, databaseId],
  );
  if (locked) await lockEdits(tx, databaseId);
  return locked;
}

/** Keeps everybody from changing profiles until the transaction ends, but for an import: it takes minutes. */
export async function lockEdits(tx: Tx, databaseId: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [EDITS_LOCK, databaseId]);
}
