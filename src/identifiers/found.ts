import type { FurtherKey, IdentifierKey, RawIdentifiers } from '#domain/identifier-keys.ts';
import { splitBirthDate } from './birth-date.ts';
import { kinds } from './kinds.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './setting.ts';

/** One identifier of one person, and what becomes of it. */
export interface Found {
  readonly key: IdentifierKey | FurtherKey;
  readonly raw: string;
  readonly outcome: Outcome;
}

/**
 * Everything that a person has; of several values under one key the first usable, else the first that
 * is not blank.
 */
export function foundIn(raw: RawIdentifiers, context: Context): Found[] {
  const date = firstOf(raw.birthDate);
  const split = date === '' ? null : splitBirthDate(date, context.setting);
  const ofDate: Partial<Record<Found['key'], Outcome>> =
    split === null ? {} : { DOBY: split.year, DOBM: split.month, DOBD: split.day };
  const found: Found[] = [];
  for (const { key, fields, normalise } of kinds) {
    const held = fields[0] === undefined ? undefined : raw[fields[0]];
    let best: Found | null = null;
    for (const value of valuesOf(held)) {
      if (best !== null && isUsable(best.outcome)) break;
      const outcome = normalise(value, context);
      if (isBetter(outcome, best)) best = { key, raw: value, outcome };
    }
    const fromDate = ofDate[key];
    if (fromDate !== undefined && (best === null || !isUsable(best.outcome))) {
      best = { key, raw: date, outcome: fromDate };
    }
    if (best !== null) found.push(best);
  }
  return found;
}

function isBetter(outcome: Outcome, best: Found | null): boolean {
  return best === null || isUsable(outcome) || best.outcome.kind === 'blank';
}

export function isUsable({ kind }: Outcome): boolean {
  return kind === 'value' || kind === 'hashed';
}

export function valuesOf(held: string | readonly string[] | undefined): readonly string[] {
  return typeof held === 'string' ? [held] : (held ?? []);
}

export function firstOf(held: string | readonly string[] | undefined): string {
  return valuesOf(held)[0] ?? '';
}
