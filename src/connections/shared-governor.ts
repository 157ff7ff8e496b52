import { afterAnswer, afterOpening, isCalm, waitMs } from '#domain/rate-budget.ts';
import { type Governor, budgetNames, newsFor } from '#meta/governor.ts';
import type { Clock } from '#meta/clock.ts';
import type { Usage } from '#meta/usage.ts';
import type { Store } from '#store/db.ts';
import { type BudgetsNow, changeBudgets, readBudgets } from '#store/rate-budgets.ts';

/** Without pressure what was used is written down so often, and not after every call. */
const WRITE_EVERY_MS = 5_000;

interface SharedOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: () => number;
  readonly sharePercent: number;
}

/** One governor a scope, for as long as the process runs. */
export function sharedGovernors(store: Store, options: SharedOptions): (scope: string) => Governor {
  const made = new Map<string, Governor>();
  return (scope) => {
    const governor = made.get(scope) ?? sharedGovernor(store, scope, options);
    made.set(scope, governor);
    return governor;
  };
}

/**
 * A governor that all processes on one database share: their calls count together, and one that Meta
 * throttles rests them all. `scope` names the app and the API whose limits these are. Without
 * pressure asking costs one read; under pressure calls take turns by the lock of the budget's row.
 * A process that dies leaves nothing behind but the turn it had, which ends by itself.
 */
function sharedGovernor(
  store: Store,
  scope: string,
  { clock, random, sharePercent }: SharedOptions,
): Governor {
  /** Where the last look found pressure: there every answer is written down at once. */
  const pressed = new Set<string | null>();
  let tier: string | null = null;
  const unwritten = new Map<string | null, { calls: number; sinceMs: number }>();

  function longestWait({ budgets, nowMs }: BudgetsNow): number {
    return Math.max(...budgets.map((budget) => Math.ceil(waitMs(budget, nowMs, sharePercent))));
  }

  async function take(names: readonly string[]): Promise<number> {
    let foundMs = 0;
    await changeBudgets(store, scope, names, (now) => {
      foundMs = longestWait(now);
      if (foundMs > 0) return null;
      return now.budgets.map((budget) => afterOpening(budget, now.nowMs, sharePercent));
    });
    return foundMs;
  }

  return {
    async ask(account) {
      const names = budgetNames(account);
      const now = await readBudgets(store, scope, names);
      const foundMs = longestWait(now);
      if (foundMs > 0) return foundMs;
      pressed.delete(account);
      if (now.budgets.every((budget) => isCalm(budget, sharePercent))) return 0;
      pressed.add(account);
      return await take(names);
    },

    async answered(account, usage) {
      const waiting = unwritten.get(account) ?? { calls: 0, sinceMs: -Infinity };
      const calls = waiting.calls + 1;
      const isRecent = clock.nowMs() - waiting.sinceMs < WRITE_EVERY_MS;
      const isNewTier = usage.tier !== null && usage.tier !== tier;
      tier = usage.tier ?? tier;
      if (isRecent && !isNewTier && !pressed.has(account) && isLight(usage, sharePercent)) {
        unwritten.set(account, { ...waiting, calls });
        return;
      }
      unwritten.set(account, { calls: 0, sinceMs: clock.nowMs() });
      const names = budgetNames(account);
      const chance = random();
      const writing = changeBudgets(store, scope, names, ({ budgets, nowMs }) =>
        budgets.map((budget, place) =>
          afterAnswer(budget, newsFor(names[place] ?? '', usage, calls), {
            ...{ nowMs, sharePercent, chance },
          }),
        ),
      );
      // The answer in hand is worth more than its share of a limit; the next one tells it again.
      await writing.catch(() => {});
    },
  };
}

/** Says nothing that another call would have to know at once. */
function isLight(usage: Usage, sharePercent: number): boolean {
  const { appPercent, callsPercent, scorePercent, regainMs, throttled } = usage;
  const percent = Math.max(appPercent ?? 0, callsPercent ?? 0, scorePercent ?? 0);
  return throttled === null && regainMs === 0 && percent <= sharePercent;
}
