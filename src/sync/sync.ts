import { MusterError } from '#domain/errors/muster-error.ts';
import { type Audience, findAudience } from '#store/audiences.ts';
import { readSchedule } from '#store/audience-schedules.ts';
import { requestRun, type Trigger, withClaimedRun } from '#store/run-queue.ts';
import { answeredSince } from '#store/runs.ts';
import { joinPauseMs } from './joining.ts';
import type { Muster, OnProgress } from './muster.ts';
import type { SyncReport } from './reports.ts';
import { performRun } from './run.ts';
import { integrationOf } from './scope.ts';

export interface SyncOptions {
  /** Stay until nothing waits, however long. */
  readonly wait: boolean;
  readonly trigger: Trigger;
}

/** Windows shorter than this are waited for without being asked (contract.md, Waiting). */
const WAIT_UNASKED_MAX_MS = 30_000;

/**
 * One synchronisation of one audience, now: asks for a run and does it itself, or waits for whoever
 * does. However many ask at once, there is one run.
 * @throws MusterError AUDIENCE_…, DESTINATION_DISABLED, and whatever stopped the run
 */
export async function syncAudience(
  muster: Muster,
  name: string,
  options: SyncOptions,
  onProgress: OnProgress,
): Promise<SyncReport> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  await refuseStopped(muster, audience);
  await integrationOf(store, audience);
  const asked = await requestRun(store, {
    audienceId: audience.id,
    trigger: options.trigger,
  });
  const begunMs = muster.clock();
  const staying = { staysMs: options.wait ? Infinity : WAIT_UNASKED_MAX_MS, mayYield: false };
  for (;;) {
    const report =
      (await withClaimedRun(store, { audienceId: audience.id }, (run) =>
        performRun(muster, run, staying, onProgress),
      )) ?? (await answerOf(muster, audience, asked));
    if (report !== null && !(options.wait && report.state === 'waiting')) return report;
    onProgress({ step: 'wait', done: 0, total: null, unit: 'rows' });
    const nowMs = muster.clock();
    await muster.sleep(report === null ? joinPauseMs(nowMs - begunMs) : waitMs(report, nowMs));
  }
}

/**
 * Asks for the same of a worker, and does not wait.
 * @throws MusterError AUDIENCE_…, DESTINATION_DISABLED
 */
export async function requestSync(muster: Muster, name: string): Promise<{ runId: number }> {
  const audience = await findAudience(muster.store, name);
  await refuseStopped(muster, audience);
  await integrationOf(muster.store, audience);
  return await requestRun(muster.store, { audienceId: audience.id, trigger: 'manual' });
}

/** What another process made of the run that we asked for; null: nothing yet. */
async function answerOf(
  muster: Muster,
  audience: Audience,
  asked: { readonly runId: number; readonly askedAt: string },
): Promise<SyncReport | null> {
  const answer = await answeredSince(muster.store, audience.id, asked);
  if (answer === null) return null;
  if (answer.report !== null) return answer.report as SyncReport;
  const why = answer.cancelReason === null ? '' : `: ${answer.cancelReason}`;
  const { message, next } = answer.error ?? {
    message: `run ${answer.id} was ${answer.state}${why}`,
  };
  throw new MusterError('RUN_STOPPED', message, next === undefined ? {} : { next });
}

const WAIT_AGAIN_MS = 15_000;

function waitMs({ waitingUntil }: SyncReport, nowMs: number): number {
  const untilMs = waitingUntil === null ? Number.NaN : Date.parse(waitingUntil);
  return untilMs > nowMs ? untilMs - nowMs : WAIT_AGAIN_MS;
}

/** @throws MusterError when nothing of the audience may be sent now */
export async function refuseStopped(muster: Muster, { id, name }: Audience): Promise<void> {
  const schedule = await readSchedule(muster.store, id);
  const { now, runsFrom, runsUntil } = schedule;
  if (schedule.deactivated) throw new MusterError('AUDIENCE_DEACTIVATED', `“${name}”`);
  if (!schedule.enabled) throw new MusterError('DESTINATION_DISABLED', `“${name}”`);
  if (schedule.emptying) return;
  if (schedule.pausedAt !== null) throw new MusterError('AUDIENCE_PAUSED', `“${name}”`);
  if (runsFrom !== null && now < runsFrom) {
    throw new MusterError(
      'AUDIENCE_OUTSIDE_PERIOD',
      `“${name}” begins on ${runsFrom.toISOString()}`,
    );
  }
  if (runsUntil !== null && now >= runsUntil) {
    throw new MusterError(
      'AUDIENCE_OUTSIDE_PERIOD',
      `“${name}” ended on ${runsUntil.toISOString()}`,
    );
  }
}
