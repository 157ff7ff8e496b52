import { asList, asNumber, asObject, asText, type JsonObject, parseJson } from './json.ts';
import { headers } from './wire.ts';

/**
 * What one answer says about Meta's limits. A percentage of 100 is no block: development accounts
 * show it on every successful call. Only a throttle or a time to regain access is one.
 */
export interface Usage {
  /** Highest share used in per cent: of the app's calls, of the ad account's, and of its score. */
  readonly appPercent: number | null;
  readonly callsPercent: number | null;
  readonly scorePercent: number | null;
  /** Until calls are allowed again, by the headers; 0 when they name no block. */
  readonly regainMs: number;
  /** Until the account's score starts over; says how long to wait only after a throttle. */
  readonly resetMs: number;
  /** `development_access` or `standard_access`, where a header tells. */
  readonly tier: string | null;
  /** Whom the error of this answer told to rest. */
  readonly throttled: 'account' | 'app' | null;
}

/**
 * Reads the three usage headers. Mind the units: minutes in X-Business-Use-Case-Usage, seconds in
 * X-Ad-Account-Usage (https://developers.facebook.com/documentation/ads-commerce/marketing-api/overview/rate-limiting,
 * read 2026-09-12). A header that does not parse counts as absent.
 */
export function readUsage(answered: Headers, account: string | null): Omit<Usage, 'throttled'> {
  const app = readHeader(answered, headers.appUsage);
  const score = readHeader(answered, headers.accountUsage);
  const useCases = readUseCases(readHeader(answered, headers.useCaseUsage), account);
  const scorePercent = asNumber(score?.['acc_id_util_pct']);
  const regainMinutes = useCases.map((entry) => asNumber(entry['estimated_time_to_regain_access']));
  const tiers = [score, ...useCases].map((entry) => asText(entry?.['ads_api_access_tier']));
  return {
    appPercent: highest([callPercent(app)]),
    callsPercent: highest(useCases.map(callPercent)),
    scorePercent,
    regainMs: (highest(regainMinutes) ?? 0) * 60_000,
    resetMs: (asNumber(score?.['reset_time_duration']) ?? 0) * 1000,
    tier: tiers.find((tier) => tier !== null) ?? null,
  };
}

/** The entries of this account, whose key is its number without `act_`. */
function readUseCases(byAccount: JsonObject | null, account: string | null): JsonObject[] {
  if (byAccount === null || account === null) return [];
  const entries = asList(byAccount[account.replace(/^act_/, '')]).map(asObject);
  return entries.filter((entry) => entry !== null);
}

function callPercent(usage: JsonObject | null): number | null {
  const parts = ['call_count', 'total_cputime', 'total_time'];
  return highest(parts.map((part) => asNumber(usage?.[part])));
}

function highest(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function readHeader(answered: Headers, name: string): JsonObject | null {
  const value = answered.get(name);
  if (value === null) return null;
  try {
    return asObject(parseJson(value));
  } catch {
    return null;
  }
}
