import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { fileOf, linksOf, readPages, root } from './_pages.ts';

/** Every threat has a control and a test that exists; every requirement of ASVS has an answer. */
const page = must(
  readPages().find(({ path }) => path === 'docs/security.md'),
  'docs/security.md is there',
);

it('answers each of the 22 threats with what stands against it and a test that is there', () => {
  const rows = [...page.text.matchAll(/^\| (S\d+) \|([^|]*)\|([^|]*)\|(.*)\|$/gm)];
  expect(rows.map(([, id]) => id)).toEqual(Array.from({ length: 22 }, (_, i) => `S${i + 1}`));
  for (const [, id, threat = '', control = '', shown = ''] of rows) {
    const tests = linksOf({ path: page.path, text: shown }).map(({ target }) =>
      fileOf(page, target),
    );
    expect([id, threat.trim() !== '', control.trim() !== '', tests.length > 0]).toEqual([
      ...[id, true, true, true],
    ]);
    for (const test of tests) {
      expect([id, test, test.endsWith('.test.ts') && existsSync(join(root, test))]).toEqual([
        ...[id, test, true],
      ]);
    }
  }
});

interface Requirement {
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly how: string;
  readonly shown: string;
}

/** No cell has a comma in it that is not quoted, and none has a line. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const [head = '', ...lines] = readFileSync(join(root, 'docs/security/asvs.csv'), 'utf8')
  .trimEnd()
  .split('\n');
const requirements = lines.map((line): Requirement => {
  const [id = '', level = '', , state = '', how = '', shown = ''] = cellsOf(line);
  return { id, level, state, how, shown };
});

/** ASVS 5.0.0, levels 1 and 2 by chapter (https://github.com/OWASP/ASVS, read 2026-11-22). */
const counts: readonly (readonly [number, number, number])[] = [
  ...([
    [1, 8, 19],
    [2, 4, 7],
    [3, 8, 11],
    [4, 2, 8],
    [5, 4, 5],
    [6, 13, 22],
  ] as const),
  ...([
    [7, 6, 12],
    [8, 4, 3],
    [9, 4, 3],
    [10, 5, 24],
    [11, 3, 11],
    [12, 3, 6],
  ] as const),
  ...([
    [13, 1, 12],
    [14, 2, 7],
    [15, 3, 10],
    [16, 0, 16],
    [17, 0, 7],
  ] as const),
];

it('has every requirement of levels 1 and 2 of ASVS 5.0 once', () => {
  expect(head).toBe('requirement,level,what,state,how,shown');
  expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  const found = counts.map(([chapter]) => {
    const of = (level: string) =>
      requirements.filter((one) => one.id.startsWith(`${chapter}.`) && one.level === level).length;
    return [chapter, of('1'), of('2')];
  });
  expect(found).toEqual(counts);
  expect(requirements).toHaveLength(70 + 183);
});

it('shows what is met by a test, or where it asks for documentation by a page; says why of the rest', () => {
  const problems = requirements.flatMap(({ id, state, how, shown }) => {
    if (!['met', 'not applicable', 'not met'].includes(state)) return [`${id} is “${state}”`];
    if (how === '') return [`${id} says nothing`];
    if (state !== 'met') return shown === '' ? [] : [`${id} is not met and shows ${shown}`];
    if (!existsSync(join(root, shown))) return [`${id} names ${shown}, which is not there`];
    const isShown = shown.endsWith('.test.ts') || (shown.endsWith('.md') && mayBePage.test(id));
    return isShown ? [] : [`${id} names ${shown}, which is no test`];
  });
  expect(problems).toEqual([]);
});

/** The first section of a chapter asks for what is written down. */
const mayBePage = /^\d+\.1\.\d+$/;

it('counts them as docs/security.md says', () => {
  const count = (state: string) => requirements.filter((one) => one.state === state).length;
  const [, met, none, open] =
    /\*\*(\d+) are met, (\d+) do not apply, (\d+) are not met\*\*/.exec(page.text) ?? [];
  expect([met, none, open].map(Number)).toEqual(['met', 'not applicable', 'not met'].map(count));
});
