import type { Stop, Tally } from '#deliver/delivery.ts';
import type { Plan } from '#plan/make.ts';
import { findAudience } from '#store/audiences.ts';
import type { Db } from '#store/db.ts';
import { activeLink } from '#store/links.ts';
import type { RunState } from '#store/runs.ts';
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
}

export function endOf(first: Plan, plan: Plan, held: boolean, stop: Stop | null): RunEnd {
  const left = plan.rows + plan.counts.waiting;
  if (stop !== null) {
    const { problem } = stop;
    const passes = problem.class === 'wait' || problem.class === 'retry';
    return {
      state: passes ? 'waiting' : 'failed',
      first,
      plan,
      complete: false,
      error: {
        code: problem.code === null ? 'META_UNREACHABLE' : 'META_REFUSED',
        message: `${problem.words}${problem.code === null ? '' : ` (Meta's error ${problem.code}${problem.subcode === null ? '' : `/${problem.subcode}`})`}`,
        next: problem.link ?? 'The next run goes on from where this one stood.',
      },
    };
  }
  if (held) return { state: 'held', first, plan, complete: false, error: null };
  if (left > 0) return { state: 'waiting', first, plan, complete: false, error: null };
  return { state: 'succeeded', first, plan, complete: true, error: null };
}

/** A run that is over does not wait any more: what waits is left to the next one. */
export function storedState(end: RunEnd, tally: Tally): RunState {
  return end.state === 'waiting' || isPartial(end, tally) ? 'partial' : end.state;
}

/** All was told, and not all of it was good: a row that Meta refused, a value that cannot be used. */
function isPartial({ state, first }: RunEnd, { rejected, unattributed }: Tally): boolean {
  return state === 'succeeded' && rejected + unattributed + first.badRequests.people > 0;
}

/** What is kept of a run's counts. */
export function storedCounts({ first }: RunEnd, tally: Tally): object {
  return {
    ...tally,
    rejectedBy: Object.fromEntries(tally.rejectedBy),
    badRequests: first.badRequests.people,
    badRequestsBy: first.badRequests.by,
  };
}

export async function reportRun(
  db: Db,
  name: string,
  runId: number,
  end: RunEnd,
  tally: Tally,
  seconds: number,
): Promise<SyncReport> {
  const audience = await findAudience(db, name);
  const link = await activeLink(db, audience.id);
  const unsettled = end.plan.counts.repeats + tally.unattributed;
  return {
    ...planReport(name, end.first),
    waitingUntil: end.plan.counts.waitingUntil,
    runId: String(runId),
    state: isPartial(end, tally) ? 'partial' : end.state,
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
