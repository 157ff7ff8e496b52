import { hash } from 'node:crypto';
import { must } from '#domain/errors/assert.ts';
import {
  type IdentifierField,
  type IdentifierKey,
  identifierKeys,
  plainKeys,
  type RawIdentifiers,
} from '#domain/identifier-keys.ts';
import { type Cell, packedBytesMax, packRow, wireBytes } from '#domain/match-row.ts';
import { splitBirthDate } from '#identifiers/birth-date.ts';
import { sufficiency } from '#identifiers/enough.ts';
import { matchKey } from '#identifiers/match-key.ts';
import { normalise } from '#identifiers/normalise.ts';
import type { Outcome } from '#identifiers/outcome.ts';
import type { Setting } from '#identifiers/setting.ts';

/** A match row before it has an id. */
export interface MatchRowDraft {
  readonly cells: Buffer;
  /** 0 nothing to match by, 1 External ID alone, 2 enough. */
  readonly sufficiency: Sufficiency;
  readonly wireBytes: number;
  /** Identifying values, eight latin1 characters each (identifiers/match-key.ts). */
  readonly keys: readonly string[];
}

export type Sufficiency = 0 | 1 | 2;

/** A value that was there and could not be used. The reason never contains the value. */
export interface Problem {
  readonly key: IdentifierKey;
  readonly reason: string;
}

export interface MatchRows {
  readonly rows: readonly MatchRowDraft[];
  readonly sufficiency: Sufficiency;
  readonly problems: readonly Problem[];
}

const index = Object.fromEntries(identifierKeys.map((key, i) => [key, i])) as Record<
  IdentifierKey,
  number
>;

const fieldOf: readonly [IdentifierKey, IdentifierField][] = [
  ['LN', 'name.last'],
  ['FN', 'name.first'],
  ['FI', 'name.firstInitial'],
  ['GEN', 'gender'],
  ['CT', 'city'],
  ['ST', 'state'],
  ['ZIP', 'zip'],
  ['DOBY', 'birth.year'],
  ['DOBM', 'birth.month'],
  ['DOBD', 'birth.day'],
];

/** A profile may have several of these, and then has several rows. */
const severalKeys = [
  { key: 'EMAIL', field: 'email' },
  { key: 'PHONE', field: 'phone' },
  { key: 'MADID', field: 'mobileAdId' },
] as const;

/** Kinds whose values repeat from person to person, so that looking up beats hashing again. */
const repeating: ReadonlySet<IdentifierKey> = new Set<IdentifierKey>([
  'LN',
  'FN',
  'FI',
  'GEN',
  'CT',
  'ST',
  'ZIP',
  'COUNTRY',
  'DOBY',
  'DOBM',
  'DOBD',
]);

/** Enough for most names of a country; all kinds and countries together stay under 100 MB. */
const CACHE_ENTRIES_MAX = 10_000;
const COUNTRIES_MAX = 30;

/** A cell may share memory with the megabyte it was read from; what is remembered must not. */
function own(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

type Made = { readonly cell: Cell; readonly reason: string | null };

const nothing: Made = { cell: '', reason: null };

/**
 * Makes match rows under one setting. It remembers values that repeat (names, places, dates) up to a
 * bound, which is why it is an object and not a function: one for each pass over many people.
 */
export function matchRowMaker(setting: Setting): (raw: RawIdentifiers) => MatchRows {
  const remembered = new Map<string | null, Map<string, Made>[]>();

  /** What is remembered of each kind under the rules of one country. */
  function cachesOf(country: string | null): Map<string, Made>[] {
    let caches = remembered.get(country);
    if (caches === undefined) {
      if (remembered.size >= COUNTRIES_MAX) remembered.clear();
      caches = identifierKeys.map(() => new Map<string, Made>());
      remembered.set(country, caches);
    }
    return caches;
  }

  function make(
    key: IdentifierKey,
    raw: string,
    country: string | null,
    caches: readonly Map<string, Made>[],
  ): Made {
    const cache = repeating.has(key) ? caches[index[key]] : undefined;
    const known = cache?.get(raw);
    if (known !== undefined) return known;
    const made = finish(key, normalise(key, raw, { country, setting }));
    if (cache !== undefined) {
      if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
      cache.set(own(raw), made);
    }
    return made;
  }

  const countryCodes = new Map<string, string | null>();

  /** Alpha-2 for the rules of phones and places; null when it cannot be told (a hash, a typo). */
  function countryCode(raw: string): string | null {
    let code = countryCodes.get(raw);
    if (code === undefined) {
      const outcome = normalise('COUNTRY', raw, { country: null, setting });
      code = outcome.kind === 'value' ? outcome.normalised.toUpperCase() : null;
      if (countryCodes.size >= CACHE_ENTRIES_MAX) countryCodes.clear();
      countryCodes.set(own(raw), code);
    }
    return code;
  }

  const dates = new Map<string, readonly [Made, Made, Made]>();

  function makeBirthDate(raw: string): readonly [Made, Made, Made] {
    const known = dates.get(raw);
    if (known !== undefined) return known;
    if (dates.size >= CACHE_ENTRIES_MAX) dates.clear();
    const { year, month, day } = splitBirthDate(raw, setting);
    const made = [finish('DOBY', year), finish('DOBM', month), finish('DOBD', day)] as const;
    dates.set(own(raw), made);
    return made;
  }

  return (raw) => {
    const problems: Problem[] = [];
    const cells: Cell[] = new Array<Cell>(identifierKeys.length).fill('');
    const put = (key: IdentifierKey, made: Made): void => {
      if (made.reason !== null) problems.push({ key, reason: made.reason });
      if (made.cell !== '') cells[index[key]] = made.cell;
    };

    const countryRaw = first(raw.country);
    const country = countryRaw === '' ? null : countryCode(countryRaw);
    if (countryRaw !== '') put('COUNTRY', make('COUNTRY', countryRaw, null, cachesOf(null)));
    const caches = cachesOf(country);
    const externalId = first(raw.externalId);
    if (externalId !== '') put('EXTERN_ID', make('EXTERN_ID', externalId, null, caches));
    const birthDate = first(raw.birthDate);
    if (birthDate !== '') {
      const [year, month, day] = makeBirthDate(birthDate);
      put('DOBY', year);
      put('DOBM', month);
      put('DOBD', day);
    }
    for (const [key, field] of fieldOf) {
      const value = first(raw[field]);
      if (value !== '') put(key, make(key, value, country, caches));
    }

    const several = severalKeys.map(({ key, field }) => {
      const made: Cell[] = [];
      for (const value of all(raw[field])) {
        const { cell, reason } = make(key, value, country, caches);
        if (reason !== null) problems.push({ key, reason });
        if (cell !== '' && !made.includes(cell)) made.push(cell);
      }
      return made;
    });
    const rows = rowsOf(cells, several);
    const best = Math.max(0, ...rows.map((row) => row.sufficiency)) as Sufficiency;
    return { rows, sufficiency: best, problems };
  };
}

/** As many rows as the longest of these lists; the last value of a shorter one repeats. */
function rowsOf(cells: Cell[], several: readonly (readonly Cell[])[]): MatchRowDraft[] {
  const count = Math.max(1, ...several.map((values) => values.length));
  const rows: MatchRowDraft[] = [];
  for (let i = 0; i < count; i++) {
    for (const [k, { key }] of severalKeys.entries()) {
      const values = several[k] ?? [];
      cells[index[key]] = values[Math.min(i, values.length - 1)] ?? '';
    }
    if (cells.some((cell) => cell !== '')) rows.push(draft(cells));
  }
  return rows;
}

const scratch = Buffer.allocUnsafe(256 * 1024);

function draft(cells: readonly Cell[]): MatchRowDraft {
  const room =
    packedBytesMax(cells) <= scratch.length ? scratch : Buffer.allocUnsafe(packedBytesMax(cells));
  const packed = Buffer.from(room.subarray(0, packRow(cells, room, 0)));
  const keys: string[] = [];
  for (const key of ['EXTERN_ID', 'EMAIL', 'PHONE', 'MADID'] as const) {
    const cell = must(cells[index[key]], 'a row has all its cells');
    if (cell !== '') keys.push(matchKey(key, cell));
  }
  return { cells: packed, sufficiency: level(cells), wireBytes: wireBytes(cells), keys };
}

function level(cells: readonly Cell[]): Sufficiency {
  let present = 0;
  for (let i = 0; i < cells.length; i++) if (cells[i] !== '') present |= 1 << i;
  return levels[sufficiency(present)];
}

const levels = { none: 0, 'external-id-only': 1, strict: 2 } as const;

function finish(key: IdentifierKey, outcome: Outcome): Made {
  switch (outcome.kind) {
    case 'blank':
      return nothing;
    case 'unusable':
      return { cell: '', reason: outcome.reason };
    case 'hashed':
      return {
        cell: plainKeys.has(key)
          ? outcome.hash
          : Buffer.from(outcome.hash, 'hex').toString('latin1'),
        reason: null,
      };
    case 'value':
      return {
        cell: plainKeys.has(key)
          ? outcome.normalised
          : hash('sha256', outcome.normalised, 'latin1'),
        reason: null,
      };
  }
}

function first(value: string | readonly string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : (value[0] ?? '');
}

function all(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
