import { isAnonymous } from '#domain/anonymous.ts';
import {
  type BesideKey,
  firstBeside,
  type IdentifierField,
  type IdentifierKey,
  identifierKeys,
  identifyingKeys,
  type RawIdentifiers,
  rowKeys,
  type WireKey,
} from '#domain/identifier-keys.ts';
import { type Cell, packedBytesMax, packRow, wireBytes } from '#domain/match-row.ts';
import { sufficiency } from '#identifiers/enough.ts';
import { matchKey } from '#identifiers/match-key.ts';
import type { Setting } from '#identifiers/setting.ts';
import { furtherCells, hasFurther } from './_further-cells.ts';
import { type Made, MadeValues } from './_made-values.ts';

/** A match row before it has an id. */
export interface MatchRowDraft {
  readonly cells: Buffer;
  /** 0 nothing to match by, 1 External ID alone, 2 enough. */
  readonly sufficiency: Sufficiency;
  readonly wireBytes: number;
  /** Identifying values, eight latin1 characters each (identifiers/match-key.ts). */
  readonly keys: readonly string[];
}

type Sufficiency = 0 | 1 | 2;

/** A value that was there and could not be used. The reason never contains the value. */
export interface Problem {
  readonly key: WireKey | BesideKey;
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
  ['EXTERN_ID', 'externalId'],
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

/** A profile may have several of these, and then has several rows; which count is the database's to say. */
const severalKeys = [
  { key: 'EMAIL', field: 'email', strategy: 'emails' },
  { key: 'PHONE', field: 'phone', strategy: 'phones' },
  { key: 'MADID', field: 'mobileAdId', strategy: 'mobileAdIds' },
] as const;

/** What a profile's rows are made of: its identifiers, and its external id if that is one. */
export function rawOf(externalId: string, identifiers: RawIdentifiers): RawIdentifiers {
  return isAnonymous(externalId) ? identifiers : { ...identifiers, externalId };
}

/**
 * Makes match rows under one setting. It remembers values that repeat, which is why it is made once
 * for each pass over many people.
 */
export function matchRowMaker(setting: Setting): (raw: RawIdentifiers) => MatchRows {
  const values = new MadeValues(setting);
  const isLimited = limitationOf(setting, values);
  return (raw) => {
    const problems: Problem[] = [];
    const cells: Cell[] = new Array<Cell>(identifierKeys.length).fill('');
    const put = (key: IdentifierKey, made: Made): void => {
      if (made.reason !== null) problems.push({ key, reason: made.reason });
      if (made.cell !== '') cells[index[key]] = made.cell;
    };
    const countryRaw = first(raw.country);
    const country = countryRaw === '' ? null : values.countryCode(countryRaw);
    if (countryRaw !== '') put('COUNTRY', values.make('COUNTRY', countryRaw, null));
    const birthDate = first(raw.birthDate);
    if (birthDate !== '') {
      const [year, month, day] = values.makeBirthDate(birthDate);
      put('DOBY', year);
      put('DOBM', month);
      put('DOBD', day);
    }
    for (const [key, field] of fieldOf) {
      const value = first(raw[field]);
      if (value !== '') put(key, values.make(key, value, country));
    }
    const several = severalKeys.map(({ key, field, strategy }) => {
      const made: Cell[] = [];
      for (const value of all(raw[field])) {
        const { cell, reason } = values.make(key, value, country);
        if (reason !== null) problems.push({ key, reason });
        if (cell !== '' && !made.includes(cell)) made.push(cell);
      }
      return strategies[setting[strategy]](made);
    });
    const limited = isLimited(raw, cells, country);
    if (limited || hasFurther(raw)) {
      const further = furtherCells(limited ? { ...raw, ...limitedDataUse } : raw, setting);
      cells.push(...further.cells);
      problems.push(...further.problems);
    }
    const rows = rowsOf(cells, several);
    const best = Math.max(0, ...rows.map((row) => row.sufficiency)) as Sufficiency;
    return { rows, sufficiency: best, problems };
  };
}

/** At most three, as the original systems send them (features.md P-21). */
const VALUES_MAX = 3;

const strategies: Readonly<Record<Setting['emails'], (made: Cell[]) => Cell[]>> = {
  all: (made) => made.slice(0, VALUES_MAX),
  first: (made) => made.slice(0, 1),
  last: (made) => made.slice(-1),
};

/** The United States, California (meta-api.md §4.2). */
const limitedDataUse = {
  dataProcessingOptions: 'LDU',
  dataProcessingCountry: '1',
  dataProcessingState: '1000',
} as const satisfies RawIdentifiers;

/** California's postcodes; https://about.usps.com/publications/pub65, read 2026-11-22. */
const californianZip = /^\s*9(0|1|2|3|4|5|60|61)/;

/**
 * Whether somebody lives in California, as far as is known: by state, without one by postcode. What
 * the source says itself about data processing stands.
 */
function limitationOf(setting: Setting, values: MadeValues) {
  if (setting.limitedDataUse === 'off') return () => false;
  const california = values.make('ST', 'CA', 'US').cell;
  return (raw: RawIdentifiers, cells: readonly Cell[], country: string | null): boolean => {
    const livesIn = country ?? setting.defaultCountry;
    if (first(raw.dataProcessingOptions) !== '' || (livesIn !== null && livesIn !== 'US'))
      return false;
    const state = cells[index.ST];
    if (state !== '') return state === california;
    return livesIn === 'US' && californianZip.test(first(raw.zip));
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
  for (const [key, i] of identifying) {
    const cell = cells[i] ?? '';
    if (cell !== '') keys.push(matchKey(key, cell));
  }
  return { cells: packed, sufficiency: level(cells), wireBytes: wireBytes(cells), keys };
}

/** Places of the identifying values, in the order in which a row lists them. */
const identifying = identifyingKeys.map((key) => [key, rowKeys.indexOf(key)] as const);

function level(cells: readonly Cell[]): Sufficiency {
  let present = 0;
  const columns = Math.min(cells.length, firstBeside);
  for (let i = 0; i < columns; i++) if (cells[i] !== '') present |= 1 << i;
  return levels[sufficiency(present)];
}

const levels = { none: 0, 'external-id-only': 1, strict: 2 } as const;

function first(value: string | readonly string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : (value[0] ?? '');
}

function all(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
