import type { Db } from './db.ts';

/** What runs did on one day, in people of audiences; somebody in two audiences counts in both. */
export interface FlowDay {
  /** The calendar day in the zone asked for: 2026-11-22. */
  readonly day: string;
  readonly added: number;
  readonly removed: number;
  /** Rows that Meta refused. */
  readonly rejected: number;
  readonly runs: number;
  readonly runsFailed: number;
}

interface FlowWish {
  /** Null: all that the other two let through. */
  readonly audienceId: number | null;
  readonly databaseIds: readonly number[] | null;
  readonly integrationId: number | null;
  readonly days: number;
  /** Such as Europe/Berlin; one that PostgreSQL knows. */
  readonly zone: string;
}

/** Day by day until today, the oldest first; days without a run are there with zeros. */
export async function readFlow(db: Db, wish: FlowWish): Promise<FlowDay[]> {
  return await db.query<FlowDay>(
    `with day as (
       select d::date as day from generate_series(
         date_trunc('day', muster_now() at time zone $5) - make_interval(days => $4 - 1),
         date_trunc('day', muster_now() at time zone $5), interval '1 day') d
     ), done as (
       select (r.finished_at at time zone $5)::date as day, r.state, r.counts
       from run r join audience a on a.id = r.audience_id
       where r.finished_at >= (select min(day) from day)::timestamp at time zone $5
         and ($1::integer is null or a.id = $1)
         and ($2::integer[] is null or a.database_id = any($2))
         and ($3::integer is null or a.integration_id = $3)
     )
     select to_char(day.day, 'YYYY-MM-DD') as day,
       coalesce(sum((done.counts->>'added')::bigint), 0)::bigint as added,
       coalesce(sum((done.counts->>'removed')::bigint), 0)::bigint as removed,
       coalesce(sum((done.counts->>'rejected')::bigint), 0)::bigint as rejected,
       count(done.day) as runs,
       count(*) filter (where done.state = 'failed') as "runsFailed"
     from day left join done on done.day = day.day
     group by day.day order by day.day`,
    [wish.audienceId, wish.databaseIds, wish.integrationId, wish.days, wish.zone],
  );
}
