import { paceMs, percentUsed, type RateBudget } from '#domain/rate-budget.ts';
import { budgetNames } from '#meta/governor.ts';
import type { Integration } from '#store/connections.ts';
import type { Db } from '#store/db.ts';
import { readBudgets } from '#store/rate-budgets.ts';
import { budgetScope } from './open-client.ts';

/** What is left of Meta's limits for one integration. */
export interface Quota {
  readonly integration: string;
  readonly adAccount: string;
  /** Of the limit nearest to its end: the account's calls, its score, or the app's calls. */
  readonly percentLeft: number;
  /** The least time between two requests; 0 without pressure. */
  readonly paceMs: number;
  /** Meta asked for a pause until then. */
  readonly restsUntil: Date | null;
}

type Place = Pick<Integration, 'name' | 'adAccount' | 'apiUrl' | 'appId' | 'connectionId'>;

/** As of now; a limit that nobody used for a while may have more left than this says. */
export async function readQuota(db: Db, integration: Place, sharePercent: number): Promise<Quota> {
  const { name, adAccount } = integration;
  const { budgets, nowMs } = await budgetsOf(db, integration);
  const restMs = Math.max(...budgets.map(({ restUntilMs }) => restUntilMs)) - nowMs;
  return {
    ...{ integration: name, adAccount },
    percentLeft: Math.round(100 - Math.max(...budgets.map(percentUsed))),
    paceMs: Math.round(Math.max(...budgets.map((budget) => paceMs(budget, sharePercent)))),
    restsUntil: restMs > 0 ? new Date(nowMs + restMs) : null,
  };
}

/** What the calls of these integrations last told of the app's access, or null. */
export async function accessTierOf(db: Db, integrations: readonly Place[]): Promise<string | null> {
  for (const integration of integrations) {
    const { budgets } = await budgetsOf(db, integration);
    const told = budgets.find(({ accessTier }) => accessTier !== null);
    if (told !== undefined) return told.accessTier;
  }
  return null;
}

/** When so many requests will have gone, each taking so long where nothing holds them back. */
export function expectedFinish(
  { paceMs: pace, restsUntil }: Quota,
  requests: number,
  requestMs: number,
  now: Date,
): Date {
  const beginMs = Math.max(now.getTime(), restsUntil?.getTime() ?? 0);
  return new Date(beginMs + requests * Math.max(pace, requestMs));
}

async function budgetsOf(
  db: Db,
  place: Place,
): Promise<{ budgets: readonly RateBudget[]; nowMs: number }> {
  return await readBudgets(db, budgetScope(place), budgetNames(place.adAccount));
}
