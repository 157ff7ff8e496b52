import { conditionOf } from '#meta/conditions.ts';
import type { Db } from '#store/db.ts';
import { latestReadings, type MetaReading } from '#store/meta-readings.ts';
import { describeMismatch } from './told-and-counted.ts';

/** What Meta says of a linked audience: its own numbers untouched, and what they mean. */
export interface StateAtMeta {
  /** ISO 8601; how old the rest is. */
  readonly readAt: string;
  /** False: Meta no longer knows the audience. */
  readonly found: boolean;
  readonly name: string | null;
  /** Approximate and rounded; -1 is "not available" and never 0. */
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  /** As people read it: `1,000 – 1,200`, or `Not available (-1)`. */
  readonly size: string;
  readonly deliveryStatus: StatusAtMeta | null;
  readonly operationStatus: StatusAtMeta | null;
  /** ISO 8601: Meta deletes it then, because no ad used it for two years. */
  readonly deletesAt: string | null;
  /** People who counted as being there when everybody was compared last; null: not yet. */
  readonly toldPeople: number | null;
  /** What somebody should know or do, in whole sentences, the most serious first. */
  readonly warnings: readonly string[];
  /** Meta's bounds before anything of ours was sent, and what was gained since. */
  readonly before: {
    readonly readAt: string;
    readonly sizeLowest: number | null;
    readonly sizeHighest: number | null;
  } | null;
  /** At least and at most so many more people than before; null while a size is not available. */
  readonly gain: { readonly lowest: number; readonly highest: number } | null;
}

interface StatusAtMeta {
  readonly code: number;
  readonly text: string;
}

/** By the name of the audience: of those that are linked and were ever read. */
export async function statesAtMeta(
  db: Db,
  audienceIds: readonly number[] | null = null,
): Promise<ReadonlyMap<string, StateAtMeta>> {
  const { latest, first } = await latestReadings(db, audienceIds);
  const firstOf = new Map(first.map((reading) => [reading.linkId, reading]));
  return new Map(
    latest.map((reading) => {
      const before = firstOf.get(reading.linkId) ?? reading;
      return [reading.audience, describeReading(reading, before)];
    }),
  );
}

export function describeReading(reading: MetaReading, before: MetaReading): StateAtMeta {
  const { sizeLowest, sizeHighest } = reading;
  return {
    readAt: reading.readAt.toISOString(),
    found: reading.found,
    name: reading.name,
    sizeLowest,
    sizeHighest,
    size: describeSize(reading),
    deliveryStatus: statusOf(reading.deliveryCode, reading.deliveryText),
    operationStatus: statusOf(reading.operationCode, reading.operationText),
    deletesAt: reading.deletesAt?.toISOString() ?? null,
    warnings: warningsOf(reading, before),
    toldPeople: reading.toldPeople,
    before: {
      readAt: before.readAt.toISOString(),
      sizeLowest: before.sizeLowest,
      sizeHighest: before.sizeHighest,
    },
    gain: gainOf(reading, before),
  };
}

const NOT_AVAILABLE = -1;
const SMALL_BELOW = 1_000;
const UNUSABLE_FROM = 400;
const TOO_SMALL = 300;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function describeSize({
  sizeLowest,
  sizeHighest,
  found,
}: Pick<MetaReading, 'sizeLowest' | 'sizeHighest' | 'found'>): string {
  if (!found) return 'None: Meta no longer knows the audience';
  if (sizeLowest === null || sizeHighest === null) return 'Meta did not say';
  if (!isKnown(sizeLowest) || !isKnown(sizeHighest)) return `Not available (${NOT_AVAILABLE})`;
  return `${whole.format(sizeLowest)} – ${whole.format(sizeHighest)}`;
}

function isKnown(size: number | null): size is number {
  return size !== null && size !== NOT_AVAILABLE;
}

function statusOf(code: number | null, text: string | null): StatusAtMeta | null {
  return code === null ? null : { code, text: text ?? '' };
}

/** A gain between two ranges is a range itself: that is its error. */
function gainOf(now: MetaReading, before: MetaReading): StateAtMeta['gain'] {
  if (!isKnown(now.sizeLowest) || !isKnown(now.sizeHighest)) return null;
  if (!isKnown(before.sizeLowest) || !isKnown(before.sizeHighest)) return null;
  return {
    lowest: now.sizeLowest - before.sizeHighest,
    highest: now.sizeHighest - before.sizeLowest,
  };
}

function warningsOf(reading: MetaReading, before: MetaReading): string[] {
  if (!reading.found) {
    return [
      'The linked audience is missing: it was deleted at Meta. `muster audience relink` makes a new one.',
    ];
  }
  const warnings: string[] = [];
  const condition = conditionOf({
    operationStatus: asWire(reading.operationCode),
    deliveryStatus: asWire(reading.deliveryCode),
  });
  if (condition !== null) warnings.push(condition.words);
  if (reading.deletesAt !== null) {
    warnings.push(`Meta will delete the audience on ${reading.deletesAt.toISOString()}.`);
  }
  if (reading.flaggedFields.length > 0) {
    warnings.push(`Meta objects to its ${reading.flaggedFields.join(', ')}.`);
  }
  if (isSmall(reading) && (reading.deliveryCode ?? 0) < UNUSABLE_FROM) {
    warnings.push(
      `Fewer than ${whole.format(SMALL_BELOW)} accounts: too small to be effective. It is sent all the same.`,
    );
  }
  const mismatch = describeMismatch(reading.toldPeople, reading, before);
  if (mismatch !== null) warnings.push(mismatch);
  return [...new Set(warnings)];
}

/** Never because a size is not available (features.md §9 Q-5). */
function isSmall({ sizeHighest, deliveryCode }: MetaReading): boolean {
  return deliveryCode === TOO_SMALL || (isKnown(sizeHighest) && sizeHighest < SMALL_BELOW);
}

function asWire(code: number | null): { code: number } | null {
  return code === null ? null : { code };
}
