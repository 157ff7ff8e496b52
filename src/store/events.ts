import { BinaryCopy } from './binary-copy.ts';
import type { Tx } from './db.ts';
import { changedAnyhow } from './profile-news.ts';

export interface NewEvent {
  readonly profileId: number;
  readonly identityId: number;
  readonly name: string;
  /** When it happened, in ms with a fraction. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly messageId: string;
  readonly properties: object;
}

/** What PostgreSQL counts microseconds from: 2000-01-01. */
const EPOCH_MS = 946_684_800_000;

/** Writes events and brings the summaries of their profiles up to date. */
export async function addEvents(
  tx: Tx,
  databaseId: number,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const copy = new BinaryCopy();
  for (const event of events) {
    copy.row(9);
    copy.int4(databaseId);
    copy.int8(event.profileId);
    copy.int2(event.profileId % 256);
    copy.text(event.name);
    copy.int8(Math.round((event.atMs - EPOCH_MS) * 1000));
    copy.int8(Math.round((event.receivedMs - EPOCH_MS) * 1000));
    copy.text(event.messageId);
    copy.int8(event.identityId);
    copy.jsonb(JSON.stringify(event.properties));
  }
  await tx.copyIn(
    `copy event (database_id, profile_id, bucket, name, at, received_at, message_id, identity_id,
       properties) from stdin with (format binary)`,
    [copy.finish()],
  );
  await summarise(tx, databaseId, events);
}

interface Summary {
  readonly profileId: number;
  readonly name: string;
  firstMs: number;
  lastMs: number;
  count: number;
}

async function summarise(tx: Tx, databaseId: number, events: readonly NewEvent[]): Promise<void> {
  const summaries = new Map<string, Summary>();
  for (const { profileId, name, atMs } of events) {
    const key = `${profileId} ${name}`;
    const known = summaries.get(key);
    if (known === undefined) {
      summaries.set(key, { profileId, name, firstMs: atMs, lastMs: atMs, count: 1 });
    } else {
      known.firstMs = Math.min(known.firstMs, atMs);
      known.lastMs = Math.max(known.lastMs, atMs);
      known.count += 1;
    }
  }
  const rows = [...summaries.values()];
  await tx.query(
    `insert into event_summary as s (database_id, profile_id, bucket, name, first_at, last_at, count)
     select $1, x.profile_id, bucket_of(x.profile_id), x.name, to_timestamp(x.first_ms / 1000),
       to_timestamp(x.last_ms / 1000), x.count
     from unnest($2::bigint[], $3::text[], $4::float8[], $5::float8[], $6::bigint[])
       x (profile_id, name, first_ms, last_ms, count)
     on conflict (database_id, profile_id, name) do update set
       first_at = least(s.first_at, excluded.first_at),
       last_at = greatest(s.last_at, excluded.last_at), count = s.count + excluded.count`,
    [
      databaseId,
      rows.map(({ profileId }) => profileId),
      rows.map(({ name }) => name),
      rows.map(({ firstMs }) => firstMs),
      rows.map(({ lastMs }) => lastMs),
      rows.map(({ count }) => count),
    ],
  );
}

/** An identity whose events turned out to be somebody else's. */
export interface EventMove {
  readonly identityId: number;
  readonly from: number;
  readonly to: number;
}

/** As parameters for `unnest`: whose id moved, from whom and to whom. */
export function columnsOf(moves: readonly EventMove[]): number[][] {
  return [
    moves.map(({ identityId }) => identityId),
    moves.map(({ from }) => from),
    moves.map(({ to }) => to),
  ];
}

/** Gives events to whom they belong, and makes the summaries of both sides anew. */
export async function moveEvents(
  tx: Tx,
  databaseId: number,
  moves: readonly EventMove[],
): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(
    `update event e set profile_id = x.to_id, bucket = bucket_of(x.to_id),
       changed_xid = pg_current_xact_id()
     from unnest($2::bigint[], $3::bigint[], $4::bigint[]) x (identity_id, from_id, to_id)
     where e.database_id = $1 and e.profile_id = x.from_id and e.identity_id = x.identity_id`,
    [databaseId, ...columnsOf(moves)],
  );
  // Who loses events is looked at again, as who gets them is.
  await tx.query(`update profile set ${changedAnyhow} where database_id = $1 and id = any($2)`, [
    databaseId,
    [...new Set(moves.map(({ from }) => from))],
  ]);
  const touched = [...new Set(moves.flatMap(({ from, to }) => [from, to]))];
  await tx.query('delete from event_summary where database_id = $1 and profile_id = any($2)', [
    databaseId,
    touched,
  ]);
  await tx.query(
    `insert into event_summary (database_id, profile_id, bucket, name, first_at, last_at, count)
     select database_id, profile_id, bucket_of(profile_id), name, min(at), max(at), count(*)
     from event where database_id = $1 and profile_id = any($2) group by 1, 2, 4`,
    [databaseId, touched],
  );
}
