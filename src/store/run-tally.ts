import { type Db, one } from './db.ts';

/** What a run has done before it was taken once more; names and units as in a delivery's tally. */
export async function tallySoFar(
  db: Db,
  runId: number,
): Promise<{
  requests: number;
  added: number;
  removed: number;
  accepted: number;
  rejected: number;
  swept: number;
  covered: number;
  rejectedBy: Map<string, number>;
}> {
  const sums = await one<{
    requests: number;
    added: number;
    removed: number;
    taken: number;
    sweptTaken: number;
    covered: number;
  }>(
    db,
    `select count(*) filter (where not covered) as requests,
       coalesce(sum(people) filter (where kind = 'add' and outcome = 'clean'), 0)::bigint as added,
       coalesce(sum(people) filter (where kind = 'remove' and outcome = 'clean'), 0)::bigint as removed,
       coalesce(sum(row_count) filter (where outcome = 'clean' and not covered), 0)::bigint as taken,
       coalesce(sum(row_count) filter (where outcome = 'clean' and swept), 0)::bigint as "sweptTaken",
       coalesce(sum(row_count) filter (where covered), 0)::bigint as covered
     from operation where run_id = $1`,
    [runId],
  );
  const reasons = await db.query<{ reason: string; rows: number; swept: number }>(
    `select r.reason, count(*) as rows, count(*) filter (where o.swept) as swept from rejection r
     join operation o on o.id = r.op_id where o.run_id = $1 group by 1`,
    [runId],
  );
  const rejected = reasons.reduce((sum, { rows }) => sum + rows, 0);
  const sweptRejected = reasons.reduce((sum, { swept }) => sum + swept, 0);
  const { taken, sweptTaken, ...rest } = sums;
  return {
    ...rest,
    accepted: Math.max(0, taken - rejected),
    rejected,
    swept: Math.max(0, sweptTaken - sweptRejected),
    rejectedBy: new Map(reasons.map(({ reason, rows }) => [reason, rows])),
  };
}
