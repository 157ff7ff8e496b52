import {
  afterAnswer,
  afterOpening,
  emptyBudget,
  type RateBudget,
  type RateNews,
  sharePercentDefault,
  waitMs,
} from '#domain/rate-budget.ts';
import type { Clock } from './clock.ts';
import type { Usage } from './usage.ts';

/**
 * Keeps calls within Meta's limits. The client asks before every call and tells after it, also after
 * one that failed. `account` is `act_<number>`, or null for calls that belong to no ad account.
 */
export interface Governor {
  /**
   * Asks for one call. 0: it is yours, make it now. Otherwise milliseconds after which to ask again,
   * and nothing was taken.
   */
  ask(account: string | null): Promise<number>;
  answered(account: string | null, usage: Usage): Promise<void>;
}

/** A governor for one process and one app: for logins, and where nothing is shared. */
export function createGovernor(
  clock: Clock,
  random: () => number,
  sharePercent = sharePercentDefault,
): Governor {
  const budgets = new Map<string, RateBudget>();
  const budgetOf = (name: string) => budgets.get(name) ?? emptyBudget;

  return {
    async ask(account) {
      const nowMs = clock.nowMs();
      const names = budgetNames(account);
      const waits = names.map((name) => waitMs(budgetOf(name), nowMs, sharePercent));
      if (waits.some((ms) => ms > 0)) return Math.max(...waits);
      for (const name of names) {
        budgets.set(name, afterOpening(budgetOf(name), nowMs, sharePercent));
      }
      return 0;
    },
    async answered(account, usage) {
      const now = { nowMs: clock.nowMs(), sharePercent, chance: random() };
      for (const name of budgetNames(account)) {
        budgets.set(name, afterAnswer(budgetOf(name), newsFor(name, usage, 1), now));
      }
    },
  };
}

/** The name of the budget that all calls of an app share. */
const appBudget = 'app';

/** The budgets a call counts against: the app's, and its ad account's if it has one. */
export function budgetNames(account: string | null): readonly string[] {
  return account === null ? [appBudget] : [appBudget, account];
}

const hourMs = 3_600_000;
/** The score of an ad account decays in five minutes (meta-api, section 6). */
const scoreWindowMs = 300_000;

/** What one answer says to one of the budgets its call counted against. */
export function newsFor(name: string, usage: Usage, calls: number): RateNews {
  const { appPercent, callsPercent, scorePercent, regainMs, resetMs, throttled } = usage;
  const { tier: accessTier } = usage;
  if (name === appBudget) {
    const meters = appPercent === null ? {} : { calls: { percent: appPercent, windowMs: hourMs } };
    return { meters, regainMs: 0, resetMs: 0, throttled: throttled === 'app', calls, accessTier };
  }
  const score = { percent: scorePercent ?? 0, windowMs: Math.max(resetMs, scoreWindowMs) };
  const meters = {
    ...(callsPercent === null ? {} : { calls: { percent: callsPercent, windowMs: hourMs } }),
    ...(scorePercent === null ? {} : { score }),
  };
  return { meters, regainMs, resetMs, throttled: throttled === 'account', calls, accessTier };
}
