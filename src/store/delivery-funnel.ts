import type { Db } from './db.ts';

/** What became of everything in a period: rows of requests, as the runs that ended in it counted them. */
export interface DeliveryFunnel {
  readonly runs: number;
  readonly runsFailed: number;
  readonly requests: number;
  /** Rows: taken by Meta, refused one by one, not known, and left by runs that failed. */
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly failed: number;
  /** The most first. */
  readonly reasons: readonly DeliveryReason[];
}

interface DeliveryReason {
  /**
   * meta: rows that Meta refused. value: people whose value cannot be used, each time that they were looked at
   * to be sent. run: runs that failed, by the code of their error.
   */
  readonly kind: 'meta' | 'value' | 'run';
  readonly reason: string;
  readonly count: number;
}

interface FunnelWish {
  /** Null: all that the other two let through. */
  readonly audienceId: number | null;
  readonly databaseIds: readonly number[] | null;
  readonly integrationId: number | null;
  readonly days: number;
}

/** Of many reasons the first so many; that is more than anybody reads. */
const REASONS_MAX = 200;

const done = `done as materialized (
  select r.state, r.counts, r.error from run r join audience a on a.id = r.audience_id
  where r.finished_at >= muster_now() - make_interval(days => $4)
    and ($1::integer is null or a.id = $1)
    and ($2::integer[] is null or a.database_id = any($2))
    and ($3::integer is null or a.integration_id = $3))`;

const sum = (name: string) => `coalesce(sum((counts->>'${name}')::bigint), 0)::bigint`;

/** Adds up what the runs of the last days did, in two statements however many runs there were. */
export async function readDeliveryFunnel(db: Db, wish: FunnelWish): Promise<DeliveryFunnel> {
  const params = [wish.audienceId, wish.databaseIds, wish.integrationId, wish.days];
  const [totals] = await db.query<Omit<DeliveryFunnel, 'reasons'>>(
    `with ${done}
     select count(*) as runs, count(*) filter (where state = 'failed') as "runsFailed",
       ${sum('requests')} as requests, ${sum('accepted')} as accepted, ${sum('rejected')} as rejected,
       ${sum('unattributed')} as unknown,
       coalesce(sum((counts->>'left')::bigint) filter (where state = 'failed'), 0)::bigint as failed
     from done`,
    params,
  );
  const reasons = await db.query<DeliveryReason>(
    `with ${done}, reason as (
       select 'meta' as kind, e.key as reason, e.value::bigint as count
       from done, jsonb_each_text(counts->'rejectedBy') e
       union all
       select 'value', e.key, e.value::bigint from done, jsonb_each_text(counts->'badRequestsBy') e
       union all
       select 'run', error->>'code', 1 from done where state = 'failed' and error is not null
     )
     select kind, reason, sum(count)::bigint as count from reason
     group by 1, 2 order by 3 desc, 1, 2 limit ${REASONS_MAX}`,
    params,
  );
  const nothing = { runs: 0, runsFailed: 0, requests: 0, accepted: 0, rejected: 0 };
  return { ...nothing, unknown: 0, failed: 0, ...totals, reasons };
}
