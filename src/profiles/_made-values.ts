import { hash } from 'node:crypto';
import { type IdentifierKey, identifierKeys, plainKeys } from '#domain/identifier-keys.ts';
import type { Cell } from '#domain/match-row.ts';
import { splitBirthDate } from '#identifiers/birth-date.ts';
import { countryOfRow } from '#identifiers/country.ts';
import { normalise } from '#identifiers/normalise.ts';
import type { Outcome } from '#identifiers/outcome.ts';
import type { Setting } from '#identifiers/setting.ts';

/** A value as a cell, or why it could not be one. */
export interface Made {
  readonly cell: Cell;
  readonly reason: string | null;
}

/** Kinds whose values are a person's own, so that remembering them would only cost. */
const personal: ReadonlySet<IdentifierKey> = new Set(['EXTERN_ID', 'EMAIL', 'PHONE', 'MADID']);

/** Enough for most names of a country; all kinds and countries together stay under 100 MB. */
const CACHE_ENTRIES_MAX = 10_000;
const COUNTRIES_MAX = 30;

const nothing: Made = { cell: '', reason: null };

/**
 * Normalises and hashes, and remembers what repeats from person to person (names, places, dates) up
 * to a bound: looking up is a tenth of hashing again.
 */
export class MadeValues {
  readonly #setting: Setting;
  readonly #byCountry = new Map<string | null, ReadonlyMap<IdentifierKey, Map<string, Made>>>();
  readonly #birthDates = new Map<string, readonly [Made, Made, Made]>();
  readonly #countryCodes = new Map<string, string | null>();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  make(key: IdentifierKey, raw: string, country: string | null): Made {
    const setting = this.#setting;
    if (personal.has(key)) return finish(key, normalise(key, raw, { country, setting }));
    return remember(this.#cacheOf(key, country), raw, () =>
      finish(key, normalise(key, raw, { country, setting })),
    );
  }

  /** Year, month and day of one date. */
  makeBirthDate(raw: string): readonly [Made, Made, Made] {
    return remember(this.#birthDates, raw, () => {
      const { year, month, day } = splitBirthDate(raw, this.#setting);
      return [finish('DOBY', year), finish('DOBM', month), finish('DOBD', day)] as const;
    });
  }

  /** Alpha-2 for the rules of phones and places; null when it cannot be told (a hash, a typo). */
  countryCode(raw: string): string | null {
    return remember(this.#countryCodes, raw, () => countryOfRow(raw));
  }

  #cacheOf(key: IdentifierKey, country: string | null): Map<string, Made> {
    let caches = this.#byCountry.get(country);
    if (caches === undefined) {
      if (this.#byCountry.size >= COUNTRIES_MAX) this.#byCountry.clear();
      caches = new Map(identifierKeys.map((each) => [each, new Map<string, Made>()]));
      this.#byCountry.set(country, caches);
    }
    return caches.get(key) ?? new Map<string, Made>();
  }
}

function remember<Value>(known: Map<string, Value>, raw: string, make: () => Value): Value {
  let value = known.get(raw);
  if (value === undefined) {
    value = make();
    if (known.size >= CACHE_ENTRIES_MAX) known.clear();
    known.set(own(raw), value);
  }
  return value;
}

/** A cell may share memory with the megabyte it was read from; what is remembered must not. */
function own(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

function finish(key: IdentifierKey, outcome: Outcome): Made {
  const plain = plainKeys.has(key);
  switch (outcome.kind) {
    case 'blank':
      return nothing;
    case 'unusable':
      return { cell: '', reason: outcome.reason };
    case 'hashed':
      return {
        cell: plain ? outcome.hash : Buffer.from(outcome.hash, 'hex').toString('latin1'),
        reason: null,
      };
    case 'value':
      return {
        cell: plain ? outcome.normalised : hash('sha256', outcome.normalised, 'latin1'),
        reason: null,
      };
  }
}
