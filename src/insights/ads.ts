import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdSet, AdSetDay } from '#meta/ads.ts';
import type { MetaClient } from '#meta/client.ts';
import { type AdSetUse, claimAdReading, noteAdRefusal, storeAds } from '#store/ads.ts';
import type { Store } from '#store/db.ts';

type Client = {
  readonly meta: Pick<MetaClient, 'adSets' | 'adSetDays' | 'adAccount'>;
  readonly adAccount: string;
};

/** Figures of ads settle for days, and nobody bids by them here. */
const EVERY_MS = 3_600_000;
/** By the button: so that somebody who clicks on and on does not use the account's calls up. */
const EVERY_BY_HAND_MS = 60_000;
/** Meta may correct its figures for 28 days; the rest stays as it was read. */
const DAYS_READ = 30;

const dayMs = 86_400_000;

/**
 * Asks Meta which ad sets name an audience and what they did, at most once an hour. What Meta does not tell, as
 * where the token has no ads_read, is noted and changes nothing else.
 */
export async function refreshAds(
  store: Store,
  audience: { readonly id: number; readonly metaAudienceId: string },
  open: () => Promise<Client>,
  { byHand, now }: { readonly byHand: boolean; readonly now: Date },
): Promise<void> {
  if (!(await claimAdReading(store, audience.id, byHand ? EVERY_BY_HAND_MS : EVERY_MS))) return;
  try {
    await storeAds(store, audience.id, await askAds(await open(), audience.metaAudienceId, now));
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    await noteAdRefusal(store, audience.id, error.message);
  }
}

async function askAds({ meta, adAccount }: Client, metaAudienceId: string, now: Date) {
  const all: AdSet[] = [];
  for await (const one of meta.adSets(adAccount)) all.push(one);
  const adSets = [
    ...usesOf(all, metaAudienceId, 'audienceIds'),
    ...usesOf(all, metaAudienceId, 'excludedIds'),
  ];
  const account = await meta.adAccount(adAccount);
  const currency = account.outcome === 'clean' ? account.body.currency : null;
  const shown = new Set(adSets.filter(({ excluded }) => !excluded).map(({ id }) => id));
  if (shown.size === 0) return { currency, adSets, days: [] };
  const days: AdSetDay[] = [];
  for await (const day of meta.adSetDays(adAccount, lastDays(now))) {
    if (shown.has(day.adSetId)) days.push(day);
  }
  return { currency, adSets, days: byDay(days) };
}

function usesOf(
  all: readonly AdSet[],
  metaAudienceId: string,
  where: 'audienceIds' | 'excludedIds',
): AdSetUse[] {
  return all
    .filter((one) => one[where].includes(metaAudienceId))
    .map(({ id, name, status }) => ({ id, name, status, excluded: where === 'excludedIds' }));
}

function byDay(days: readonly AdSetDay[]) {
  return Object.entries(Object.groupBy(days, ({ day }) => day)).map(([day, all = []]) => ({
    day,
    impressions: all.reduce((sum, one) => sum + one.impressions, 0),
    // Meta writes cents or less; summed as numbers, they are rounded to what a currency has.
    spend: all.reduce((sum, one) => sum + Number(one.spend), 0).toFixed(4),
    purchases: all.reduce((sum, one) => sum + one.purchases, 0),
  }));
}

function lastDays(now: Date): { since: string; until: string } {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { since: dayOf(now.getTime() - DAYS_READ * dayMs), until: dayOf(now.getTime() + dayMs) };
}
