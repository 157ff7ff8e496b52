import { type Db, one, type Store } from './db.ts';
import { forgetPickedFiles } from './picked-files.ts';

/** Who or what asks for a run of a model. */
export type ModelTrigger = 'manual' | 'schedule' | 'retry';

/** A run that this process has taken. */
export interface ClaimedModelRun {
  readonly id: string;
  readonly modelId: number;
  readonly trigger: ModelTrigger;
  readonly allowEmpty: boolean;
}

/**
 * Namespace of the advisory locks that keep runs of models of one database apart, and show by dying
 * with their process which of them are alive.
 */
const MODEL_LOCK = 7_278_319;

/**
 * Asks for a run of a model; one that waits or runs already is joined.
 * @returns the run.
 */
export async function requestModelRun(
  db: Db,
  wish: { readonly modelId: number; readonly trigger: ModelTrigger; readonly allowEmpty?: boolean },
): Promise<string> {
  const { id } = await one<{ id: string }>(
    db,
    `insert into model_run as r (model_id, trigger, state, allow_empty) values ($1, $2, 'queued', $3)
     on conflict (model_id) where state in ('queued', 'running') do update set
       allow_empty = r.allow_empty or (excluded.allow_empty and r.state = 'queued')
     returning id::text`,
    [wish.modelId, wish.trigger, wish.allowEmpty ?? false],
  );
  return id;
}

/**
 * Takes a run that waits, the oldest first, and holds it while `work` goes on; null when there is
 * none, or when another model of its database is under way. Runs whose process died are ended first.
 */
export async function withModelRun<T>(
  store: Store,
  wish: { readonly modelId: number | null },
  work: (run: ClaimedModelRun) => Promise<T>,
): Promise<T | null> {
  const databases = await store.query<{ id: number }>(
    `select m.database_id as id from model_run r join model m on m.id = r.model_id
     where r.state in ('queued', 'running') and ($1::integer is null or m.id = $1)
     group by m.database_id order by min(r.id)`,
    [wish.modelId],
  );
  for (const { id: databaseId } of databases) {
    const done = await whileNoModelRuns(store, databaseId, async () => {
      const run = await take(store, databaseId, wish.modelId);
      return run === null ? null : { result: await work(run) };
    });
    if (done !== null) return done.result;
  }
  return null;
}

/** Null: a model of the database runs, and nothing was done. */
export async function whileNoModelRuns<T>(
  store: Store,
  databaseId: number,
  work: () => Promise<T | null>,
): Promise<T | null> {
  return await store.session(async (session) => {
    const { held } = await one<{ held: boolean }>(
      session,
      'select pg_try_advisory_lock($1, $2) as held',
      [MODEL_LOCK, databaseId],
    );
    if (!held) return null;
    try {
      return await work();
    } finally {
      await session
        .query('select pg_advisory_unlock($1, $2)', [MODEL_LOCK, databaseId])
        .catch(() => {});
    }
  });
}

/** Twice as late with every time that it is lost. */
const LOST_RETRY_SECONDS = 60;

/** Callers hold the lock of the database: whatever still says running was killed. */
async function take(
  store: Store,
  databaseId: number,
  modelId: number | null,
): Promise<ClaimedModelRun | null> {
  return await store.tx(async (tx) => {
    await tx.query(
      `with lost as (
         update model_run r set finished_at = muster_now(),
           state = case when cancel_asked_at is null then 'failed' else 'cancelled' end,
           error_code = case when cancel_asked_at is null then 'MODEL_RUN_LOST' end
         from model m where m.id = r.model_id and m.database_id = $1 and r.state = 'running'
         returning r.model_id, r.trigger, r.state
       )
       -- A planned one comes again, unless it is what kills the process.
       update model m set failures = failures + 1,
         next_run_at = least(next_run_at, muster_now() + make_interval(secs => $2 * 2 ^ failures))
       from lost l where m.id = l.model_id and l.trigger <> 'manual' and l.state = 'failed'
         and m.next_run_at is not null`,
      [databaseId, LOST_RETRY_SECONDS],
    );
    const [run] = await tx.query<ClaimedModelRun>(
      `update model_run set state = 'running', started_at = muster_now()
       where id = (select r.id from model_run r join model m on m.id = r.model_id
         where m.database_id = $1 and r.state = 'queued' and ($2::integer is null or m.id = $2)
         order by r.id limit 1)
       returning id::text, model_id as "modelId", trigger, allow_empty as "allowEmpty"`,
      [databaseId, modelId],
    );
    // A reset that is under way is waited for.
    if (run !== undefined) {
      await tx.query('select 1 from model where id = $1 for share', [run.modelId]);
    }
    return run ?? null;
  });
}

/**
 * Ends the run of a model that waits, and asks the one that is under way to end.
 * @returns null when there is none.
 */
export async function cancelModelRun(
  db: Db,
  modelId: number,
  reason: string | null,
): Promise<{ runId: string; state: 'cancelled' | 'cancelling' } | null> {
  const [cancelled] = await db.query<{ runId: string; state: 'cancelled' | 'cancelling' }>(
    `update model_run set cancel_asked_at = coalesce(cancel_asked_at, muster_now()),
       cancel_reason = coalesce($2, cancel_reason),
       state = case when state = 'queued' then 'cancelled' else state end,
       finished_at = case when state = 'queued' then muster_now() end
     where model_id = $1 and state in ('queued', 'running')
     returning id::text as "runId",
       case when state = 'cancelled' then 'cancelled' else 'cancelling' end as state`,
    [modelId, reason],
  );
  return cancelled ?? null;
}

/** Somebody wants it to end, or it is another process's by now. */
export async function mustModelRunStop(db: Db, runId: string): Promise<boolean> {
  const { stop } = await one<{ stop: boolean }>(
    db,
    `select state <> 'running' or cancel_asked_at is not null as stop from model_run where id = $1`,
    [runId],
  );
  return stop;
}

/**
 * Forgets what was in the rows of a model: each is new again, and still noticed when it goes.
 * @returns false: nothing was forgotten, because it runs.
 */
export async function resetModel(store: Store, modelId: number): Promise<boolean> {
  return await store.tx(async (tx) => {
    await tx.query('select 1 from model where id = $1 for update', [modelId]);
    const { running } = await one<{ running: boolean }>(
      tx,
      `select exists (select from model_run where model_id = $1 and state = 'running') as running`,
      [modelId],
    );
    if (running) return false;
    await tx.query('update model_row set checksum = null where model_id = $1', [modelId]);
    await forgetPickedFiles(tx, modelId);
    return true;
  });
}
