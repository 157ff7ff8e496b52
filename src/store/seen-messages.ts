import type { Db } from './db.ts';

/** So long a message has no second effect. */
const KEPT_DAYS = 30;

/**
 * Marks messages as seen and gives those that were not. `messages` are UUIDs made of message ids;
 * each at most once.
 */
export async function markSeen(
  db: Db,
  databaseId: number,
  messages: readonly string[],
): Promise<Set<string>> {
  const fresh = await db.query<{ message: string }>(
    `insert into seen_message as s (database_id, message, received_at)
     select $1, message, muster_now() from unnest($2::uuid[]) message
     on conflict (database_id, message) do update set received_at = excluded.received_at
       where s.received_at < muster_now() - interval '${KEPT_DAYS} days'
     returning message`,
    [databaseId, messages],
  );
  return new Set(fresh.map(({ message }) => message));
}

/** A piece at a time, so that nobody waits for it. */
export async function forgetOldMessages(db: Db): Promise<void> {
  await db.query(
    `delete from seen_message where ctid = any (array(
       select ctid from seen_message
       where received_at < muster_now() - interval '${KEPT_DAYS} days' limit 10000))`,
  );
}
