import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Store, type Tx } from './db.ts';

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

/** Namespace of the advisory locks by which one audience has one run: they die with their process. */
const RUN_LOCK = 7_278_313;

/** A process that was just killed lets go of its lock within this time. */
const LOCK_WAIT_MS = 5_000;

/**
 * Holds the audience for the length of one run. The lock is a session's, so a killed process gives
 * it up by dying; runs that it left open are closed as failed before `work` starts.
 * @throws MusterError RUN_ACTIVE when another process has it.
 */
export async function withAudience<T>(
  store: Store,
  audience: { id: number; name: string },
  work: () => Promise<T>,
): Promise<T> {
  return await store.session(async (session) => {
    await lock(session, audience);
    try {
      await session.query(
        `update run set state = 'failed', finished_at = muster_now(),
           error = '{"code": "RUN_INTERRUPTED", "message": "The process ended in the middle of this run", "next": "The next run goes on from where it stood."}'
         where audience_id = $1 and state in ('running', 'waiting')`,
        [audience.id],
      );
      return await work();
    } finally {
      await session
        .query('select pg_advisory_unlock($1, $2)', [RUN_LOCK, audience.id])
        .catch(() => {});
    }
  });
}

async function lock(session: Tx, audience: { id: number; name: string }): Promise<void> {
  await session.query(`select set_config('lock_timeout', $1, false)`, [`${LOCK_WAIT_MS}ms`]);
  try {
    await session.query('select pg_advisory_lock($1, $2)', [RUN_LOCK, audience.id]);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new MusterError('RUN_ACTIVE', `“${audience.name}”`);
  } finally {
    await session.query(`select set_config('lock_timeout', '0', false)`);
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

export async function openRun(
  db: Db,
  run: { audienceId: number; linkId: number | null; trigger: string },
): Promise<{ id: number; startedAt: Date }> {
  return await one<{ id: number; startedAt: Date }>(
    db,
    `insert into run (audience_id, link_id, trigger, state, started_at)
     values ($1, $2, $3, 'running', muster_now()) returning id, started_at as "startedAt"`,
    [run.audienceId, run.linkId, run.trigger],
  );
}

export async function closeRun(
  db: Db,
  id: number,
  end: {
    state: RunState;
    counts: object;
    error?: Run['error'] | undefined;
    heldPlanId?: number | null;
  },
): Promise<void> {
  await db.query(
    `update run set state = $2, counts = $3, error = $4, held_plan_id = $5, finished_at = muster_now()
     where id = $1`,
    [
      id,
      end.state,
      JSON.stringify(end.counts),
      end.error === undefined ? null : JSON.stringify(end.error),
      end.heldPlanId ?? null,
    ],
  );
}

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
