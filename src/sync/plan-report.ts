import type { Plan } from '#plan/make.ts';
import type { PlanReport } from './reports.ts';

export function planReport(audience: string, plan: Plan, swept: number): PlanReport {
  return {
    audience,
    checksum: plan.checksum,
    adds: plan.counts.adds,
    removes: plan.counts.removes,
    updates: plan.counts.updates,
    repeats: plan.counts.repeats,
    swept,
    requests: plan.requests,
    bytes: plan.bytes,
    heldBack: plan.heldBack,
    guard: plan.guard,
    approval: plan.approval,
    remaining: remainingOf(plan),
    mayBeRefused: mayBeRefused(plan),
    waiting: plan.counts.waiting,
    waitingUntil: plan.counts.waitingUntil,
  };
}

/** People at Meta after it, as far as we were told; null where nobody leaves, which costs no count. */
function remainingOf({ counts, guard }: Plan): number | null {
  return counts.removes === 0 ? null : guard.atMeta - counts.removes + counts.adds;
}

/** Below this Meta has been seen to refuse removals (200/1870047, recorded in 2021). */
const SMALL_AT_META = 1_000;

function mayBeRefused(plan: Plan): string[] {
  const remaining = remainingOf(plan);
  if (remaining === null || remaining >= SMALL_AT_META) return [];
  return [
    `Meta may refuse the removals because only ${remaining} people would remain; they then stay to be done, and the run is no failure for it`,
  ];
}
