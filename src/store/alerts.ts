import type { AlertKind } from '#domain/alert-kinds.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { AlertThresholds, Cause } from './alert-causes.ts';
import { type Db, one, type Store, type Tx } from './db.ts';

export interface Alert extends Omit<Cause, 'cause'> {
  readonly id: string;
  readonly kind: AlertKind;
  /** Null: it is of no one database. */
  readonly database: string | null;
  readonly openedAt: Date;
  /** When people were told last. */
  readonly toldAt: Date;
  readonly reminders: number;
  readonly silencedUntil: Date | null;
  readonly resolvedAt: Date | null;
}

export interface AlertRules extends AlertThresholds {
  /** So long after it was told last, an open alert is told again; 0: never. */
  readonly remindHours: number;
}

export const alertColumns = `a.id::text as id, a.kind, a.database_id as "databaseId", d.name as database, a.subject, a.step, a.detail,
  a.opened_at as "openedAt", a.told_at as "toldAt", a.reminders,
  a.silenced_until as "silencedUntil", a.resolved_at as "resolvedAt"`;

const alerts = `select ${alertColumns} from alert a left join database d on d.id = a.database_id`;

/** Open ones first, then the newest; `openOnly` leaves out what is over. */
export async function listAlerts(
  db: Db,
  { openOnly, limit }: { readonly openOnly: boolean; readonly limit: number },
): Promise<Alert[]> {
  return await db.query<Alert>(
    `${alerts} where not $1::boolean or a.resolved_at is null
     order by a.resolved_at is not null, a.id desc limit $2`,
    [openOnly, limit],
  );
}

/** @throws MusterError ALERT_UNKNOWN */
export async function findAlert(db: Db, id: string): Promise<Alert> {
  const known = /^\d{1,15}$/.test(id);
  const [found] = known ? await db.query<Alert>(`${alerts} where a.id = $1`, [id]) : [];
  if (found === undefined) throw new MusterError('ALERT_UNKNOWN', `“${id}”`);
  return found;
}

/** No reminders of it for so many days. Its end is not told either. */
export async function silenceAlert(db: Db, id: string, days: number): Promise<void> {
  await db.query(
    `update alert set silenced_until = case when $2::integer > 0
       then muster_now() + make_interval(days => $2) end where id = $1`,
    [id, days],
  );
}

export async function readAlertRules(db: Db): Promise<AlertRules> {
  return await one<AlertRules>(
    db,
    `select delivery_below_percent as "deliveryBelowPercent", jump_percent as "jumpPercent",
       jump_people_min as "jumpPeopleMin", remind_hours as "remindHours" from alert_rules`,
  );
}

export async function setAlertRules(db: Db, rules: AlertRules): Promise<void> {
  await db.query(
    `update alert_rules set delivery_below_percent = $1, jump_percent = $2, jump_people_min = $3,
       remind_hours = $4`,
    [rules.deliveryBelowPercent, rules.jumpPercent, rules.jumpPeopleMin, rules.remindHours],
  );
}

/** One process looks at a time: the next one finds the same. */
const LOOK_LOCK = 7_278_340;

/**
 * Makes the alerts fit the causes: new ones are opened, those that are over are resolved, those that
 * got worse or were told long ago are told again. What is to be sent is written down with it.
 */
export async function settleAlerts(
  store: Store,
  look: (tx: Tx) => Promise<{ readonly causes: readonly Cause[]; readonly remindHours: number }>,
): Promise<void> {
  await store.tx(async (tx) => {
    const { mine } = await one<{ mine: boolean }>(
      tx,
      'select pg_try_advisory_xact_lock($1) as mine',
      [LOOK_LOCK],
    );
    if (!mine) return;
    const { causes, remindHours } = await look(tx);
    const now = JSON.stringify(causes);
    await resolveGone(tx, now);
    await openNew(tx, now);
    await tellAgain(tx, now, remindHours);
  });
}

const causesGiven = `jsonb_to_recordset($1::jsonb) as n (kind text, cause text,
  "databaseId" integer, subject text, step integer, detail jsonb)`;

async function resolveGone(tx: Tx, causes: string): Promise<void> {
  await tx.query(
    `with gone as (update alert a set resolved_at = muster_now() where a.resolved_at is null
       and not exists (select from ${causesGiven} where n.kind = a.kind and n.cause = a.cause)
       returning a.id, a.silenced_until)
     insert into alert_message (channel_id, alert_id, what)
     select c.id, g.id, 'resolved' from gone g cross join alert_channel c
     where c.ended_at is null and coalesce(g.silenced_until <= muster_now(), true)`,
    [causes],
  );
}

async function openNew(tx: Tx, causes: string): Promise<void> {
  await tx.query(
    `with opened as (
       insert into alert (kind, cause, database_id, subject, step, detail)
       select n.kind, n.cause, n."databaseId", n.subject, n.step, n.detail from ${causesGiven}
       on conflict (kind, cause) where resolved_at is null do nothing returning id)
     insert into alert_message (channel_id, alert_id, what)
     select c.id, o.id, 'opened' from opened o cross join alert_channel c where c.ended_at is null
     order by o.id, c.id`,
    [causes],
  );
}

/** What could not be told yet is not told twice: a channel that was away gets the newest. */
async function tellAgain(tx: Tx, causes: string, remindHours: number): Promise<void> {
  await tx.query(
    `with open as (
       select a.id, a.step as old_step, n.subject, n.step, n.detail,
         n.step > a.step or ($2::integer > 0 and a.told_at <= muster_now() - make_interval(hours => $2)
           and coalesce(a.silenced_until <= muster_now(), true)) as again
       from alert a join ${causesGiven} on n.kind = a.kind and n.cause = a.cause
       where a.resolved_at is null
     ), told as (
       update alert a set subject = o.subject, step = o.step, detail = o.detail,
         told_at = case when o.again then muster_now() else a.told_at end,
         reminders = a.reminders + o.again::integer,
         silenced_until = case when o.step > o.old_step then null else a.silenced_until end
       from open o where a.id = o.id and (o.again or (a.subject, a.step, a.detail)
         is distinct from (o.subject, o.step, o.detail))
       returning a.id, o.again)
     insert into alert_message (channel_id, alert_id, what)
     select c.id, t.id, 'reminder' from told t cross join alert_channel c
     where t.again and c.ended_at is null and not exists (
       select from alert_message m where m.channel_id = c.id and m.alert_id = t.id
         and m.sent_at is null and m.given_up_at is null)
     order by t.id, c.id`,
    [causes, remindHours],
  );
}
