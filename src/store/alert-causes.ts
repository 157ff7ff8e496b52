import type { Db } from './db.ts';
import type { AlertKind } from '#domain/alert-kinds.ts';

/** Something that needs somebody, as it stands now. */
export interface Cause {
  readonly kind: AlertKind;
  /** What has it; with the kind, what makes it one and the same cause. */
  readonly cause: string;
  readonly databaseId: number | null;
  /** As people call it. */
  readonly subject: string;
  /** Moves when it gets worse, so that it is told again at once. */
  readonly step: number;
  /** What the words are made of: numbers, codes, moments; no personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Rows of one day of which so few went wrong say nothing. */
const ROWS_MATTER = 20;
/** A run that waits for Meta or the network for so long is not coming along. */
const STUCK_HOURS = 1;
/** Days after which an open erasure is somebody's business (docs/delivery.md §9). */
const OVERDUE_DAYS = 25;
/** So many days before an end people are told, and again. */
const WARN_DAYS = [14, 7, 1];

/** 1, 2, 3 as the warnings pass, 4 when it has ended. */
const stepOf = (moment: string) =>
  [...WARN_DAYS, 0]
    .map((days) => `(${moment} <= muster_now() + interval '${days} days')::int`)
    .join(' + ');

/** Nothing goes through it until somebody acts: what fails behind it is not told apart. */
const isStopped = `(i.stopped_at is not null or c.stopped_at is not null)`;

const runs = `
  select case when r.state = 'partial' then 'run partial' else 'run failed' end,
    'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('runId', r.id::text, 'code', r.error->>'code', 'message', r.error->>'message',
      'next', r.error->>'next', 'waitingFor', case when r.state = 'waiting' then r.waiting_for end,
      'rejected', coalesce((r.counts->>'rejected')::bigint, 0),
      'unknown', coalesce((r.counts->>'unattributed')::bigint, 0))
  from audience a
  cross join lateral (select r.* from run r where r.audience_id = a.id
    and (r.state in ('succeeded', 'held', 'partial', 'failed') or r.state = 'waiting'
      and r.waiting_for in ('network', 'quota')
      and coalesce(r.queued_at, r.started_at) < muster_now() - interval '${STUCK_HOURS} hours')
    order by r.id desc limit 1) r
  left join integration i on i.id = a.integration_id left join connection c on c.id = i.connection_id
  where a.state <> 'deactivated' and r.state in ('partial', 'failed', 'waiting') and not coalesce(${isStopped}, false)`;

const held = `
  select 'guard held', 'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('runId', r.id::text, 'because', coalesce(r.counts->'heldBecause', '[]'))
  from audience a
  cross join lateral (select r.id, r.counts from run r where r.audience_id = a.id and r.state = 'held'
    and r.released_at is null order by r.id desc limit 1) r
  where not exists (select from approval p where r.id = any(p.run_ids))`;

const approvals = `
  select 'approval asked', 'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('runId', p.run_ids[cardinality(p.run_ids)]::text, 'askedBy', p.asked_by->>'name',
      'adds', p.adds, 'removes', p.removes, 'updates', p.updates)
  from approval p join audience a on a.id = p.audience_id where p.state = 'open'`;

const models = `
  select 'model failed', 'model/' || m.id, m.database_id, m.name, 0,
    jsonb_build_object('runId', r.id::text, 'code', r.error_code)
  from model m
  cross join lateral (select r.id, r.state, r.error_code from model_run r where r.model_id = m.id
    and r.state in ('succeeded', 'partial', 'failed') order by r.id desc limit 1) r
  where r.state = 'failed' and m.enabled`;

const stops = `
  select 'connection stopped', 'connection/' || c.id, null::integer, c.name, 0,
    c.stopped_for || jsonb_build_object('integration', null)
  from connection c where c.stopped_at is not null
  union all
  select 'connection stopped', 'integration/' || i.id, i.database_id, i.name, 0,
    i.stopped_for || jsonb_build_object('integration', i.ad_account)
  from integration i join connection c on c.id = i.connection_id
  where i.stopped_at is not null and c.stopped_at is null and i.enabled`;

const tokens = `
  select 'token ends', 'connection/' || c.id, null::integer, c.name, ${stepOf('c.token_ends_at')},
    jsonb_build_object('endsAt', c.token_ends_at)
  from connection c
  where c.stopped_at is null and isfinite(c.token_ends_at)
    and c.token_ends_at <= muster_now() + interval '${WARN_DAYS[0]} days'`;

const delivery = `
  select 'delivery low', 'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('accepted', o.accepted, 'of', o.accepted + o.rejected, 'below', $1::integer)
  from audience a
  cross join lateral (select coalesce(sum((r.counts->>'accepted')::bigint), 0)::bigint as accepted,
      coalesce(sum(coalesce((r.counts->>'rejected')::bigint, 0)
        + coalesce((r.counts->>'unattributed')::bigint, 0)), 0)::bigint as rejected
    from run r where r.audience_id = a.id and r.finished_at > muster_now() - interval '24 hours') o
  where a.state <> 'deactivated' and o.rejected >= ${ROWS_MATTER}
    and o.accepted * 100 < $1::integer * (o.accepted + o.rejected)`;

const jumps = `
  select 'size jump', 'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('before', s.members, 'now', a.member_count, 'since', s.at)
  from audience a
  cross join lateral (select s.members, s.at from audience_size s where s.audience_id = a.id
    and s.at >= greatest(muster_now() - interval '24 hours', a.activated_at) order by s.at limit 1) s
  where a.activated_at is not null and a.state <> 'deactivated' and a.emptying_at is null
    and s.members >= $3::integer and abs(a.member_count - s.members) * 100 >= $2::integer * s.members`;

const atMeta = `
  select case when r.found and r.deletes_at is not null
      and coalesce(r.operation_code, 200) in (200, 100) and r.flagged_fields = '{}'
      then 'audience ends' else 'audience flagged' end,
    'audience/' || a.id, a.database_id, a.name,
    case when r.deletes_at is null then 0 else ${stepOf('r.deletes_at')} end,
    jsonb_build_object('metaAudienceId', l.meta_audience_id, 'found', r.found, 'endsAt', r.deletes_at,
      'operation', r.operation_code, 'delivery', r.delivery_code, 'fields', r.flagged_fields)
  from audience a join link l on l.audience_id = a.id and l.ended_at is null
  cross join lateral (select r.* from meta_reading r where r.link_id = l.id order by r.id desc limit 1) r
  where a.state <> 'deactivated' and (not r.found or r.deletes_at is not null
    or r.operation_code in (100, 450, 470, 471, 500) or r.flagged_fields <> '{}')`;

const silence = `
  select 'source silent', 'database/' || d.id, d.id, d.name, 0,
    jsonb_build_object('everyMinutes', d.expected_every_minutes, 'lastAt', x.at)
  from database d
  cross join lateral (select greatest(d.created_at,
    (select max(i.finished_at) from import i where i.database_id = d.id and i.state = 'done'),
    (select c.at from recent_call c where c.database_id = d.id and c.accepted
     order by c.id desc limit 1)) as at) x
  where x.at < muster_now() - make_interval(mins => 2 * d.expected_every_minutes)`;

const optOuts = `
  select 'opt-out refused', 'audience/' || a.id, a.database_id, a.name, 0,
    jsonb_build_object('rows', x.rows, 'since', x.since)
  from audience a cross join lateral (select count(*) as rows, min(o.opened_at) as since
    from link l join opt_out o on o.link_id = l.id
    where l.audience_id = a.id and o.done_at is null and o.refusal is not null) x
  where x.rows > 0
  union all
  select 'opt-out refused', 'account/' || r.ad_account, null::integer, r.ad_account, 0,
    jsonb_build_object('rows', count(*), 'since', min(r.opened_at))
  from account_removal r where r.done_at is null and r.refusal is not null group by r.ad_account`;

const erasures = `
  select 'erasure overdue', 'database/' || d.id, d.id, d.name, 0,
    jsonb_build_object('erasures', count(*), 'since', min(e.requested_at), 'days', ${OVERDUE_DAYS})
  from erasure e join database d on d.id = e.database_id
  where e.state = 'open' and e.requested_at < muster_now() - interval '${OVERDUE_DAYS} days'
  group by d.id`;

const all = [
  runs,
  held,
  approvals,
  models,
  stops,
  tokens,
  delivery,
  jumps,
  atMeta,
  silence,
  optOuts,
  erasures,
];

/** Everything that needs somebody now, each cause once. */
export async function currentCauses(
  db: Db,
  { deliveryBelowPercent, jumpPercent, jumpPeopleMin }: AlertThresholds,
): Promise<Cause[]> {
  return await db.query<Cause>(
    `select kind, cause, database_id as "databaseId", subject, step, detail
     from (${all.join('\n union all ')}) x (kind, cause, database_id, subject, step, detail)
     order by kind, cause`,
    [deliveryBelowPercent, jumpPercent, jumpPeopleMin],
  );
}

export interface AlertThresholds {
  /** Of the rows of a day, so many per cent have to be accepted. */
  readonly deliveryBelowPercent: number;
  /** Growing or shrinking by so much within a day, of an audience of at least so many people. */
  readonly jumpPercent: number;
  readonly jumpPeopleMin: number;
}

/** Remembers how many belong to each audience, once an hour, for two days. */
export async function noteSizes(db: Db): Promise<void> {
  await db.query(
    `insert into audience_size (audience_id, at, members)
     select a.id, muster_now(), a.member_count from audience a
     where a.activated_at is not null and a.feed_position is not null and not exists (
       select from audience_size s where s.audience_id = a.id and s.at > muster_now() - interval '1 hour')
     on conflict do nothing`,
  );
  await db.query(`delete from audience_size where at < muster_now() - interval '48 hours'`);
}
