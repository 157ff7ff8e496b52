import type { Channel } from './alert-channels.ts';
import { type Alert, alertColumns } from './alerts.ts';
import type { Db } from './db.ts';

/** One message to one channel, taken for a try. */
export interface AlertMessage {
  readonly id: number;
  /** The same for every try. */
  readonly messageId: string;
  readonly what: 'opened' | 'reminder' | 'resolved' | 'test';
  /** Tries so far, this one included. */
  readonly tries: number;
  readonly channel: Pick<Channel, 'id' | 'kind' | 'place' | 'allowPrivate'>;
  /** Null: a test, which is not written down. */
  readonly alert: Alert | null;
}

/**
 * Minutes until the next try, by the tries before: two days in all. As Standard Webhooks advises
 * (https://github.com/standard-webhooks/standard-webhooks, spec, read 2026-11-22).
 */
const TRY_AGAIN_MINUTES = [0.5, 5, 30, 120, 300, 600, 600, 600];

/**
 * Takes messages whose time has come. Their next try is written down before this one begins, so one
 * that dies with its process is tried again.
 */
export async function takeMessages(db: Db, limit: number): Promise<AlertMessage[]> {
  const rows = await db.query<Omit<AlertMessage, 'alert'> & Alert & { alertId: string }>(
    `with due as (
       select m.id from alert_message m where m.sent_at is null and m.given_up_at is null
         and m.next_at <= muster_now() order by m.id limit $1 for update skip locked
     ), taken as (
       update alert_message m set tries = m.tries + 1, next_at = muster_now()
         + interval '1 minute' * ($2::float8[])[least(m.tries + 1, ${TRY_AGAIN_MINUTES.length})]
       from due where m.id = due.id returning m.*)
     select ${alertColumns.replace('a.id::text as id', 'a.id::text as "alertId"')},
       m.id, m.message_id as "messageId", m.what, m.tries,
       jsonb_build_object('id', c.id, 'kind', c.kind, 'place', c.place,
         'allowPrivate', c.allow_private) as channel
     from taken m join alert_channel c on c.id = m.channel_id
     join alert a on a.id = m.alert_id left join database d on d.id = a.database_id
     order by m.id`,
    [limit, TRY_AGAIN_MINUTES],
  );
  return rows.map(({ id, messageId, what, tries, channel, alertId, ...alert }) => ({
    ...{ id: Number(id), messageId, what, tries, channel },
    alert: { ...alert, id: alertId },
  }));
}

export async function noteSent(db: Db, id: number): Promise<void> {
  await db.query('update alert_message set sent_at = muster_now(), problem = null where id = $1', [
    id,
  ]);
}

/** Why a try failed; after the last one nothing comes any more. */
export async function noteNotSent(
  db: Db,
  { id, tries }: Pick<AlertMessage, 'id' | 'tries'>,
  problem: string,
): Promise<void> {
  const isLast = tries > TRY_AGAIN_MINUTES.length;
  await db.query(
    `update alert_message set problem = $2, given_up_at = case when $3 then muster_now() end
     where id = $1`,
    [id, problem, isLast],
  );
}
