import type { WireAccountUsage, WireAppUsage, WireUseCaseUsage } from '#meta/wire.ts';
import { type GraphError, graphErrors } from './graph-error.ts';
import { RollingWindow } from './rolling-window.ts';
import type { EndpointName } from './routes.ts';
import type { Settings } from './settings.ts';
import type { State } from './state.ts';

/**
 * The limits of Meta's rate-limiting page (read 2026-09-12), each counted and each enforced: the
 * custom-audience use case by ad account and hour (80003), the score of an ad account (17 or 613),
 * and the calls of the app (4). Whoever is over is refused until the window lets go.
 */
export interface Usage {
  /** Counts a call; why it is refused, or null where it may pass. */
  enter(call: MeteredCall): GraphError | null;
  /** The headers of its answer; `isThrottled` where it was refused for its quota, or by a fault. */
  headers(call: MeteredCall, isThrottled: boolean): Record<string, string>;
  /** Keeps what one account has used; belongs in a transaction that commits anyway. */
  keep(account: string): void;
  read(account: string): QuotaSeen;
  /** Gives everybody their whole quota back. */
  clear(): void;
}

export interface MeteredCall {
  readonly endpoint: EndpointName | null;
  readonly account: string | null;
  readonly isRead: boolean;
  readonly rows: number;
}

/** What there is to know about one account's quota. */
interface QuotaSeen {
  readonly tier: Settings['tier'];
  readonly useCase: {
    calls: number;
    callsMax: number;
    percent: WireAppUsage;
    regainMinutes: number;
  };
  readonly score: { used: number; max: number; blockedSeconds: number };
  readonly app: { calls: number; callsMax: number };
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const callsAnHour = { development_access: 5_000, standard_access: 190_000 };
const callsForAnAudience = 40;
const callsAnHourMax = 700_000;
const scoreMax = { development_access: 60, standard_access: 9_000 };
const scoreBlockMs = { development_access: 300_000, standard_access: 60_000 };
const scoreDecayMs = 300_000;
/** Our model of what a call costs and of what an hour allows; Meta names neither. */
const cost = { cpuMs: 10, cpuMsARow: 0.02, wallMs: 30, wallMsARow: 0.04 };
const allowance = { cpuMs: 100, wallMs: 300 };

interface Meter {
  readonly calls: RollingWindow;
  readonly cpuMs: RollingWindow;
  readonly wallMs: RollingWindow;
  readonly score: RollingWindow;
  blockedUntil: number;
  seen: number;
}

export function createUsage(state: State, clock: () => number, settings: () => Settings): Usage {
  const meters = new Map<string, Meter>();
  let app = new RollingWindow(hourMs, minuteMs);
  const meterOf = (account: string): Meter => {
    const meter = meters.get(account) ?? readMeter(state, account);
    meters.set(account, meter);
    return meter;
  };
  const limitsOf = (account: string): Limits => {
    const { tier, accountLimitCode, useCaseCallsAnHour } = settings();
    const callsMax =
      useCaseCallsAnHour === 0 ? callsMaxOf(state, account, tier) : useCaseCallsAnHour;
    return { tier, accountLimitCode, callsMax };
  };
  return {
    enter(call) {
      const now = clock();
      const { appCallsAnHour, refusedCallsCount } = settings();
      if (call.account === null || call.endpoint === 'users.add') {
        const isOver = app.sum(now) >= appCallsAnHour;
        if (!isOver || refusedCallsCount) app.add(now, 1);
        if (isOver) return graphErrors.throttled(4);
      }
      if (call.account === null) return null;
      const meter = meterOf(call.account);
      meter.seen += 1;
      const refused = refusalOf(meter, call, now, limitsOf(call.account));
      if (refused === null || refusedCallsCount) count(meter, call, now);
      return refused;
    },
    headers(call, isThrottled) {
      const now = clock();
      const { appCallsAnHour, usageHeadersFromCall } = settings();
      const appShare = percent(app.sum(now), appCallsAnHour);
      const appUsage = {
        'X-App-Usage': json({ call_count: appShare, total_cputime: 0, total_time: 0 }),
      };
      if (call.account === null) return appUsage;
      const meter = meterOf(call.account);
      if (meter.seen < usageHeadersFromCall) return {};
      const limits = limitsOf(call.account);
      const score = {
        'X-Ad-Account-Usage': json(accountUsage(meter, now, limits.tier, isThrottled)),
      };
      // Recorded (v10, v12): adding users answers with these two and no business use case header,
      // every other call the other way round.
      if (call.endpoint === 'users.add') return { ...appUsage, ...score };
      return {
        ...useCaseHeader(call.account, meter, now, limits, isThrottled),
        ...(blockedMsOf(meter, now) > 0 ? score : {}),
      };
    },
    keep: (account) => keepMeter(state, account, meterOf(account)),
    read: (account) => ({
      ...quotaOf(meterOf(account), clock(), limitsOf(account)),
      app: { calls: app.sum(clock()), callsMax: settings().appCallsAnHour },
    }),
    clear() {
      meters.clear();
      app = new RollingWindow(hourMs, minuteMs);
      state.sql.run`delete from quota`;
    },
  };
}

interface Limits {
  readonly tier: Settings['tier'];
  readonly accountLimitCode: number;
  readonly callsMax: number;
}

function quotaOf(meter: Meter, now: number, { tier, callsMax }: Limits): Omit<QuotaSeen, 'app'> {
  const blockedMs = blockedMsOf(meter, now);
  return {
    tier,
    useCase: useCaseUsage(meter, now, callsMax),
    score: { used: meter.score.sum(now), max: scoreMax[tier], blockedSeconds: seconds(blockedMs) },
  };
}

function callsMaxOf({ sql }: State, account: string, tier: Settings['tier']): number {
  const audiences = sql.get`
    select count(*) as n from audience where account = ${account} and deleted_at is null`?.['n'];
  return Math.min(callsAnHourMax, callsAnHour[tier] + callsForAnAudience * Number(audiences));
}

function useCaseHeader(
  account: string,
  meter: Meter,
  now: number,
  { callsMax }: Limits,
  isThrottled: boolean,
): Record<string, string> {
  const { percent: shares, regainMinutes } = useCaseUsage(meter, now, callsMax);
  // A throttle by a fault says so too; one by the score speaks through the other header.
  const isFaulty = isThrottled && blockedMsOf(meter, now) === 0;
  const usage: WireUseCaseUsage = {
    [account.replace('act_', '')]: [
      {
        type: 'custom_audience',
        ...shares,
        ...(isFaulty ? { call_count: 100 } : {}),
        estimated_time_to_regain_access: isFaulty ? Math.max(1, regainMinutes) : regainMinutes,
      },
    ],
  };
  return { 'X-Business-Use-Case-Usage': json(usage) };
}

function refusalOf(
  meter: Meter,
  call: MeteredCall,
  now: number,
  {
    tier,
    accountLimitCode,
    callsMax,
  }: { tier: Settings['tier']; accountLimitCode: number; callsMax: number },
): GraphError | null {
  const isOverScore = meter.score.sum(now) + scoreOf(call) > scoreMax[tier];
  if (isOverScore && blockedMsOf(meter, now) === 0) meter.blockedUntil = now + scoreBlockMs[tier];
  if (blockedMsOf(meter, now) > 0) return graphErrors.throttled(accountLimitCode);
  // 80003 is not among the errors of adding users (users reference, read 2026-09-12).
  if (call.endpoint === 'users.add') return null;
  const isOver =
    meter.calls.sum(now) >= callsMax ||
    meter.cpuMs.sum(now) >= callsMax * allowance.cpuMs ||
    meter.wallMs.sum(now) >= callsMax * allowance.wallMs;
  return isOver ? graphErrors.throttled(80_003) : null;
}

/** A block that ends later than any can was set before the clock was put back: it is over. */
function blockedMsOf({ blockedUntil }: Meter, now: number): number {
  const leftMs = blockedUntil - now;
  return leftMs > scoreBlockMs.development_access ? 0 : Math.max(0, leftMs);
}

function count(meter: Meter, call: MeteredCall, now: number): void {
  meter.score.add(now, scoreOf(call));
  if (call.endpoint === 'users.add') return;
  meter.calls.add(now, 1);
  meter.cpuMs.add(now, cost.cpuMs + cost.cpuMsARow * call.rows);
  meter.wallMs.add(now, cost.wallMs + cost.wallMsARow * call.rows);
}

function scoreOf({ isRead }: MeteredCall): number {
  return isRead ? 1 : 3;
}

function useCaseUsage(meter: Meter, now: number, callsMax: number): QuotaSeen['useCase'] {
  const waitMs = Math.max(
    meter.calls.waitMs(now, callsMax - 1),
    meter.cpuMs.waitMs(now, callsMax * allowance.cpuMs - 1),
    meter.wallMs.waitMs(now, callsMax * allowance.wallMs - 1),
  );
  return {
    calls: meter.calls.sum(now),
    callsMax,
    percent: {
      call_count: percent(meter.calls.sum(now), callsMax),
      total_cputime: percent(meter.cpuMs.sum(now), callsMax * allowance.cpuMs),
      total_time: percent(meter.wallMs.sum(now), callsMax * allowance.wallMs),
    },
    regainMinutes: Math.ceil(waitMs / minuteMs),
  };
}

/** Seconds, where the other header has minutes. */
function accountUsage(
  meter: Meter,
  now: number,
  tier: Settings['tier'],
  isThrottled: boolean,
): WireAccountUsage {
  const used = Math.min(100, (meter.score.sum(now) / scoreMax[tier]) * 100);
  const blockedMs = blockedMsOf(meter, now);
  const decayMs = isThrottled ? scoreBlockMs.standard_access : meter.score.waitMs(now, 0);
  return {
    acc_id_util_pct: isThrottled ? 100 : Math.round(used * 100) / 100,
    reset_time_duration: seconds(blockedMs > 0 ? blockedMs : decayMs),
    ads_api_access_tier: tier,
  };
}

interface KeptMeter {
  readonly steps: Readonly<Record<(typeof windows)[number], [number, number][]>>;
  readonly blockedUntil: number;
}

const windows = ['calls', 'cpuMs', 'wallMs', 'score'] as const;
const scoreStepMs = 5_000;

function readMeter({ sql }: State, account: string): Meter {
  const text = sql.get`select details from quota where account = ${account}`?.['details'];
  const kept = text === undefined ? null : (JSON.parse(String(text)) as KeptMeter);
  return {
    calls: new RollingWindow(hourMs, minuteMs, kept?.steps.calls),
    cpuMs: new RollingWindow(hourMs, minuteMs, kept?.steps.cpuMs),
    wallMs: new RollingWindow(hourMs, minuteMs, kept?.steps.wallMs),
    score: new RollingWindow(scoreDecayMs, scoreStepMs, kept?.steps.score),
    blockedUntil: kept?.blockedUntil ?? 0,
    seen: 0,
  };
}

function keepMeter({ sql }: State, account: string, meter: Meter): void {
  const steps = Object.fromEntries(windows.map((name) => [name, meter[name].steps()]));
  const text = JSON.stringify({ steps, blockedUntil: meter.blockedUntil });
  sql.run`insert or replace into quota (account, details) values (${account}, ${text})`;
}

function percent(part: number, whole: number): number {
  return Math.min(100, Math.floor((part / whole) * 100));
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}

function json(value: WireAppUsage | WireAccountUsage | WireUseCaseUsage): string {
  return JSON.stringify(value);
}
