import type { EndpointName } from './routes.ts';
import type { Settings } from './settings.ts';

/**
 * How much of its quota each ad account has used in the last hour. Only told, not yet enforced: a
 * client meets a throttle through the fault of that name.
 */
export interface Usage {
  /** Counts one call and answers the headers that go with it. */
  count(call: {
    endpoint: EndpointName | null;
    account: string | null;
    isThrottled: boolean;
  }): Record<string, string>;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Rate limits of the Marketing API (read 2026-09-12), without the share an active audience adds. */
const callsAnHour = { development_access: 5_000, standard_access: 190_000 };
const scoreMax = { development_access: 60, standard_access: 9_000 };
const scoreWindowMs = 300_000;

export function createUsage(clock: () => number, settings: () => Settings): Usage {
  const accounts = new Map<string, Map<number, { calls: number; score: number }>>();
  return {
    count({ endpoint, account, isThrottled }) {
      const app = { call_count: 1, total_cputime: 0, total_time: 1 };
      if (endpoint === null || account === null) return { 'X-App-Usage': JSON.stringify(app) };
      const now = clock();
      const { tier } = settings();
      const minutes = minutesOf(accounts, account, now);
      const minute = Math.floor(now / minuteMs);
      const current = minutes.get(minute) ?? { calls: 0, score: 0 };
      const isRead = endpoint.endsWith('.read') || endpoint.endsWith('.list');
      minutes.set(minute, { calls: current.calls + 1, score: current.score + (isRead ? 1 : 3) });

      const calls = sum(minutes, 0, ({ calls: one }) => one);
      const score = sum(minutes, minute - scoreWindowMs / minuteMs, ({ score: one }) => one);
      const callShare = isThrottled ? 100 : percent(calls, callsAnHour[tier]);
      // Recorded (v10, v12): adding users answers with these two and no business use case header;
      // every other call the other way round.
      if (endpoint === 'users.add') {
        return {
          'X-App-Usage': JSON.stringify(app),
          'X-Ad-Account-Usage': JSON.stringify({
            acc_id_util_pct: isThrottled ? 100 : percent(score, scoreMax[tier]),
            reset_time_duration: isThrottled ? 60 : 0,
            ads_api_access_tier: tier,
          }),
        };
      }
      return {
        'X-Business-Use-Case-Usage': JSON.stringify({
          [account.replace('act_', '')]: [
            {
              type: 'custom_audience',
              call_count: callShare,
              total_cputime: Math.floor(callShare / 10),
              total_time: Math.floor(callShare / 5),
              estimated_time_to_regain_access: isThrottled ? 1 : 0,
            },
          ],
        }),
      };
    },
  };
}

type Minutes = Map<number, { calls: number; score: number }>;

function minutesOf(accounts: Map<string, Minutes>, account: string, now: number): Minutes {
  const minutes: Minutes = accounts.get(account) ?? new Map();
  for (const minute of minutes.keys()) {
    if (minute * minuteMs < now - hourMs) minutes.delete(minute);
  }
  accounts.set(account, minutes);
  return minutes;
}

function sum(
  minutes: Minutes,
  from: number,
  of: (minute: { calls: number; score: number }) => number,
): number {
  let total = 0;
  for (const [minute, counted] of minutes) if (minute >= from) total += of(counted);
  return total;
}

function percent(part: number, whole: number): number {
  return Math.min(100, Math.floor((part / whole) * 100));
}
