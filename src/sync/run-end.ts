import type { Stop, Tally } from '#deliver/delivery.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Problem, problemError } from '#meta/problems.ts';
import { approvalWords } from '#plan/approval.ts';
import type { Plan } from '#plan/make.ts';
import { markSynchronized, readAudience } from '#store/audiences.ts';
import type { Db, Store } from '#store/db.ts';
import { endEmptying } from '#store/lifecycle.ts';
import { activeLink } from '#store/links.ts';
import { databaseNow } from '#store/overview.ts';
import {
  type ClaimedRun,
  endRun,
  pauseRun,
  type RunEnding,
  type WaitingFor,
} from '#store/run-queue.ts';
import { laneOfRun } from '#store/opt-outs.ts';
import { settleHeldRuns } from '#store/runs.ts';
import { settleApprovals } from './approval-of-run.ts';
import { planReport } from './plan-report.ts';
import type { SyncReport } from './reports.ts';

/** How a run ended. */
export interface RunEnd {
  readonly state: SyncReport['state'];
  /** What it set out to do. */
  readonly first: Plan;
  /** What is left. */
  readonly plan: Plan;
  /** Every wanted row was acknowledged; nothing is refused as a whole and nothing uncertain. */
  readonly complete: boolean;
  readonly error: SyncReport['error'];
  /** The run is not over: it waits, for so long or for longer each time. */
  readonly comesBack: { readonly waitingFor: WaitingFor; readonly dueInMs: number | null } | null;
}

export function endOf(
  first: Plan,
  plan: Plan,
  {
    held,
    waits,
    stop,
  }: { readonly held: boolean; readonly waits: RunEnd['error']; readonly stop: Stop | null },
  { refusal, fruitless }: Tally,
): RunEnd {
  const left = plan.rows + plan.counts.waiting;
  const end = { first, plan, complete: false, error: null, comesBack: null };
  if (stop !== null && 'problem' in stop) return { ...end, ...endOfProblem(stop.problem) };
  if (stop?.wish === 'cancel') return { ...end, state: 'cancelled' };
  if (stop !== null) {
    const waitingFor = stop.wish === 'pause' ? 'paused' : 'turn';
    return { ...end, state: 'waiting', comesBack: { waitingFor, dueInMs: 0 } };
  }
  if (waits !== null) return { ...end, state: 'held', error: waits };
  if (held) return { ...end, state: 'held' };
  if (refusal !== null) {
    // Meta refused removals and nothing else: they stay to be done, and that is no failure of the run.
    const { code, message, next } = problemError(refusal);
    return { ...end, state: 'partial', error: { code, message, next } };
  }
  if (left === 0) return { ...end, state: 'succeeded', complete: true };
  const { waitMs } = plan.counts;
  // Some rows spoil their requests, and this run may not look for them any further.
  if (waitMs === null && fruitless > 0) return { ...end, state: 'partial' };
  // Without a window there is nothing to wait for: another run may know more.
  const comesBack = waitMs === null ? null : ({ waitingFor: 'window', dueInMs: waitMs } as const);
  return { ...end, state: 'waiting', comesBack };
}

function endOfProblem(problem: Problem): Pick<RunEnd, 'state' | 'error' | 'comesBack'> {
  const { code, message, next } = problemError(problem);
  if (problem.class === 'wait' || problem.class === 'retry') {
    const waitingFor = problem.class === 'wait' ? 'quota' : 'network';
    const comesBack = { waitingFor, dueInMs: problem.opensInMs } as const;
    return { state: 'waiting', error: { code, message, next }, comesBack };
  }
  const missing = problem.meaning === 'audience gone' || problem.meaning === 'audience not found';
  if (!missing) return { state: 'failed', error: { code, message, next }, comesBack: null };
  const ours = new MusterError('LINKED_AUDIENCE_MISSING', message);
  return {
    state: 'failed',
    error: { code: ours.code, message: ours.message, next: ours.next },
    comesBack: null,
  };
}

/** Longer after each try, so that a limit or a network that is down is not asked all the time. */
const COME_BACK_FIRST_MS: Readonly<Record<WaitingFor, number>> = {
  ...{ window: 0, paused: 0, turn: 0, quota: 60_000, network: 15_000 },
};
const COME_BACK_MAX_MS = 3_600_000;

function comeBackMs(waitingFor: WaitingFor, dueInMs: number | null, attempts: number): number {
  if (dueInMs !== null) return dueInMs;
  return Math.min(
    COME_BACK_MAX_MS,
    COME_BACK_FIRST_MS[waitingFor] * 2 ** Math.min(attempts - 1, 8),
  );
}

/**
 * Writes down how a run ended, or that it waits and comes back by itself.
 * @returns null when another process has taken it over.
 */
export async function finishRun(
  store: Store,
  claimed: ClaimedRun,
  end: RunEnd,
  tally: Tally,
  seconds: number,
): Promise<SyncReport | null> {
  const { badRequests } = end.first;
  const counts = {
    ...countsOf(tally),
    ...heldCounts(end),
    badRequests: badRequests.people,
    badRequestsBy: badRequests.by,
    left: end.plan.rows + end.plan.counts.waiting,
  };
  const error = end.error ?? undefined;
  return await store.tx(async (tx) => {
    const byLane = await laneOfRun(tx, claimed.id);
    const report = await reportRun(tx, claimed, end, withLane(tally, byLane), seconds);
    if (end.comesBack !== null) {
      const { waitingFor, dueInMs } = end.comesBack;
      const pause = { waitingFor, dueInMs: comeBackMs(waitingFor, dueInMs, claimed.attempts) };
      if (!(await pauseRun(tx, claimed, { ...pause, counts, error, report }))) return null;
    } else {
      const heldPlanId = end.state === 'held' ? end.plan.id : null;
      const state = storedState(end, tally);
      if (!(await endRun(tx, claimed, { state, counts, error, heldPlanId, report }))) return null;
      if (end.state !== 'cancelled') await settleHeldRuns(tx, claimed.audienceId, claimed.id);
      await settleApprovals(tx, claimed, end);
    }
    await markSynchronized(tx, claimed.audienceId, {
      id: claimed.id,
      complete: end.complete,
      failed: end.state === 'failed',
    });
    if (end.complete) await endEmptying(tx, claimed.audienceId);
    return report;
  });
}

function heldCounts({ state, plan: { guard, approval } }: RunEnd): object {
  if (state !== 'held') return { held: 0, heldAgainst: null, heldBecause: [] };
  const byGuard = guard.verdict === 'hold';
  return {
    held: guard.held,
    // What no guard has measured says nothing about the removals of the next plan.
    heldAgainst: byGuard ? guard.against : null,
    heldBecause: [...(approval.needed ? [approvalWords(approval)] : []), ...guard.reasons],
  };
}

/** Errors that pass by themselves: the run comes back where somebody sees to that. */
const passing: ReadonlySet<string> = new Set([
  'META_UNREACHABLE',
  'META_THROTTLED',
  'SANDBOX_SILENT',
]);

/** Writes down what a run broke off with. */
export async function failRun(
  store: Store,
  claimed: ClaimedRun,
  tally: Tally,
  { error, comesBack }: { error: unknown; comesBack: boolean },
): Promise<void> {
  const ours = error instanceof MusterError ? error : new MusterError('RUN_STOPPED');
  const told = { code: ours.code, message: ours.message, next: ours.next };
  const counts = countsOf(tally);
  await store.tx(async (tx) => {
    if (comesBack && passing.has(ours.code)) {
      const dueInMs = comeBackMs('network', null, claimed.attempts);
      await pauseRun(tx, claimed, { waitingFor: 'network', dueInMs, counts, error: told });
      return;
    }
    if (!(await endRun(tx, claimed, { state: 'failed', counts, error: told }))) return;
    const { audienceId, id } = claimed;
    await markSynchronized(tx, audienceId, { id, complete: false, failed: true });
  });
}

/** Opt-outs that left since the last run, by whichever process, are part of a run's numbers. */
function withLane(tally: Tally, byLane: { people: number; requests: number }): Tally {
  return {
    ...tally,
    removed: tally.removed + byLane.people,
    requests: tally.requests + byLane.requests,
  };
}

function countsOf({ refusal, ...tally }: Tally): object {
  return { ...tally, refusal: refusal?.meaning, rejectedBy: Object.fromEntries(tally.rejectedBy) };
}

/** A run that waits for nothing that will come is over; what is left is for the next one. */
function storedState(end: RunEnd, tally: Tally): RunEnding['state'] {
  return end.state === 'waiting' || isPartial(end, tally) ? 'partial' : end.state;
}

/** All was told, and not all of it was good: a row that Meta refused, a value that cannot be used. */
function isPartial({ state, first }: RunEnd, { rejected, unattributed }: Tally): boolean {
  return state === 'succeeded' && rejected + unattributed + first.badRequests.people > 0;
}

async function reportRun(
  db: Db,
  { audienceId, id: runId }: ClaimedRun,
  end: RunEnd,
  tally: Tally,
  seconds: number,
): Promise<SyncReport> {
  const audience = await readAudience(db, audienceId);
  const link = await activeLink(db, audience.id);
  const unsettled = end.plan.counts.repeats + tally.unattributed;
  const opensInMs = end.comesBack?.waitingFor === 'quota' ? end.comesBack.dueInMs : null;
  const opensAt =
    opensInMs === null ? null : new Date((await databaseNow(db)).getTime() + opensInMs);
  return {
    ...planReport(audience.name, end.first, tally.swept),
    waitingUntil: opensAt?.toISOString() ?? end.plan.counts.waitingUntil,
    runId: String(runId),
    state: end.comesBack === null ? storedState(end, tally) : end.state,
    metaAudienceId: link?.metaAudienceId ?? null,
    members: audience.memberCount,
    added: tally.added,
    removed: tally.removed,
    accepted: tally.accepted,
    rejected: tally.rejected,
    rejectedBy: Object.fromEntries(tally.rejectedBy),
    badRequests: end.first.badRequests.people,
    badRequestsBy: end.first.badRequests.by,
    unknown: unsettled,
    waiting: end.plan.counts.waiting + (end.state === 'waiting' ? end.plan.rows : 0),
    requestsUsed: tally.requests,
    moot: tally.moot,
    seconds,
    error: end.error,
  };
}
