import type { Holding } from '#store/difference.ts';

/** What the guard looks at; people, not rows. */
export interface GuardInput {
  /** Who would leave now on evidence: not typed by somebody, not merely changed. */
  readonly leaving: number;
  /** Of them, people of whom nothing was received: the clock alone says so. */
  readonly byTime: number;
  /** At Meta now, as far as we were told. */
  readonly atMeta: number;
  /** Left on evidence, and joined, in the last 24 hours. */
  readonly removedInWindow: number;
  readonly addedInWindow: number;
  /** The database, if nobody at all is left in it. */
  readonly emptied: string | null;
  /** Where people come from, if it is later than it may be; in words. */
  readonly late: readonly string[];
  /** Identifying values that people who stay would lose, and have lost, within 24 hours. */
  readonly losses: readonly Loss[];
  /** What removals that are held already were measured against: additions since then do not count. */
  readonly against: Measure | null;
}

/** What a loss is measured against. */
export interface Measure {
  /** People. */
  readonly size: number;
  /** People by identifying value. */
  readonly had: Readonly<Record<string, number>>;
}

interface Loss {
  /** EMAIL, PHONE, … */
  readonly key: string;
  /** People who stay and had it a day ago, and those of them who no longer have it. */
  readonly people: number;
  readonly lost: number;
}

export interface GuardVerdict {
  readonly verdict: 'pass' | 'hold';
  readonly holds: Holding;
  /** In words, with what was measured and the limit. */
  readonly reasons: readonly string[];
  readonly removes: number;
  readonly limit: number;
  readonly atMeta: number;
  readonly against: Measure;
}

/** Below these a removal is no accident worth stopping for (protocol.md §6). */
const LEAVING_MIN = 500;
const LEAVING_SHARE = 0.1;
const SMALL_AUDIENCE = 20;
const SMALL_SHARE = 0.5;
/** A column that goes blank in an export: one in so many of those who had the value. */
const LOSS_ONE_IN = 5;
/** A value that fewer than one in so many at Meta had says nothing about an export. */
const COMMON_ONE_IN = 10;

/**
 * Holds removals that rest on thin evidence: whatever number, where nobody is left of whom anything is
 * known; more than 10 % (and more than 500) of the people who
 * were at Meta a day ago, or more than half of an audience above 20; a fifth of those who have an
 * e-mail or another identifying value losing it; and, while the people they are judged by come late,
 * those whom time alone removes. Counted over a rolling day, so that a loss spread over many runs is
 * one loss. Additions are never held.
 */
export function judgeRemovals(input: GuardInput): GuardVerdict {
  const against = measureOf(input);
  const { size } = against;
  const limit = Math.max(LEAVING_MIN, Math.floor(size * LEAVING_SHARE));
  const broken = [...emptied(input), ...tooMany(input, size, limit), ...tooBlank(input, against)];
  const stale =
    input.byTime > 0
      ? input.late.map((source) => `${people(input.byTime)} because time has passed, but ${source}`)
      : [];
  const holds = broken.length > 0 ? 'all' : stale.length > 0 ? 'time' : 'nothing';
  return {
    verdict: holds === 'nothing' ? 'pass' : 'hold',
    holds,
    reasons: [...broken, ...stale],
    removes: input.leaving,
    limit,
    atMeta: input.atMeta,
    against,
  };
}

/**
 * The people of a day ago. Of a list that was filled within the day there were none, so those of now and
 * those who have left it since.
 */
function measureOf({ against, ...input }: GuardInput): Measure {
  const sizeOfDay = input.atMeta + input.removedInWindow;
  const sizeBefore = Math.max(0, sizeOfDay - input.addedInWindow);
  const size = sizeBefore > SMALL_AUDIENCE ? sizeBefore : sizeOfDay;
  const had = input.losses.map(({ key, people: now }): [string, number] => [
    key,
    Math.min(now, against?.had[key] ?? now),
  ]);
  return { size: Math.min(size, against?.size ?? size), had: Object.fromEntries(had) };
}

/** A snapshot without anybody is what a broken export looks like, too, however small the audience. */
function emptied({ leaving, emptied: database }: GuardInput): string[] {
  if (leaving === 0 || database === null) return [];
  return [`${people(leaving)} because nobody is left in “${database}”`];
}

function tooMany(input: GuardInput, size: number, limit: number): string[] {
  if (input.leaving === 0) return [];
  const leaving = input.leaving + input.removedInWindow;
  const reasons: string[] = [];
  if (leaving > limit) {
    reasons.push(
      `${input.leaving} people would leave, ${leaving} within 24 hours; the limit is ${limit} of ${size}`,
    );
  }
  if (size > SMALL_AUDIENCE && leaving > size * SMALL_SHARE) {
    reasons.push(`more than half of ${size} people would leave: ${leaving} within 24 hours`);
  }
  return reasons;
}

function tooBlank({ losses }: GuardInput, { size, had: hadOf }: Measure): string[] {
  return losses
    .map(({ key, lost }) => ({ key, had: hadOf[key] ?? 0, lost }))
    .filter(
      ({ had, lost }) =>
        had > SMALL_AUDIENCE && had * COMMON_ONE_IN >= size && lost * LOSS_ONE_IN >= had,
    )
    .map(
      ({ key, had, lost }) =>
        `${lost} of ${had} people who had ${key} have none any more within 24 hours; the limit is a fifth`,
    );
}

function people(number: number): string {
  return number === 1 ? '1 person would leave' : `${number} people would leave`;
}

/** A released set may grow a little until it goes; more needs a new look (protocol.md §6). */
const GROWTH_AFTER_RELEASE = 1.05;

export function coveredByRelease(held: number, releasedHeld: number): boolean {
  return held <= releasedHeld * GROWTH_AFTER_RELEASE;
}
