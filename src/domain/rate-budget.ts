/**
 * What is left of what Meta allows, for one app at one ad account, or for the app as a whole. Pure:
 * the governor of one process and the one that all processes share keep it in different places and
 * reckon alike. Moments are milliseconds of whatever clock the keeper has.
 */
export interface RateBudget {
  /** By the name of what is measured: Meta counts calls and a score of their own. */
  readonly meters: Readonly<Record<string, Meter>>;
  /** Meta asked for a pause until then. */
  readonly restUntilMs: number;
  /** Under pressure calls go one by one: the next may begin then, … */
  readonly nextAtMs: number;
  /** … and not before the one under way has ended, or can no longer be under way. */
  readonly busyUntilMs: number;
  /** Throttles since the last call that went well. */
  readonly throttles: number;
  /** `development_access` or `standard_access`, as Meta last said it. */
  readonly accessTier: string | null;
}

interface Meter {
  /** Used up, as Meta last said it. 100 is no block: small apps show it on every call. */
  readonly percent: number;
  /** How long it takes for what was used to come back. */
  readonly windowMs: number;
  /** Where the present rise began, and the calls since. */
  readonly risePercent: number;
  readonly riseCalls: number;
  /** What one call costs; null until a rise was long enough to tell. */
  readonly callPercent: number | null;
}

/** What one answer said. */
export interface RateNews {
  readonly meters: Readonly<Record<string, { percent: number; windowMs: number }>>;
  /** Until calls are allowed again, by the headers; 0 when they name no block. */
  readonly regainMs: number;
  /** Until a used up score starts over; counts only after a throttle. */
  readonly resetMs: number;
  readonly throttled: boolean;
  /** Calls made since the news before this. */
  readonly calls: number;
  readonly accessTier: string | null;
}

/** From this share of a limit on, calls are spread out. */
export const sharePercentDefault = 75;

const restMinMs = 60_000;
const restMaxMs = 3_600_000;
/** Without a measure of what a call costs. */
const paceUnknownMs = 3_000;
/** Some calls cost more than the measured mean. */
const marginFactor = 1.25;
/** Meta rounds to whole points, so a rise of fewer proves nothing about one call. */
const risePointsMin = 5;
/** No request is under way longer; after `kill -9` the next one may go then. */
const busyMaxMs = 90_000;
const lookAgainMs = 500;

export const emptyBudget: RateBudget = {
  meters: {},
  restUntilMs: 0,
  nextAtMs: 0,
  busyUntilMs: 0,
  throttles: 0,
  accessTier: null,
};

/** The highest share used, as people are shown it. */
export function percentUsed({ meters }: RateBudget): number {
  return Math.max(0, ...Object.values(meters).map(({ percent }) => percent));
}

/**
 * The least time between two calls. What is left above the share has to last for a whole window: by
 * then all that was used before has come back, so the limit is never reached. Where nobody knows yet
 * what a call costs, calls are spread out a little, the more the nearer the limit is.
 */
export function paceMs({ meters }: RateBudget, sharePercent: number): number {
  const sparePercent = Math.max(1, 100 - sharePercent);
  const paces = Object.values(meters).map(({ percent, windowMs, callPercent }) => {
    if (percent <= sharePercent) return 0;
    if (callPercent === null) return ((percent - sharePercent) / sparePercent) * paceUnknownMs;
    return Math.min(windowMs, (marginFactor * windowMs * callPercent) / sparePercent);
  });
  return Math.max(0, ...paces);
}

/** Nothing to wait for and nothing to write down before a call. */
export function isCalm(budget: RateBudget, sharePercent: number): boolean {
  return budget.throttles === 0 && paceMs(budget, sharePercent) === 0;
}

/** 0: a call may begin now; otherwise milliseconds after which to look again. */
export function waitMs(budget: RateBudget, nowMs: number, sharePercent: number): number {
  if (isCalm(budget, sharePercent)) return Math.max(0, budget.restUntilMs - nowMs);
  const pausedMs = Math.max(budget.restUntilMs, budget.nextAtMs) - nowMs;
  if (pausedMs > 0) return pausedMs;
  // The one under way may end at any moment.
  return Math.max(0, Math.min(lookAgainMs, budget.busyUntilMs - nowMs));
}

/** A call begins now: under pressure the next one waits for its end. */
export function afterOpening(budget: RateBudget, nowMs: number, sharePercent: number): RateBudget {
  if (isCalm(budget, sharePercent)) return budget;
  return { ...budget, busyUntilMs: nowMs + busyMaxMs };
}

/** A call was answered; under pressure the next one waits for the pace. `chance` is 0 ≤ n < 1: whoever rests unasked comes back at different times. */
export function afterAnswer(
  budget: RateBudget,
  news: RateNews,
  { nowMs, sharePercent, chance }: { nowMs: number; sharePercent: number; chance: number },
): RateBudget {
  const meters = { ...budget.meters };
  for (const [name, { percent, windowMs }] of Object.entries(news.meters)) {
    meters[name] = moved(budget.meters[name], percent, windowMs, news.calls);
  }
  const accessTier = news.accessTier ?? budget.accessTier;
  const learnt = { ...budget, meters, accessTier, busyUntilMs: 0 };
  const next = { ...learnt, nextAtMs: nowMs + paceMs(learnt, sharePercent) };
  const isResting = nowMs < budget.restUntilMs;
  if (!news.throttled) {
    const restUntilMs = Math.max(budget.restUntilMs, nowMs + news.regainMs);
    // Sent before the rest began, a good answer says nothing about what comes after it.
    return { ...next, restUntilMs, throttles: isResting ? budget.throttles : 0 };
  }
  const namedMs = Math.max(news.regainMs, news.resetMs);
  const unaskedMs = unaskedRestMs(learnt) * (1 + chance);
  // Requests that were under way together are refused together, and count as one throttle.
  const restMs = namedMs > 0 ? namedMs : isResting ? 0 : unaskedMs;
  return {
    ...next,
    restUntilMs: Math.max(budget.restUntilMs, nowMs + restMs),
    throttles: isResting ? budget.throttles : Math.min(20, budget.throttles + 1),
  };
}

/** Twice as long after each throttle, and long enough for a part of a used up limit to come back. */
function unaskedRestMs({ throttles, meters }: RateBudget): number {
  const usedUp = Object.values(meters).filter(({ percent }) => percent >= 95);
  const partMs = Math.max(0, ...usedUp.map(({ windowMs }) => windowMs / 6));
  return Math.min(restMaxMs, Math.max(partMs, restMinMs * 2 ** throttles));
}

function moved(
  before: Meter | undefined,
  saidPercent: number,
  windowMs: number,
  calls: number,
): Meter {
  const percent = Math.min(saidPercent, 100);
  const fell = before === undefined || percent < before.percent;
  const risePercent = fell ? percent : before.risePercent;
  const riseCalls = fell ? 0 : before.riseCalls + calls;
  const rise = percent - risePercent;
  const measured = rise >= risePointsMin && riseCalls > 0 ? rise / riseCalls : null;
  return {
    ...{ percent, windowMs, risePercent, riseCalls },
    callPercent: measured ?? before?.callPercent ?? null,
  };
}
