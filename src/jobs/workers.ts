import { setTimeout as delay } from 'node:timers/promises';
import { type LetterSenders, sendLetters } from '#alerts/approval-letters.ts';
import { type Log, namesOf } from '#config/log.ts';
import { type Senders, sendDue } from '#alerts/send-due.ts';
import { watchCauses } from '#alerts/watch.ts';
import type { ClaimedRun } from '#store/run-queue.ts';
import { withClaimedRun } from '#store/run-queue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { dropOldAnswers } from '#store/answered-requests.ts';
import { accountsDue } from '#store/opt-outs.ts';
import { retainDaily } from '#store/retention.ts';
import { pausedSince } from '#store/restore.ts';
import { refreshComputedTraits } from '#sync/computed-traits.ts';
import { checkDrifts } from '#sync/drift.ts';
import type { Muster } from '#sync/muster.ts';
import { deliverOptOuts } from '#sync/opt-outs.ts';
import { performRun } from '#sync/run.ts';
import { startByLooking } from '#sync/scenario-starts.ts';
import { goOn } from '#sync/walks.ts';
import { queueDueModels, takeOneModel } from './model-runs.ts';
import { countMembers, followChanges, queueDueRuns, queueSweeps } from './plan-runs.ts';
import { readAgain } from './read-again.ts';
import { takeOneUpload } from './uploads.ts';

export interface WorkersOptions {
  /** Runs at the same time, at most. */
  readonly workers: number;
  readonly log: Log;
  /** What alerts are sent with; absent: nobody is told by this process. */
  readonly senders?: Senders;
  /** Absent: no letter goes to second persons. */
  readonly letters?: LetterSenders;
  /** Where files that were sent over the API wait; absent: none are taken. */
  readonly uploads?: string;
}

/** How often to look for what has to be done; an idle look is a few index look-ups. */
const LOOK_EVERY_MS = 300;

/** A database that does not answer is not asked all the time. */
const AFTER_ERROR_MS = 5_000;

const MODELS_LOOK_MS = 1_000;

const READ_AGAIN_EVERY_MS = 30_000;

const ALERTS_LOOK_MS = 5_000;

const PAUSE_LOOK_MS = 2_000;

const RETENTION_LOOK_MS = 600_000;

const ANSWERS_LOOK_MS = 3_600_000;

/**
 * Does what is due until the signal aborts: plans runs, follows changes, takes runs. Any number of
 * processes may do the same beside it.
 */
export async function work(
  muster: Muster,
  options: WorkersOptions,
  stop: AbortSignal,
): Promise<void> {
  // A restored copy does nothing by itself until somebody says that the original is gone.
  let isPaused = false;
  const loop = (name: string, everyMs: number, once: () => Promise<boolean>) =>
    repeat({ name, everyMs, once: async () => !isPaused && (await once()) }, options.log, stop);
  const look = async () => {
    isPaused = (await pausedSince(muster.store)) !== null;
    return false;
  };
  // A database that does not answer now is asked again; without an answer nothing can be sent anyway.
  await look().catch(() => {});
  const never = async (work: Promise<unknown>) => {
    await work;
    return false;
  };
  const { senders, letters, uploads } = options;
  await Promise.all([
    repeat({ name: 'pause', everyMs: PAUSE_LOOK_MS, once: look }, options.log, stop),
    loop('alerts', ALERTS_LOOK_MS, () => never(watchCauses(muster.store))),
    ...(senders === undefined
      ? []
      : [loop('messages', MODELS_LOOK_MS, async () => (await sendDue(muster.store, senders)) > 0)]),
    ...(letters === undefined
      ? []
      : [
          loop(
            'letters',
            MODELS_LOOK_MS,
            async () => (await sendLetters(muster.store, letters)) > 0,
          ),
        ]),
    loop('retention', RETENTION_LOOK_MS, () => never(retainDaily(muster.store))),
    loop('answered requests', ANSWERS_LOOK_MS, () => never(dropOldAnswers(muster.store))),
    loop('planned runs', LOOK_EVERY_MS, () => never(queueDueRuns(muster))),
    loop('changes', LOOK_EVERY_MS, () => never(followChanges(muster))),
    loop('members', LOOK_EVERY_MS, () => never(countMembers(muster))),
    loop('computed traits', MODELS_LOOK_MS, () => never(refreshComputedTraits(muster, null))),
    loop('planned models', MODELS_LOOK_MS, () => never(queueDueModels(muster))),
    // Two, so that a long one holds up no other database.
    ...[1, 2].map((i) =>
      loop(`models ${i}`, MODELS_LOOK_MS, () => takeOneModel(muster, options.log)),
    ),
    ...(uploads === undefined
      ? []
      : [loop('uploads', MODELS_LOOK_MS, () => takeOneUpload(muster, uploads))]),
    loop('scenarios', LOOK_EVERY_MS, async () => {
      const looked = await startByLooking(muster);
      return (await goOn(muster)) || looked;
    }),
    loop('opt-outs', LOOK_EVERY_MS, () => never(serveLanes(muster))),
    loop('upkeep', READ_AGAIN_EVERY_MS, () => never(queueSweeps(muster))),
    loop('comparison', READ_AGAIN_EVERY_MS, () => never(checkDrifts(muster))),
    loop('sizes', READ_AGAIN_EVERY_MS, () => never(readAgain(muster))),
    ...Array.from({ length: options.workers }, (_, i) => {
      // The first of several leaves what may take long to the others: a small change never waits
      // behind a first load.
      const shortOnly = i === 0 && options.workers > 1;
      return loop(`worker ${i + 1}`, LOOK_EVERY_MS, () =>
        takeOne(muster, shortOnly, options.log, stop),
      );
    }),
  ]);
}

/** Opt-outs and erasures of every ad account; one that cannot be reached holds up no other. */
async function serveLanes(muster: Muster): Promise<void> {
  const accounts = await accountsDue(muster.store);
  const served = await Promise.allSettled(
    accounts.map((adAccount) => deliverOptOuts(muster, adAccount)),
  );
  for (const lane of served) if (lane.status === 'rejected') throw lane.reason;
}

/**
 * Takes the run whose turn it is and does it; false when there is none. It gives the run back after the
 * request under way when `leaving` aborts.
 */
export async function takeOne(
  muster: Muster,
  shortOnly: boolean,
  log: WorkersOptions['log'],
  leaving?: AbortSignal,
): Promise<boolean> {
  const done = await withClaimedRun(muster.store, { shortOnly }, async (run) => {
    await perform(muster, run, log, leaving);
    return true;
  });
  return done ?? false;
}

async function perform(
  muster: Muster,
  run: ClaimedRun,
  log: Log,
  leaving: AbortSignal | undefined,
): Promise<void> {
  // For a worker there is always later: whatever has to wait gives the worker back.
  const staying = { staysMs: 0, mayYield: true, ...(leaving === undefined ? {} : { leaving }) };
  const about = { run: run.id, audienceId: run.audienceId };
  try {
    const report = await performRun(muster, run, staying, () => {});
    if (report === null) {
      const text = `run ${run.id} of ${run.audience}: taken over by another process`;
      log.write({ level: 'info', event: 'run taken over', ...about, text });
    }
  } catch (error) {
    // It is written down with the run; the worker goes on with the next one.
    const why = error instanceof MusterError ? `${error.code}: ${error.message}` : 'stopped';
    const text = `run ${run.id} of ${run.audience}: ${why}`;
    log.write({ level: 'warn', event: 'run failed', ...about, ...namesOf(error), text });
    if (!(error instanceof MusterError)) throw error;
  }
}

interface Loop {
  readonly name: string;
  readonly everyMs: number;
  /** True when there may be more to do at once. */
  readonly once: () => Promise<boolean>;
}

async function repeat(loop: Loop, log: WorkersOptions['log'], stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    let pauseMs = loop.everyMs;
    try {
      if (await loop.once()) pauseMs = 0;
    } catch (error) {
      pauseMs = Math.max(pauseMs, AFTER_ERROR_MS);
      const why = error instanceof MusterError ? error.message : (error as Error).name;
      const text = `${loop.name}: ${why}; trying again`;
      const about = { task: loop.name, ...namesOf(error) };
      if (!stop.aborted) log.write({ level: 'error', event: 'task failed', ...about, text });
    }
    await delay(pauseMs, undefined, { signal: stop }).catch(() => {});
  }
}
