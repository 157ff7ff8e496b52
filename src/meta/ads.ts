import { adAccountNode } from './ids.ts';
import { asId, asList, asNumber, asObject, asText, type JsonObject } from './json.ts';
import { listAll } from './pages.ts';
import type { Requester } from './request.ts';
import { edges, params } from './wire.ts';

/** An ad set of an account, and the audiences that it names. */
export interface AdSet {
  readonly id: string;
  readonly name: string;
  /** Meta's word, such as ACTIVE or PAUSED. */
  readonly status: string | null;
  readonly audienceIds: readonly string[];
  /** Whose people are kept out. */
  readonly excludedIds: readonly string[];
}

/** What one ad set did on one day of the account's time zone. */
export interface AdSetDay {
  readonly adSetId: string;
  /** 2026-11-22 */
  readonly day: string;
  readonly impressions: number;
  /** In the account's currency, as Meta writes it. */
  readonly spend: string;
  /** Purchases that Meta attributes to its ads. */
  readonly purchases: number;
}

/** Ad sets with targeting are long, and Meta asks for less where it is too much. */
const itemsAtOnce = 100;

/**
 * What ads do with audiences; needs ads_read. Sources, read 2026-11-22:
 * https://developers.facebook.com/docs/marketing-api/reference/ad-account/adsets and …/ad-account/insights.
 * UNCONFIRMED: that `targeting` always names audiences by `id`, and which of the action types is a
 * business's own result; `purchase` is taken.
 */
export function createAds(requester: Requester) {
  return {
    /** Every ad set of an account. @throws MusterError */
    adSets(account: string): AsyncGenerator<AdSet, void, undefined> {
      const fields =
        'id,name,effective_status,targeting{custom_audiences,excluded_custom_audiences}';
      const path = `${adAccountNode(account)}/${edges.adSets}`;
      const call = { method: 'GET', path, account, query: { [params.fields]: fields } } as const;
      return listAll(requester, call, itemsAtOnce, readAdSet);
    },

    /** What its ad sets did, day by day. @throws MusterError */
    adSetDays(
      account: string,
      days: { readonly since: string; readonly until: string },
    ): AsyncGenerator<AdSetDay, void, undefined> {
      const query = {
        [params.fields]: 'adset_id,impressions,spend,actions',
        ...{ level: 'adset', time_increment: '1', time_range: JSON.stringify(days) },
      };
      const path = `${adAccountNode(account)}/${edges.insights}`;
      return listAll(requester, { method: 'GET', path, account, query }, itemsAtOnce, readDay);
    },
  };
}

function readAdSet(item: JsonObject): AdSet | null {
  const id = asId(item['id']);
  if (id === null) return null;
  const targeting = asObject(item['targeting']) ?? {};
  const idsOf = (name: string) =>
    asList(targeting[name])
      .map((one) => asId(asObject(one)?.['id']))
      .filter((one) => one !== null);
  return {
    id,
    name: asText(item['name']) ?? id,
    status: asText(item['effective_status']),
    audienceIds: idsOf('custom_audiences'),
    excludedIds: idsOf('excluded_custom_audiences'),
  };
}

/** Numbers come as texts: "361324". */
function readDay(item: JsonObject): AdSetDay | null {
  const adSetId = asId(item['adset_id']);
  const day = asText(item['date_start']);
  if (adSetId === null || day === null || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const spend = asText(item['spend']) ?? '0';
  const actions = asList(item['actions']).map(asObject);
  const purchases = actions.find((one) => one?.['action_type'] === 'purchase');
  return {
    ...{ adSetId, day, impressions: wholeOf(item['impressions']) },
    spend: /^\d+(\.\d+)?$/.test(spend) ? spend : '0',
    purchases: wholeOf(purchases?.['value']),
  };
}

function wholeOf(value: unknown): number {
  const number = asNumber(value) ?? Number(asText(value) ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}
