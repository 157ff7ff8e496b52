import { type Db, one } from './db.ts';

/** How fast rows go to an ad account, and what that rests on. */
export interface Pace {
  readonly rowsPerSecond: number;
  /** Where one request has to wait for the answer of the one before. */
  readonly rowsPerSecondAlone: number;
  readonly basis: string;
}

/** Without a single request to go by: two requests of 10,000 rows at once, of four seconds each. */
const UNKNOWN_ROWS_PER_SECOND = 5_000;
const REQUESTS = 50;
const ADDITIONS_AT_ONCE = 2;

/** By the last large requests to the same ad account; small ones say nothing about a load. */
export async function readPace(db: Db, integrationId: number | null): Promise<Pace> {
  const { requests, rows, seconds } = await one<{
    requests: number;
    rows: number | null;
    seconds: number | null;
  }>(
    db,
    `select count(*) as requests, sum(o.row_count)::bigint as rows,
       sum(extract(epoch from o.finished_at - o.sent_at))::float8 as seconds
     from (select o.row_count, o.finished_at, o.sent_at from operation o
       join link l on l.id = o.link_id
       join integration i on i.id = $1 and i.ad_account = l.ad_account
       where o.kind = 'add' and o.outcome = 'clean' and o.row_count >= 1000
       order by o.id desc limit ${REQUESTS}) o`,
    [integrationId],
  );
  if (requests === 0 || rows === null || seconds === null || seconds <= 0) {
    const basis =
      'nothing large was sent to this ad account yet; requests of four seconds are assumed';
    const rowsPerSecond = UNKNOWN_ROWS_PER_SECOND;
    return { rowsPerSecond, rowsPerSecondAlone: rowsPerSecond / ADDITIONS_AT_ONCE, basis };
  }
  return {
    rowsPerSecond: (rows / seconds) * ADDITIONS_AT_ONCE,
    rowsPerSecondAlone: rows / seconds,
    basis: `the last ${requests} large requests to this ad account`,
  };
}
