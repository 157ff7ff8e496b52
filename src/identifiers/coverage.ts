import type { FurtherKey, IdentifierKey, RawIdentifiers } from '#domain/identifier-keys.ts';
import { countryOfRow } from './country.ts';
import { presenceOf, sufficiency } from './enough.ts';
import { type Found, firstOf, foundIn, isUsable } from './found.ts';
import { KeyTally } from './key-tally.ts';
import { kinds } from './kinds.ts';
import { LikelyCountries } from './likely-countries.ts';
import { isWithoutCountry } from './phone.ts';
import type { Setting } from './setting.ts';
import { misplacedHash } from './suspicion.ts';

/** A value's shape, and where one of that shape stands. */
export interface Example {
  /** As mask.ts makes it. */
  readonly shape: string;
  /** Of a file, from 1; null where the people do not come from one. */
  readonly line: number | null;
}

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  /** A few, each of another shape. */
  readonly examples: readonly Example[];
}

interface Repeated {
  /** The value itself where it is nobody's (test@test.com), its shape otherwise. */
  readonly value: string;
  /** A lower bound of the people who have it. */
  readonly atLeast: number;
  readonly line: number | null;
}

/** What one identifier looks like over all people. The three counts add up to the people. */
export interface KeyCoverage {
  readonly key: IdentifierKey | FurtherKey;
  readonly usable: number;
  readonly missing: number;
  readonly unusable: number;
  readonly reasons: readonly ReasonCount[];
  /** Usable, and probably nobody's or in the wrong column. */
  readonly suspicious: readonly ReasonCount[];
  /** Values that one in a thousand people or more share, of keys that name one person. */
  readonly repeated: readonly Repeated[];
}

export interface Coverage {
  readonly people: number;
  /** People who cannot be matched at all, and by their external id alone. */
  readonly withNothing: number;
  readonly withExternalIdOnly: number;
  /** Those that somebody has a value for, in the order of the wire. */
  readonly keys: readonly KeyCoverage[];
  /** Phones that wait for nothing but a country. */
  readonly phonesWithoutCountry: number;
}

export interface CoverageCounter {
  /** One person; `line` is where they stand in a file, from 1. */
  add(raw: RawIdentifiers, line?: number | null): void;
  report(): Coverage;
  /** Where these people probably are: alpha-2 in capitals, the likeliest first. */
  likelyCountries(): string[];
}

/**
 * Counts what `muster inspect` reports. Memory depends on the number of different reasons, not of
 * people.
 */
export function coverageCounter(setting: Setting): CoverageCounter {
  const tallies = new Map(kinds.map((kind) => [kind.key, new KeyTally(kind)]));
  const likely = new LikelyCountries();
  let people = 0;
  let withNothing = 0;
  let withExternalIdOnly = 0;
  let phonesWithoutCountry = 0;

  function count(found: readonly Found[], line: number | null): void {
    for (const { key, raw, outcome } of found) {
      tallies.get(key)?.add(raw, outcome, line);
      if (key === 'PHONE' && isWithoutCountry(outcome)) phonesWithoutCountry += 1;
    }
    for (const { key, raw, why } of misplacedHash(found)) tallies.get(key)?.doubt(raw, why, line);
  }

  return {
    add(raw, line = null) {
      people += 1;
      const country = countryOfRow(firstOf(raw.country));
      const found = foundIn(raw, { country, setting });
      count(found, line);
      likely.add(country, found);
      const present = found.filter(({ outcome }) => isUsable(outcome)).map(({ key }) => key);
      const enough = sufficiency(presenceOf(present));
      if (enough === 'none') withNothing += 1;
      if (enough === 'external-id-only') withExternalIdOnly += 1;
    },
    report() {
      const keys = [...tallies.values()].map((tally) => tally.report(people));
      return {
        people,
        withNothing,
        withExternalIdOnly,
        keys: keys.filter(({ missing }) => missing < people),
        phonesWithoutCountry,
      };
    },
    likelyCountries: () => likely.report(),
  };
}
