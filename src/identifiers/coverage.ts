import type { FurtherKey, IdentifierKey, RawIdentifiers } from '#domain/identifier-keys.ts';
import { splitBirthDate } from './birth-date.ts';
import { countryOfRow } from './country.ts';
import { presenceOf, sufficiency } from './enough.ts';
import { type Kind, kinds } from './kinds.ts';
import { mask } from './mask.ts';
import { normalise } from './normalise.ts';
import type { Outcome } from './outcome.ts';
import { type RepeatCounter, repeatCounter } from './repeats.ts';
import type { Setting } from './setting.ts';
import { suspicion } from './suspicion.ts';

type Key = IdentifierKey | FurtherKey;

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  /** Shapes of values (mask.ts), a few of each reason. */
  readonly examples: readonly string[];
}

/** What one identifier looks like over all people. The three counts add up to the people. */
export interface KeyCoverage {
  readonly key: Key;
  readonly usable: number;
  readonly missing: number;
  readonly unusable: number;
  readonly reasons: readonly ReasonCount[];
  /** Usable, and probably nobody's. */
  readonly suspicious: readonly ReasonCount[];
  /** Shapes of values that one in a thousand people or more share, of keys that name one person. */
  readonly repeated: readonly { readonly shape: string; readonly atLeast: number }[];
}

export interface Coverage {
  readonly people: number;
  /** People who cannot be matched at all, or by their external id alone. */
  readonly withNothing: number;
  readonly withExternalIdOnly: number;
  readonly keys: readonly KeyCoverage[];
  /** Phones that a default country would make usable, for each country asked about. */
  readonly gains: readonly { readonly defaultCountry: string; readonly phones: number }[];
}

export interface CoverageCounter {
  add(raw: RawIdentifiers): void;
  report(): Coverage;
}

const examplesKept = 3;
const repeatsCounted = 2_000;
const fewestRepeats = 10;

/**
 * Counts what `muster inspect` reports. `candidates` are the countries (alpha-2, upper-case) to try
 * as a default; memory depends on the number of different reasons, not of people.
 */
export function coverageCounter(setting: Setting, candidates: readonly string[]): CoverageCounter {
  const tallies = new Map(kinds.map((kind) => [kind.key, new Tally(kind)]));
  const gains = new Map(candidates.map((country) => [country, 0]));
  let people = 0;
  let withNothing = 0;
  let withExternalIdOnly = 0;

  function tryCandidates(phone: string): void {
    for (const [country, count] of gains) {
      const again = normalise('PHONE', phone, { country, setting });
      if (again.kind === 'value') gains.set(country, count + 1);
    }
  }

  return {
    add(raw) {
      people += 1;
      const country = countryOfRow(first(raw.country));
      const found = foundIn(raw, country, setting);
      for (const { key, raw: value, outcome } of found) {
        tallies.get(key)?.add(value, outcome);
        const lost = key === 'PHONE' && outcome.kind === 'unusable';
        if (lost && country === null && setting.defaultCountry === null) tryCandidates(value);
      }
      const present = found.filter(({ outcome }) => isUsable(outcome)).map(({ key }) => key);
      const enough = sufficiency(presenceOf(present));
      if (enough === 'none') withNothing += 1;
      if (enough === 'external-id-only') withExternalIdOnly += 1;
    },
    report() {
      const keys = [...tallies.values()].map((tally) => tally.report(people));
      const gained = [...gains].map(([defaultCountry, phones]) => ({ defaultCountry, phones }));
      return {
        people,
        withNothing,
        withExternalIdOnly,
        keys: keys.filter(({ missing }) => missing < people),
        gains: gained.sort((a, b) => b.phones - a.phones),
      };
    },
  };
}

interface Found {
  readonly key: Key;
  readonly raw: string;
  readonly outcome: Outcome;
}

/** Everything that a person has, each with what became of it. */
function foundIn(raw: RawIdentifiers, country: string | null, setting: Setting): Found[] {
  const context = { country, setting };
  const date = first(raw.birthDate);
  const split = date === '' ? null : splitBirthDate(date, setting);
  const ofDate: Partial<Record<Key, Outcome>> =
    split === null ? {} : { DOBY: split.year, DOBM: split.month, DOBD: split.day };
  const found: Found[] = [];
  for (const { key, fields, normalise: rule } of kinds) {
    const held = fields[0] === undefined ? undefined : raw[fields[0]];
    let best: Found | null = null;
    for (const value of typeof held === 'string' ? [held] : (held ?? [])) {
      if (best !== null && isUsable(best.outcome)) break;
      const outcome = rule(value, context);
      if (best === null || isUsable(outcome)) best = { key, raw: value, outcome };
    }
    const fromDate = ofDate[key];
    if (fromDate !== undefined && (best === null || !isUsable(best.outcome))) {
      best = { key, raw: date, outcome: fromDate };
    }
    if (best !== null) found.push(best);
  }
  return found;
}

function isUsable({ kind }: Outcome): boolean {
  return kind === 'value' || kind === 'hashed';
}

function first(value: string | readonly string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}

/** Counts of one identifier. */
class Tally {
  readonly #key: Key;
  readonly #repeats: RepeatCounter | null;
  readonly #reasons = new Map<string, { count: number; examples: string[] }>();
  readonly #suspicious = new Map<string, { count: number; examples: string[] }>();
  #usable = 0;
  #unusable = 0;

  constructor({ key, identifying }: Kind) {
    this.#key = key;
    this.#repeats = identifying ? repeatCounter(repeatsCounted) : null;
  }

  add(raw: string, outcome: Outcome): void {
    if (outcome.kind === 'unusable') {
      this.#unusable += 1;
      note(this.#reasons, outcome.reason, raw);
    } else if (isUsable(outcome)) {
      this.#usable += 1;
      const doubt = outcome.kind === 'value' ? suspicion(this.#key, outcome.normalised) : null;
      if (doubt !== null) note(this.#suspicious, doubt, raw);
      this.#repeats?.add(raw);
    }
  }

  report(people: number): KeyCoverage {
    return {
      key: this.#key,
      usable: this.#usable,
      missing: people - this.#usable - this.#unusable,
      unusable: this.#unusable,
      reasons: sorted(this.#reasons),
      suspicious: sorted(this.#suspicious),
      repeated: (this.#repeats?.report(Math.max(fewestRepeats, people / 1_000)) ?? []).map(
        ({ value, atLeast }) => ({ shape: mask(value), atLeast }),
      ),
    };
  }
}

function note(
  counts: Map<string, { count: number; examples: string[] }>,
  reason: string,
  raw: string,
): void {
  let entry = counts.get(reason);
  if (entry === undefined) counts.set(reason, (entry = { count: 0, examples: [] }));
  entry.count += 1;
  if (entry.examples.length === examplesKept) return;
  const shape = mask(raw);
  if (!entry.examples.includes(shape)) entry.examples.push(shape);
}

function sorted(counts: ReadonlyMap<string, { count: number; examples: string[] }>): ReasonCount[] {
  return [...counts]
    .map(([reason, { count, examples }]) => ({ reason, count, examples }))
    .sort((a, b) => b.count - a.count);
}
