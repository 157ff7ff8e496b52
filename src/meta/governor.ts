import { type Clock, sleep } from './clock.ts';
import type { Usage } from './usage.ts';

/**
 * Keeps calls within Meta's limits. The client asks before every call and tells after it, also after
 * one that failed. `account` is `act_<number>`, or null for calls that belong to no ad account.
 */
export interface Governor {
  /**
   * Resolves when the call may be made, or when the signal aborts and nobody waits any more. It may
   * be asked twice for one call: asking costs nothing.
   */
  before(account: string | null, signal?: AbortSignal): Promise<void>;
  after(account: string | null, usage: Usage): void;
}

const paceFromPercent = 75;
const paceMaxMs = 3_000;
const restMinMs = 60_000;
const restMaxMs = 3_600_000;

interface Budget {
  restUntilMs: number;
  paceMs: number;
  lastCallMs: number;
  throttles: number;
}

/**
 * A governor for one process, per app and ad account: rests as long as Meta says or, where it says
 * nothing, from one minute upwards; spreads calls out once three quarters of a limit are used.
 */
export function createGovernor(clock: Clock, random: () => number): Governor {
  const app = emptyBudget();
  const accounts = new Map<string, Budget>();

  function budgetsOf(account: string | null): Budget[] {
    if (account === null) return [app];
    const known = accounts.get(account) ?? emptyBudget();
    accounts.set(account, known);
    return [app, known];
  }

  return {
    async before(account, signal) {
      const budgets = budgetsOf(account);
      // Another call's answer may lengthen the rest while we wait, so look again after waking up.
      while (!signal?.aborted) {
        const waitMs = Math.max(...budgets.map(openAtMs)) - clock.nowMs();
        if (waitMs <= 0) break;
        await sleep(clock, waitMs, signal);
      }
    },
    after(account, usage) {
      const nowMs = clock.nowMs();
      const [, own = app] = budgetsOf(account);
      for (const budget of new Set([app, own])) budget.lastCallMs = nowMs;
      app.paceMs = paceMs(usage.appPercent) ?? app.paceMs;
      own.paceMs = paceMs(usage.accountPercent) ?? own.paceMs;
      rest(own, nowMs, usage.regainMs);
      if (usage.throttled === null) {
        own.throttles = 0;
        app.throttles = 0;
        return;
      }
      const resting = usage.throttled === 'app' ? app : own;
      const backoffMs = Math.min(restMaxMs, restMinMs * 2 ** resting.throttles);
      resting.throttles += 1;
      const namedMs = Math.max(usage.regainMs, usage.resetMs);
      rest(resting, nowMs, namedMs > 0 ? namedMs : backoffMs * (1 + random()));
    },
  };
}

function emptyBudget(): Budget {
  return { restUntilMs: 0, paceMs: 0, lastCallMs: 0, throttles: 0 };
}

function openAtMs(budget: Budget): number {
  return Math.max(budget.restUntilMs, budget.lastCallMs + budget.paceMs);
}

function rest(budget: Budget, nowMs: number, restMs: number): void {
  budget.restUntilMs = Math.max(budget.restUntilMs, nowMs + restMs);
}

function paceMs(percent: number | null): number | null {
  if (percent === null) return null;
  const over = (Math.min(percent, 100) - paceFromPercent) / (100 - paceFromPercent);
  return Math.max(0, over) * paceMaxMs;
}
