import { expect, it } from 'vitest';
import { TraitTypeGuess } from './trait-type.ts';

function typeOf(...cells: string[]): string {
  const guess = new TraitTypeGuess();
  for (const cell of cells) guess.add(cell);
  return guess.type;
}

it.each([
  ['number', '0 1 -1 12.50 0.5 -0.25 123456789012345 99999.99'],
  ['text', '007 +49 +5 1e5 .5 5. 1,5 1,000 0x10 NaN Infinity - -- 1-2 1234567890123456 --1 00'],
  [
    'date',
    '2026-01-05 2024-02-29 2026-01-05T10:00 2026-01-05T10:00:00Z 2026-12-31T23:59:59.123456+02:00 2026-01-05T10:00:00-0530 0001-01-01',
  ],
  [
    'text',
    '2026-02-29 2026-13-01 2026-00-10 2026-1-5 05.01.2026 2026/01/05 2026-01-05T24:00 2026-01-05T10 2026-01-05Z 2026-01-05T10:60 0000-01-01 275760-09-13 2026-01-05T10:00+15:00',
  ],
  ['boolean', 'true false yes no YES True'],
  ['text', 'y n on off ja t'],
])('%s is each of %s', (type, cells) => {
  for (const cell of cells.split(' ')) expect([cell, typeOf(cell)]).toEqual([cell, type]);
});

it.each([
  ['number', ['', '1', '  ', ' 2 ', '-3.5']],
  ['date', ['2026-01-05', '', '2026-01-05 10:00:00']],
  ['boolean', ['yes', 'FALSE', '']],
  ['text', ['', ' ']],
  ['text', []],
  ['text', ['1', '007']],
  ['text', ['1', '2026-01-05']],
  ['text', ['true', '1']],
  ['text', ['yes', 'gold']],
  ['text', ['gold', '1', '2']],
  // Space that Postgres would not skip when it casts.
  ['text', ['\u00a01']],
  ['text', ['1\n']],
])('%s is a column of %j', (type, cells) => {
  expect(typeOf(...cells)).toBe(type);
});
