import { type Log, namesOf } from '#config/log.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { nextRunAfter } from '#schedules/next-run.ts';
import type { Schedule } from '#schedules/schedule.ts';
import { cancelModelRun, requestModelRun, withModelRun } from '#store/model-queue.ts';
import {
  dueModels,
  type ModelSchedule,
  readModelSchedule,
  setNextModelRun,
  storeModelSchedule,
} from '#store/model-schedules.ts';
import { findModel } from '#store/models.ts';
import { nextModelRun, performModelRun } from '#sync/model-runs.ts';
import type { Muster } from '#sync/muster.ts';

const MODELS_AT_ONCE = 100;

/**
 * Queues the planned runs of models that have come. However many of its moments a model missed, it
 * gets one run.
 * @returns how many were queued.
 */
export async function queueDueModels({ store }: Muster): Promise<number> {
  return await store.tx(async (tx) => {
    const due = await dueModels(tx, MODELS_AT_ONCE);
    for (const stored of due) {
      const { modelId, failures } = stored;
      await setNextModelRun(tx, modelId, { at: nextModelRun(stored), failures });
      await requestModelRun(tx, { modelId, trigger: failures > 0 ? 'retry' : 'schedule' });
    }
    return due.length;
  });
}

/** Takes the run of a model whose turn it is and does it; false when there is none. */
export async function takeOneModel(muster: Muster, log: Log): Promise<boolean> {
  const done = await withModelRun(muster.store, { modelId: null }, async (run) => {
    try {
      await performModelRun(muster, run, () => {});
    } catch (error) {
      // It is written down with the run; the next one is not kept waiting.
      const why = error instanceof MusterError ? `${error.code}: ${error.message}` : 'stopped';
      const text = `run ${run.id} of a model: ${why}`;
      log.write({
        level: 'warn',
        event: 'model run failed',
        run: Number(run.id),
        ...namesOf(error),
        text,
      });
      if (!(error instanceof MusterError)) throw error;
    }
    return true;
  });
  return done ?? false;
}

/** When a model runs, as --json prints it. */
export interface ModelScheduleReport {
  readonly model: string;
  readonly schedule: Schedule;
  readonly scheduledAt: string;
  readonly nextRunAt: string | null;
  /** Planned runs that failed, one after another. */
  readonly failures: number;
  readonly enabled: boolean;
}

export async function showModelSchedule(
  { store }: Muster,
  name: string,
): Promise<ModelScheduleReport> {
  return reportOf(await readModelSchedule(store, (await findModel(store, name)).id));
}

/** An interval begins with a run now, a calendar with its first moment (features.md §3.3-29). */
export async function changeModelSchedule(
  { store }: Muster,
  name: string,
  schedule: Schedule,
): Promise<ModelScheduleReport> {
  const { id } = await findModel(store, name);
  return await store.tx(async (tx) => {
    const { now: scheduledAt } = await readModelSchedule(tx, id);
    const period = { from: null, until: null };
    const nextRunAt =
      schedule.kind === 'interval'
        ? scheduledAt
        : nextRunAfter({ schedule, period, anchor: scheduledAt }, scheduledAt);
    await storeModelSchedule(tx, id, { schedule, scheduledAt, nextRunAt });
    return reportOf(await readModelSchedule(tx, id));
  });
}

function reportOf(stored: ModelSchedule): ModelScheduleReport {
  return {
    model: stored.name,
    schedule: stored.schedule as Schedule,
    scheduledAt: stored.scheduledAt.toISOString(),
    nextRunAt: stored.nextRunAt?.toISOString() ?? null,
    failures: stored.failures,
    enabled: stored.enabled,
  };
}

export interface ModelCancelReport {
  readonly model: string;
  readonly runId: string;
  /** Cancelling: it ends after the rows that are being read. */
  readonly state: 'cancelled' | 'cancelling';
  readonly reason: string | null;
}

/**
 * Ends the run of a model that is queued or under way; nothing of it is taken over.
 * @throws MusterError MODEL_RUN_NONE
 */
export async function cancelModel(
  { store }: Muster,
  name: string,
  reason: string | null,
): Promise<ModelCancelReport> {
  const { id } = await findModel(store, name);
  const cancelled = await cancelModelRun(store, id, reason);
  if (cancelled === null) throw new MusterError('MODEL_RUN_NONE', `“${name}”`);
  return { model: name, ...cancelled, reason };
}
