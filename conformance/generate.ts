/**
 * Writes identifiers.jsonl: node conformance/generate.ts
 * Expectations come from tables (libphonenumber's example numbers, ISO 3166, CLDR) and from hand-made
 * lists with their rationale; nothing here imports the normaliser.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Case } from './case.ts';
import { countryCases } from './cases/countries.ts';
import { dateCases } from './cases/dates.ts';
import { idCases } from './cases/ids.ts';
import { nameCases } from './cases/names.ts';
import { phoneCases } from './cases/phones.ts';
import { cityCases } from './cases/places.ts';
import { publishedCases } from './cases/published.ts';
import { postcodeCases } from './cases/postcodes.ts';
import { stateCases } from './cases/states.ts';
import { genderCases } from './cases/words.ts';

const plain =
  /^(?:EXTERN_ID|MADID|APPUID|PAGEUID|IGUID|LOOKALIKE_VALUE|DATA_PROCESSING_OPTIONS(?:_\w+)?)$/;

const cases: readonly Case[] = [
  // First: where another list has the same input, its reason why is kept.
  ...publishedCases,
  ...idCases,
  ...phoneCases(),
  ...dateCases(),
  ...nameCases,
  ...genderCases,
  ...cityCases,
  ...stateCases(),
  ...postcodeCases,
  ...countryCases(),
];

const lines = new Map(cases.map((each) => [identity(each), JSON.stringify(vector(each))]));
writeFileSync(
  new URL('identifiers.jsonl', import.meta.url),
  [...lines.values()].map((line) => `${line}\n`).join(''),
);

function identity({ key, input, country = '' }: Case): string {
  return JSON.stringify([key, input, country]);
}

function vector({ key, input, country, expected, why }: Case): Record<string, string> {
  const question = { key, input, ...(country === undefined ? {} : { country }) };
  const nothing = { normalised: '', hash: '', reason: '' };
  if (typeof expected !== 'string') return { ...question, ...nothing, ...expected, why };
  const hash = expected === '' || plain.test(key) ? '' : sha256(expected);
  return { ...question, ...nothing, normalised: expected, hash, why };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
