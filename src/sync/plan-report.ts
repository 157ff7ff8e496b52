import type { Plan } from '#plan/make.ts';
import type { PlanReport } from './reports.ts';

export function planReport(audience: string, plan: Plan): PlanReport {
  return {
    audience,
    checksum: plan.checksum,
    adds: plan.counts.adds,
    removes: plan.counts.removes,
    updates: plan.counts.updates,
    repeats: plan.counts.repeats,
    requests: plan.requests,
    bytes: plan.bytes,
    heldBack: plan.heldBack,
    guard: plan.guard,
    waiting: plan.counts.waiting,
    waitingUntil: plan.counts.waitingUntil,
  };
}
