import type { MetaReading } from '#store/meta-readings.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Meta rounds, and shows no size below this. */
const COUNTED_MIN = 1_000;

/** Below this share of the people told, something other than an ordinary match rate is the reason. */
const MATCHED_MIN_SHARE = 0.1;

/** Only of many: a small audience matches as it happens to. */
const TOLD_MIN = 10_000;

/**
 * Holds the people that Meta was told, and may keep, against the accounts that it counts. Accounts of
 * before the first send are not ours.
 * @returns what does not fit, in a whole sentence; null where it fits or nobody can say.
 */
export function describeMismatch(
  told: number | null,
  reading: Pick<MetaReading, 'sizeLowest' | 'sizeHighest'>,
  before: Pick<MetaReading, 'sizeHighest'>,
): string | null {
  const { sizeLowest, sizeHighest } = reading;
  if (told === null || sizeLowest === null || sizeHighest === null) return null;
  if (sizeLowest < 0 || sizeHighest < 0) return null;
  const foreign = Math.max(0, before.sizeHighest ?? 0);
  if (sizeLowest > COUNTED_MIN && sizeLowest > told + foreign) {
    return `Meta counts at least ${whole.format(sizeLowest)} accounts, and was told of ${whole.format(told)} people: somebody else adds to this audience.`;
  }
  if (told >= TOLD_MIN && sizeHighest < told * MATCHED_MIN_SHARE) {
    return `Meta counts at most ${whole.format(sizeHighest)} accounts of ${whole.format(told)} people that it was told of: few can be matched, or Meta has not finished counting.`;
  }
  return null;
}
