import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { fileOf, linksOf, type Page, readPages, root } from './_pages.ts';

/** How many capabilities each section has; they are numbered from 01. */
const sections = {
  C: 15,
  A: 17,
  P: 23,
  M: 17,
  G: 11,
  S: 14,
  V: 16,
  T: 5,
  L: 11,
  E: 12,
} as const;

const states = ['works', 'part', 'not yet'];

interface Row {
  readonly id: string;
  readonly capability: string;
  readonly state: string;
  /** The tests that show it, or the issue it belongs to. */
  readonly shown: string;
}

function rowsOf({ text }: Page): Row[] {
  return [...text.matchAll(/^\| ([A-Z]-\d\d) \|([^|]*)\|([^|]*)\|(.*)\|$/gm)].map((found) => {
    const [id = '', capability = '', state = '', shown = ''] = found
      .slice(1)
      .map((cell) => cell.trim());
    return { id, capability, state, shown };
  });
}

/** What is wrong with one row, or null. */
function problemOf(page: Page, { id, capability, state, shown }: Row): string | null {
  if (capability === '') return `${id} has no words`;
  if (!states.includes(state)) return `${id} is “${state}”, not one of ${states.join(', ')}`;
  const tests = linksOf({ path: page.path, text: shown }).map(({ target }) => fileOf(page, target));
  const noTest = tests.find((path) => !path.endsWith('.test.ts'));
  if (noTest !== undefined) return `${id} names ${noTest}, which is no test`;
  const gone = tests.find((path) => !existsSync(join(root, path)));
  if (gone !== undefined) return `${id} names ${gone}, which does not exist`;
  if (state === 'works' && tests.length === 0) return `${id} works without a test`;
  if (state !== 'works' && !/\bissue \d/.test(shown)) return `${id} says no issue for the rest`;
  return null;
}

function problemsOf(page: Page): string[] {
  return rowsOf(page).flatMap((row) => problemOf(page, row) ?? []);
}

const page = must(
  readPages().find(({ path }) => path === 'docs/features.md'),
  'docs/features.md is there',
);

it('has every capability once, in order', () => {
  const expected = Object.entries(sections).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, i) => `${letter}-${String(i + 1).padStart(2, '0')}`),
  );
  expect(expected).toHaveLength(141);
  expect(rowsOf(page).map(({ id }) => id)).toEqual(expected);
});

it('names a test that exists for what works, and an issue for what does not', () => {
  expect(problemsOf(page)).toEqual([]);
});

it('counts them as its summary says', () => {
  const rows = rowsOf(page);
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const [, works, part, notYet] =
    /\*\*(\d+) work, (\d+) work in part, (\d+) are not there yet\.\*\*/.exec(page.text) ?? [];
  expect([works, part, notYet].map(Number)).toEqual(states.map(count));
});

it.each([
  ['| A-01 | words | works | |', 'A-01 works without a test'],
  ['| A-01 | words | works | [a](../src/nowhere.test.ts) |', 'does not exist'],
  ['| A-01 | words | works | [a](../src/main.ts) |', 'is no test'],
  ['| A-01 | words | nearly | issue 2 |', 'is “nearly”'],
  ['| A-01 | words | part | soon |', 'says no issue'],
  ['| A-01 | | not yet | issue 2 |', 'has no words'],
])('finds what is wrong with %s', (text, why) => {
  expect(problemsOf({ path: 'docs/features.md', text })).toEqual([expect.stringContaining(why)]);
});
