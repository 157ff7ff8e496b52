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

writeTable('country-names.json', countryNames());
writeTable('calling-codes.json', callingCodes());

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
  const others = new Map<string, Set<string>>();
  for (const language of languages) {
    for (const [name, country] of readNames(new URL(`${language}.json`, folder))) {
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
  nonGeographic: Record<string, readonly unknown[]>;
}

/** For each calling code: the lengths a number may have, and first digits the library must judge. */
function callingCodes(): Record<string, { lengths: number[]; asLibrary: string }> {
  const metadata = require('libphonenumber-js/metadata.max.json') as PhoneMetadata;
  const table: Record<string, { lengths: number[]; asLibrary: string }> = {};
  for (const [code, [main = '']] of Object.entries(metadata.country_calling_codes)) {
    const plan = metadata.countries[main];
    if (plan === undefined) continue;
    const lengths = plan[3] as number[];
    const prefix = (plan[7] || plan[5]) as string | 0 | undefined;
    table[code] = { lengths, asLibrary: prefix ? firstDigits(prefix) : '0' };
  }
  return table;
}

/** The digits with which a text that this pattern matches may begin; 0 always among them. */
function firstDigits(pattern: string): string {
  const regex = new RegExp(`^(?:${pattern})`);
  const found = new Set(['0']);
  for (let start = 0; start < 1000; start += 1) {
    const text = String(start).padStart(3, '0');
    for (let tail = 0; tail < 200; tail += 1) {
      const sample = text + String((tail * 7919 + start * 104729) % 1e10).padStart(10, '0');
      if ((regex.exec(sample)?.[0] ?? '') !== '') found.add(text.charAt(0));
    }
  }
  return [...found].sort().join('');
}
