import type { ErrorCode } from '#domain/errors/catalogue.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { isFilesTarget } from '#sources/pick-up/target.ts';
import { nextRunAfter } from '#schedules/next-run.ts';
import type { Schedule } from '#schedules/schedule.ts';
import {
  type ClaimedModelRun,
  requestModelRun,
  resetModel,
  whileNoModelRuns,
  withModelRun,
} from '#store/model-queue.ts';
import {
  failModelRun,
  type ModelCounts,
  type ModelRun,
  type ModelRunState,
  readModelRun,
} from '#store/model-runs.ts';
import { type ModelSchedule, readModelSchedule, setNextModelRun } from '#store/model-schedules.ts';
import { type Model, type ModelMode, readModel } from '#store/models.ts';
import { joinPauseMs } from './joining.ts';
import { skipNextFile } from './model-input.ts';
import { takeOver } from './models.ts';
import type { Muster, OnProgress } from './muster.ts';
import { refreshMembers } from './refresh.ts';

/** What a run of a model that came to its end did, as --json prints it. */
export interface ModelReport extends ModelCounts {
  readonly model: string;
  readonly database: string;
  readonly mode: ModelMode;
  readonly runId: string;
  readonly state: 'succeeded' | 'partial';
  readonly seconds: number;
}

/**
 * Reads a model now: asks for a run and does it, or waits for whoever does.
 * @throws MusterError MODEL_DISABLED, MODEL_RUN_CANCELLED, and whatever the run ended with
 */
export async function syncModel(
  muster: Muster,
  model: Model,
  how: { readonly allowEmpty: boolean },
  onProgress: OnProgress,
): Promise<ModelReport> {
  const { store } = muster;
  if (!model.enabled) throw new MusterError('MODEL_DISABLED', `“${model.name}”`);
  const wish = { modelId: model.id, trigger: 'manual', ...how } as const;
  let runId = await requestModelRun(store, wish);
  let before: ModelReport | null = null;
  const begunMs = muster.clock();
  for (;;) {
    const mine = await withModelRun(store, { modelId: model.id }, (run) =>
      performModelRun(muster, run, onProgress),
    );
    const run = mine === null ? await readModelRun(store, runId) : null;
    const report = run !== null && isOver(run.state) ? reportOf(run) : mine;
    if (report !== null) {
      before = before === null ? report : together(before, report);
      if (report.filesLeft === 0) return before;
      // Each file has a run of its own; what came meanwhile waits there already.
      runId = await requestModelRun(store, wish);
      continue;
    }
    onProgress({ step: 'wait', done: 0, total: null, unit: 'rows' });
    await muster.sleep(joinPauseMs(muster.clock() - begunMs));
  }
}

/**
 * Does a run that was taken. What goes wrong is written down with it, and a planned one comes again.
 * @throws MusterError what it was
 */
export async function performModelRun(
  muster: Muster,
  run: ClaimedModelRun,
  onProgress: OnProgress,
): Promise<ModelReport> {
  const { store } = muster;
  const model = await readModel(store, run.modelId);
  try {
    if (!model.enabled) throw new MusterError('MODEL_DISABLED', `“${model.name}”`);
    const target = await muster.openSource(model.sourceId);
    const { profiles, filesLeft } = await takeOver(muster, { model, run, target }, onProgress);
    await settleSchedule(muster, run, true);
    if (filesLeft > 0) await requestModelRun(store, { ...run, modelId: model.id });
    if (profiles.created + profiles.updated + profiles.deleted > 0) {
      onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
      await refreshMembers(muster, { databaseId: model.databaseId, atOnce: null });
    }
  } catch (error) {
    const cancelled = error instanceof MusterError && error.code === 'MODEL_RUN_CANCELLED';
    await failModelRun(store, run.id, cancelled ? null : reasonOf(error));
    if (!cancelled) await settleSchedule(muster, run, false);
    throw error;
  }
  return reportOf(await readModelRun(store, run.id));
}

function reasonOf(error: unknown): { code: ErrorCode; measured: string } {
  if (error instanceof MusterError) return { code: error.code, measured: error.measured };
  // Its message may hold what stood in somebody's row.
  return { code: 'BUG', measured: error instanceof Error ? error.name : '' };
}

function isOver(state: ModelRunState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Of runs one after another, as the report of the last. */
function together(a: ModelReport, b: ModelReport): ModelReport {
  const sum = (what: (report: ModelReport) => number) => what(a) + what(b);
  return {
    ...b,
    ...{ rows: sum(({ rows }) => rows), new: sum((report) => report.new) },
    ...{ updated: sum(({ updated }) => updated), unchanged: sum(({ unchanged }) => unchanged) },
    ...{ deleted: sum(({ deleted }) => deleted), failed: sum(({ failed }) => failed) },
    profiles: {
      created: sum(({ profiles }) => profiles.created),
      updated: sum(({ profiles }) => profiles.updated),
      deleted: sum(({ profiles }) => profiles.deleted),
    },
    deletionsSkipped: a.deletionsSkipped || b.deletionsSkipped,
    unusable: sumOf(a.unusable, b.unusable),
    state: a.state === 'partial' ? 'partial' : b.state,
    seconds: sum(({ seconds }) => seconds),
  };
}

function sumOf(a: ModelCounts['unusable'], b: ModelCounts['unusable']): ModelCounts['unusable'] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(
    keys.map((key) => {
      const sums = { ...a[key] };
      for (const [reason, number] of Object.entries(b[key] ?? {})) {
        sums[reason] = (sums[reason] ?? 0) + number;
      }
      return [key, sums];
    }),
  );
}

/** What a run that did not come to its end failed with; null for the others. */
export function errorOf({ id, state, errorCode, errorMeasured }: ModelRun): MusterError | null {
  if (state === 'cancelled') return new MusterError('MODEL_RUN_CANCELLED', `run ${id}`);
  if (state !== 'failed') return null;
  return new MusterError((errorCode ?? 'BUG') as ErrorCode, errorMeasured ?? '');
}

/** @throws MusterError what the run ended with */
function reportOf(run: ModelRun): ModelReport {
  const error = errorOf(run);
  if (error !== null) throw error;
  const { model, database, mode, id: runId, state } = run;
  return {
    ...{ model, database, mode, runId, state: state as ModelReport['state'] },
    ...must(run.counts, 'a run that took its rows over has counts'),
    seconds: secondsOf(run) ?? 0,
  };
}

/** How long it took, or null while it does. */
export function secondsOf({ startedAt, finishedAt }: ModelRun): number | null {
  if (startedAt === null || finishedAt === null) return null;
  return (finishedAt.getTime() - startedAt.getTime()) / 1000;
}

/** After so many failures in a row only the planned moments are left. */
const RETRIES_MAX = 5;
const FIRST_RETRY_MS = 60_000;

/**
 * A planned run that failed is tried again before its next moment, each time twice as late; by
 * chance up to half of that sooner, so that what failed together does not come again together.
 */
async function settleSchedule(
  muster: Muster,
  { modelId, trigger }: ClaimedModelRun,
  succeeded: boolean,
): Promise<void> {
  const { store } = muster;
  const stored = await readModelSchedule(store, modelId);
  const planned = nextModelRun(stored);
  if (succeeded) {
    if (stored.failures > 0) await setNextModelRun(store, modelId, { at: planned, failures: 0 });
    return;
  }
  if (trigger === 'manual' || planned === null) return;
  const failures = stored.failures + 1;
  const delayMs = FIRST_RETRY_MS * 2 ** stored.failures * (1 - muster.random() / 2);
  const retryAt = new Date(stored.now.getTime() + delayMs);
  const at = failures <= RETRIES_MAX && retryAt < planned ? retryAt : planned;
  await setNextModelRun(store, modelId, { at, failures });
}

/** The next moment of a model's own schedule; null by hand. */
export function nextModelRun({ schedule, scheduledAt, now }: ModelSchedule): Date | null {
  const period = { from: null, until: null };
  return nextRunAfter({ schedule: schedule as Schedule, period, anchor: scheduledAt }, now);
}

/**
 * Looks whom a model would change if it were like this; nothing is written.
 * @throws MusterError MODEL_RUNS_NOW, and what a run of it would fail with
 */
export async function touchedBy(
  muster: Muster,
  model: Model,
  onProgress: OnProgress,
): Promise<ModelCounts> {
  const { store } = muster;
  const target = await muster.openSource(model.sourceId);
  const counts = await whileNoModelRuns(store, model.databaseId, () =>
    takeOver(muster, { model, run: null, target }, onProgress),
  );
  if (counts === null) throw new MusterError('MODEL_RUNS_NOW', `“${model.name}”`);
  return counts;
}

/**
 * Passes over the file that a model would read next (docs/decisions/0040-files-picked-up.md): whoever
 * does so has looked at what those after it then stand on.
 * @returns its name. @throws MusterError USAGE, MODEL_RUNS_NOW, SOURCE_NO_FILE
 */
export async function skipFile(muster: Muster, model: Model): Promise<string> {
  const { store } = muster;
  const target = await muster.openSource(model.sourceId);
  if (!isFilesTarget(target)) throw new MusterError('USAGE', `“${model.name}” reads no files`);
  const skipped = await whileNoModelRuns(store, model.databaseId, () =>
    skipNextFile(store, model, target),
  );
  if (skipped === null) throw new MusterError('MODEL_RUNS_NOW', `“${model.name}”`);
  return skipped;
}

/**
 * Every row of a model counts as new at its next run.
 * @throws MusterError MODEL_RUNS_NOW
 */
export async function forgetRows({ store }: Muster, { id, name }: Model): Promise<void> {
  if (!(await resetModel(store, id))) throw new MusterError('MODEL_RUNS_NOW', `“${name}”`);
}
