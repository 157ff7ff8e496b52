import { MusterError } from '#domain/errors/muster-error.ts';
import type { Db } from './db.ts';

export type RunState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'held'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'cancelled';

export interface Run {
  readonly id: number;
  readonly audienceId: number;
  readonly trigger: string;
  readonly state: RunState;
  readonly counts: Record<string, unknown>;
  readonly error: { code: string; message: string; next: string } | null;
  readonly heldPlanId: number | null;
  readonly releasedBy: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const columns = `id, audience_id as "audienceId", trigger, state, counts, error,
  held_plan_id as "heldPlanId", released_by as "releasedBy", started_at as "startedAt",
  finished_at as "finishedAt"`;

/** @throws MusterError RUN_UNKNOWN */
async function findRun(db: Db, id: number): Promise<Run> {
  const [run] = await db.query<Run>(`select ${columns} from run where id = $1`, [id]);
  if (run === undefined) throw new MusterError('RUN_UNKNOWN', `${id}`);
  return run;
}

/** The newest held run of an audience; whether somebody has let its removals go. */
export async function heldRun(db: Db, audienceId: number): Promise<Run | null> {
  const [run] = await db.query<Run>(
    `select ${columns} from run where audience_id = $1 and state = 'held' order by id desc limit 1`,
    [audienceId],
  );
  return run ?? null;
}

/** @throws MusterError RUN_NOT_HELD */
export async function releaseRun(db: Db, id: number, by: string): Promise<Run> {
  const released = await db.query(
    `update run set released_by = $2, released_at = muster_now()
     where id = $1 and state = 'held' returning id`,
    [id, by],
  );
  const run = await findRun(db, id);
  if (released.length === 0) throw new MusterError('RUN_NOT_HELD', `run ${id} is ${run.state}`);
  return run;
}

/** A second person said no to what a run stopped for. */
export async function endRefusedRun(
  db: Db,
  id: number,
  by: string,
  note: string | null,
): Promise<void> {
  await db.query(
    `update run set state = 'cancelled', cancelled_by = $2, cancel_reason = $3
     where id = $1 and state = 'held'`,
    [id, by, note],
  );
}

/** Removals of a held run have gone, or a newer plan took its place: it no longer waits for anyone. */
export async function settleHeldRuns(db: Db, audienceId: number, before: number): Promise<void> {
  await db.query(
    `update run set state = case when released_by is null then 'cancelled' else 'succeeded' end
     where audience_id = $1 and state = 'held' and id < $2`,
    [audienceId, before],
  );
}

/** From here on a change of members is not covered by this run. */
export async function markEvaluated(db: Db, id: number): Promise<void> {
  await db.query('update run set evaluated_at = muster_now() where id = $1', [id]);
}

export async function setRunLink(db: Db, id: number, linkId: number): Promise<void> {
  await db.query('update run set link_id = $2 where id = $1', [id, linkId]);
}

/** The report of a run `r`; what it said while it waited is none once it was cancelled. */
export const reportOfRun = `case when r.state = 'cancelled' and r.report->>'state' = 'waiting' then null
  else r.report end as report`;

/** What came of a run that somebody asked for. */
interface Answer extends Pick<Run, 'id' | 'state' | 'error'> {
  readonly report: object | null;
  readonly cancelReason: string | null;
}

/**
 * A run that was taken after that moment and has ended, or waits; where none is active any more, the
 * last one since the one that was asked for: it was cancelled before it looked. Null: not yet.
 */
export async function answeredSince(
  db: Db,
  audienceId: number,
  asked: { readonly runId: number; readonly askedAt: string },
): Promise<Answer | null> {
  const [run] = await db.query<Answer>(
    `select id, state, error, ${reportOfRun}, cancel_reason as "cancelReason" from run r
     where audience_id = $1 and state not in ('queued', 'running')
       and (looked_at >= $2::timestamptz
         or id >= $3 and not exists (select 1 from run x
           where x.audience_id = $1 and x.state in ('queued', 'running', 'waiting')))
     order by case when looked_at >= $2::timestamptz then id end nulls last, id desc limit 1`,
    [audienceId, asked.askedAt, asked.runId],
  );
  return run ?? null;
}
