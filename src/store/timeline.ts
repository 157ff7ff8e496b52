import { type Db, one } from './db.ts';

/** How long people took from one stage to the next, in seconds: half of them, and all but a twentieth. */
export interface Timeline {
  /** People it was measured over. */
  readonly people: number;
  readonly since: Date;
  /** Joined here → listed in a plan. */
  readonly planned: Percentiles | null;
  /** Joined here → sent. */
  readonly sent: Percentiles | null;
  /** Joined here → acknowledged by Meta. */
  readonly accepted: Percentiles | null;
  /** Joined here → the audience read back as ready afterwards. */
  readonly ready: Percentiles | null;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

const PEOPLE_MAX = 5_000;
const DAYS = 7;

/** The newest members of the last days, by what became of their rows. */
export async function readTimeline(
  db: Db,
  scope: { audienceId: number; databaseId: number; linkId: number },
): Promise<Timeline> {
  const measured = await one<{
    people: number;
    since: Date;
    planned: number[] | null;
    sent: number[] | null;
    accepted: number[] | null;
    ready: number[] | null;
  }>(
    db,
    `with recent as (
       select m.profile_id, m.since from member m
       where m.audience_id = $1 and m.since > muster_now() - make_interval(days => $5)
       order by m.since desc limit $4
     ), told as (
       select distinct on (r.profile_id) r.profile_id, r.since, o.id, o.run_id, o.sent_at, o.finished_at
       from recent r
       cross join lateral (select mr.id from match_row mr
         where mr.database_id = $2 and mr.profile_id = r.profile_id offset 0) mr
       cross join lateral (select l.op_id from ledger l
         where l.link_id = $3 and l.match_row_id = mr.id offset 0) l
       join operation o on o.id = l.op_id and o.kind = 'add' and o.outcome = 'clean'
       -- What was said once more later (a replay, a sweep) says nothing about the first time.
       where o.sent_at >= r.since and o.people > 0
       order by r.profile_id, o.sent_at
     ), moment as (
       select t.id, min(p.created_at) as planned_at,
         (select min(g.read_at) from meta_reading g where g.link_id = $3
           and g.read_at >= min(t.finished_at) and g.delivery_code = 200
           and coalesce(g.operation_code, 200) = 200) as ready_at
       from (select distinct id, run_id, finished_at from told) t
       left join plan p on p.run_id = t.run_id group by t.id
     ), stage as (
       select extract(epoch from greatest(x.planned_at, t.since) - t.since)::float8 as planned,
         extract(epoch from t.sent_at - t.since)::float8 as sent,
         extract(epoch from t.finished_at - t.since)::float8 as accepted,
         extract(epoch from x.ready_at - t.since)::float8 as ready
       from told t join moment x using (id)
     )
     select count(*) as people, muster_now() - make_interval(days => $5) as since,
       ${['planned', 'sent', 'accepted', 'ready']
         .map(
           (stage) =>
             `percentile_disc(array[0.5, 0.95]) within group (order by ${stage}) as ${stage}`,
         )
         .join(', ')}
     from stage`,
    [scope.audienceId, scope.databaseId, scope.linkId, PEOPLE_MAX, DAYS],
  );
  return {
    people: measured.people,
    since: measured.since,
    planned: percentiles(measured.planned),
    sent: percentiles(measured.sent),
    accepted: percentiles(measured.accepted),
    ready: percentiles(measured.ready),
  };
}

function percentiles(pair: readonly (number | null)[] | null): Percentiles | null {
  const [p50, p95] = pair ?? [];
  if (p50 === undefined || p50 === null || p95 === undefined || p95 === null) return null;
  return { p50, p95 };
}
