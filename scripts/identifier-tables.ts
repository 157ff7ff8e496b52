/**
 * Writes the tables of src/identifiers that come from other packages, so that no command pays for
 * loading those packages at start. Run it after an update of them:
 * node scripts/identifier-tables.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { countryNameKey } from '../src/identifiers/country-name-key.ts';

const require = createRequire(import.meta.url);
const room = new URL('../src/identifiers/', import.meta.url);

const languages =
  'en de fr es it pt nl pl tr ru uk sv da no fi cs sk hu ro bg el hr sl sr lt lv et ca ja ko zh ar he hi id ms vi th fa'.split(
    ' ',
  );

// ISO 3166-1 writes some short names back to front (https://www.iso.org/obp/ui, read 2026-11-22).
const isoShortNames: readonly (readonly [string, string])[] = [
  ['BO', 'Bolivia, Plurinational State of'],
  ['BQ', 'Bonaire, Sint Eustatius and Saba'],
  ['CD', 'Congo, Democratic Republic of the'],
  ['CD', 'Congo, the Democratic Republic of the'],
  ['CD', 'DR Congo'],
  ['CG', 'Congo'],
  ['CG', 'Republic of the Congo'],
  ['FK', 'Falkland Islands (Malvinas)'],
  ['FM', 'Micronesia, Federated States of'],
  ['GB', 'United Kingdom of Great Britain and Northern Ireland'],
  ['IR', 'Iran, Islamic Republic of'],
  ['KP', "Korea, Democratic People's Republic of"],
  ['KR', 'Korea, Republic of'],
  ['LA', "Lao People's Democratic Republic"],
  ['MD', 'Moldova, Republic of'],
  ['MF', 'Saint Martin (French part)'],
  ['MK', 'Macedonia, the former Yugoslav Republic of'],
  ['NL', 'Netherlands, Kingdom of the'],
  ['PS', 'Palestine, State of'],
  ['SH', 'Saint Helena, Ascension and Tristan da Cunha'],
  ['SX', 'Sint Maarten (Dutch part)'],
  ['TW', 'Taiwan, Province of China'],
  ['TZ', 'Tanzania, United Republic of'],
  ['VA', 'Holy See (Vatican City State)'],
  ['VE', 'Venezuela, Bolivarian Republic of'],
  ['VG', 'Virgin Islands, British'],
  ['VG', 'Virgin Islands (British)'],
  ['VI', 'Virgin Islands, U.S.'],
  ['VI', 'Virgin Islands (U.S.)'],
];

const phoneMetadata = require('libphonenumber-js/metadata.max.json') as PhoneMetadata;

writeTable('country-names.json', countryNames());
writeTable('calling-codes.json', callingCodes());
writeTable('trunk-zero.json', trunkZeroCountries());

function writeTable(name: string, table: Record<string, unknown>): void {
  const lines = Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  writeFileSync(new URL(name, room), `{\n  ${lines.join(',\n  ')}\n}\n`);
}

/** Alpha-3 and names in the languages above → alpha-2; names of two countries left out. */
function countryNames(): Record<string, string> {
  const folder = new URL('./', `file://${require.resolve('i18n-iso-countries/langs/en.json')}`);
  const english = readNames(new URL('en.json', folder));
  const codes = require('i18n-iso-countries/codes.json') as [string, string, string][];
  const table = new Map<string, string>(codes.map(([two, three]) => [three.toLowerCase(), two]));
  for (const [name, country] of english) table.set(name, country);
  for (const [country, name] of isoShortNames) table.set(countryNameKey(name), country);
  const others = new Map<string, Set<string>>();
  for (const language of languages) {
    for (const [name, country] of readNames(new URL(`${language}.json`, folder))) {
      others.set(name, (others.get(name) ?? new Set()).add(country));
    }
    // CLDR has the names that people use where ISO has the official ones.
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const [country] of codes) {
      const name = countryNameKey(names.of(country) ?? '');
      others.set(name, (others.get(name) ?? new Set()).add(country));
    }
  }
  for (const [name, countries] of others) {
    const [only] = countries;
    if (countries.size === 1 && only !== undefined && !table.has(name)) table.set(name, only);
  }
  const isCode = new Set(codes.map(([two]) => two.toLowerCase()));
  return Object.fromEntries([...table].filter(([name]) => !isCode.has(name) && name.length > 1));
}

function readNames(file: URL): [string, string][] {
  const { countries } = JSON.parse(readFileSync(file, 'utf8')) as {
    countries: Record<string, string | string[]>;
  };
  return Object.entries(countries).flatMap(([code, names]) =>
    [names].flat().map((name): [string, string] => [countryNameKey(name), code]),
  );
}

interface PhoneMetadata {
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, readonly unknown[]>;
}

/**
 * For each calling code the lengths possible wherever it is shared, and the first digits that the
 * library must judge.
 */
function callingCodes(): Record<string, { lengths: number[]; asLibrary: string }> {
  const table: Record<string, { lengths: number[]; asLibrary: string }> = {};
  for (const [code, [main = '']] of Object.entries(phoneMetadata.country_calling_codes)) {
    const plan = phoneMetadata.countries[main];
    if (plan === undefined) continue;
    const prefix = (plan[7] || plan[5]) as string | 0 | undefined;
    table[code] = { lengths: lengthsOf(code), asLibrary: prefix ? firstDigits(prefix) : '0' };
  }
  return table;
}

/** The lengths possible in every country of this calling code: which one it is may be unclear. */
function lengthsOf(code: string): number[] {
  const countries = phoneMetadata.country_calling_codes[code] ?? [];
  const [first = [], ...others] = countries.map(
    (country) => phoneMetadata.countries[country]?.[3] as number[],
  );
  return first.filter((length) => others.every((lengths) => lengths.includes(length)));
}

/**
 * Countries where 0 and nothing else stands before a national number, and 00 before a foreign one:
 * there a number after its 0 is the significant number.
 */
function trunkZeroCountries(): Record<string, { code: string; lengths: number[] }> {
  const table: Record<string, { code: string; lengths: number[] }> = {};
  for (const [country, plan] of Object.entries(phoneMetadata.countries)) {
    const [code, abroad, pattern] = plan as [string, string, string];
    const prefix = plan[7] || plan[5]; // The number 0 stands for none.
    const zeroOnly = typeof prefix === 'string' && /^0(?:\||$)/.test(prefix);
    if (!zeroOnly || abroad !== '00' || readAlternatives(pattern, 0).digits.has('0')) continue;
    table[country] = { code, lengths: lengthsOf(code) };
  }
  return table;
}

/** The digits with which a text that this pattern matches may begin; 0 always among them. */
function firstDigits(pattern: string): string {
  const { digits } = readAlternatives(pattern, 0);
  return [...new Set(['0', ...digits])].sort().join('');
}

interface Piece {
  readonly digits: ReadonlySet<string>;
  readonly mayBeEmpty: boolean;
  readonly end: number;
}

/** Reads `a|b|c` up to a closing bracket or the end: the small regular language of these patterns. */
function readAlternatives(pattern: string, start: number): Piece {
  const digits = new Set<string>();
  let mayBeEmpty = false;
  let at = start;
  for (;;) {
    let open = true;
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const piece = readPiece(pattern, at);
      if (open) for (const digit of piece.digits) digits.add(digit);
      open &&= piece.mayBeEmpty;
      at = piece.end;
    }
    mayBeEmpty ||= open;
    if (pattern[at] !== '|') return { digits, mayBeEmpty, end: at };
    at += 1;
  }
}

function readPiece(pattern: string, start: number): Piece {
  const rest = pattern.slice(start);
  const atom = /^(?:\\d|\[[^\]]*\]|\d|\$)/.exec(rest)?.[0];
  let piece: Piece;
  if (atom === '$') piece = { digits: new Set(), mayBeEmpty: true, end: start + 1 };
  else if (atom !== undefined) {
    const digits = new Set([...'0123456789'].filter((digit) => new RegExp(atom).test(digit)));
    piece = { digits, mayBeEmpty: false, end: start + atom.length };
  } else {
    const bracket = /^\((?:\?:)?/.exec(rest)?.[0];
    if (bracket === undefined) throw new Error(`Cannot read ${rest} of ${pattern}`);
    const inner = readAlternatives(pattern, start + bracket.length);
    piece = { ...inner, end: inner.end + 1 };
  }
  const many = /^(?:\?|\{(\d+)(?:,\d*)?\})/.exec(pattern.slice(piece.end));
  if (many === null) return piece;
  const optional = many[0] === '?' || many[1] === '0';
  return { ...piece, mayBeEmpty: piece.mayBeEmpty || optional, end: piece.end + many[0].length };
}
