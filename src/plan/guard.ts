/** What the guard looks at; people, not rows. */
export interface GuardInput {
  /** Who would leave now, on evidence: not by hand, not merely changed. */
  readonly leaving: number;
  /** At Meta now, as far as we were told. */
  readonly atMeta: number;
  /** Left, and joined, in the last 24 hours. */
  readonly removedInWindow: number;
  readonly addedInWindow: number;
}

export interface GuardVerdict {
  readonly verdict: 'pass' | 'hold';
  /** In words, with what was measured and the limit. */
  readonly reasons: readonly string[];
  readonly removes: number;
  readonly limit: number;
  readonly atMeta: number;
}

/** Below these a removal is no accident worth stopping for (protocol.md §6). */
const LEAVING_MIN = 500;
const LEAVING_SHARE = 0.1;
const SMALL_AUDIENCE = 20;
const SMALL_SHARE = 0.5;

/**
 * Holds removals that rest on thin evidence: more than 10 % (and more than 500) of the people who
 * were at Meta a day ago, or more than half of an audience above 20. Counted over a rolling day, so
 * that a loss spread over many runs is one loss. Additions are never held.
 */
export function judgeRemovals(input: GuardInput): GuardVerdict {
  const sizeBefore = Math.max(0, input.atMeta + input.removedInWindow - input.addedInWindow);
  // A list that was filled within the day has no size before it to be measured against.
  const size = Math.max(sizeBefore, input.atMeta);
  const leaving = input.leaving + input.removedInWindow;
  const limit = Math.max(LEAVING_MIN, Math.floor(size * LEAVING_SHARE));
  const reasons: string[] = [];
  if (input.leaving > 0 && leaving > limit) {
    reasons.push(
      `${input.leaving} people would leave, ${leaving} within 24 hours; the limit is ${limit} of ${size}`,
    );
  }
  if (input.leaving > 0 && size > SMALL_AUDIENCE && leaving > size * SMALL_SHARE) {
    reasons.push(`more than half of ${size} people would leave: ${leaving} within 24 hours`);
  }
  return {
    verdict: reasons.length > 0 ? 'hold' : 'pass',
    reasons,
    removes: input.leaving,
    limit,
    atMeta: input.atMeta,
  };
}

/** A released set may grow a little until it goes; more needs a new look (protocol.md §6). */
const GROWTH_AFTER_RELEASE = 1.05;

export function coveredByRelease(leaving: number, releasedLeaving: number): boolean {
  return leaving <= releasedLeaving * GROWTH_AFTER_RELEASE;
}
