import { expect, it } from 'vitest';
import { type Node, nameOf, parse, readTree, type Source, walk } from './_tree.ts';

interface Ban {
  readonly where: RegExp;
  readonly but: RegExp;
  readonly because: string;
  /** What is found of it in one node, or null. */
  find(node: Node): string | null;
}

const bans: readonly Ban[] = [
  {
    where: /^src\/domain\//,
    but: /\.test\.ts$/,
    because: 'the domain reads no clock and throws no dice',
    find: (node) =>
      memberOf(node, /^(Date\.now|Math\.random|performance\.now|crypto\.\w+|process\.\w+)$/) ??
      clockOf(node),
  },
  {
    where: /^src\//,
    but: /^src\/(cli\/|main\.ts$)|\.test\.ts$/,
    because: 'only the command line writes to the terminal',
    find: (node) => memberOf(node, /^console\.\w+$/),
  },
  {
    where: /\.test\.ts$/,
    but: /^$/,
    because: 'a test that does not run proves nothing',
    find: (node) => memberOf(node, /^(it|test|describe|suite)\..*\b(skip|only|todo)$/),
  },
];

function memberOf(node: Node, banned: RegExp): string | null {
  if (node.type !== 'MemberExpression') return null;
  const path = pathOf(node);
  return banned.test(path) ? path : null;
}

/** `a.b.c` for a chain of members; calls in between do not matter. */
function pathOf(node: unknown): string {
  const { type, object, property, callee } = node as Node;
  if (type === 'CallExpression') return pathOf(callee);
  if (type === 'MemberExpression') return `${pathOf(object)}.${nameOf(property) ?? '?'}`;
  return nameOf(node) ?? '?';
}

function clockOf(node: Node): string | null {
  const isClock =
    node.type === 'NewExpression' &&
    nameOf(node['callee']) === 'Date' &&
    (node['arguments'] as readonly unknown[]).length === 0;
  return isClock ? 'new Date()' : null;
}

function impurities(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, ast, lineOf }) => {
    const found: string[] = [];
    for (const { where, but, because, find } of bans) {
      if (!where.test(path) || but.test(path)) continue;
      walk(ast, (node) => {
        const what = find(node);
        if (what !== null) found.push(`${path}:${lineOf(node.start)} uses ${what}: ${because}`);
      });
    }
    return found;
  });
}

it('finds nothing to say about this repository', () => {
  expect(impurities(readTree())).toEqual([]);
});

it.each([
  ['src/domain/a.ts', 'const t = Date.now();', 'Date.now'],
  ['src/domain/a.ts', 'const t = new Date();', 'new Date()'],
  ['src/domain/a.ts', 'const r = Math.random() * 2;', 'Math.random'],
  ['src/store/a.ts', 'console.error(1);', 'console.error'],
  ['src/store/a.test.ts', `it.skip('…', () => {});`, 'it.skip'],
  ['test/a.test.ts', `describe.concurrent.only('…', () => {});`, 'describe.concurrent.only'],
  ['test/a.test.ts', `it.each([1]).todo('…');`, 'it.each.todo'],
])('sees in %s: %s', (path, text, what) => {
  expect(impurities([parse(path, `\n${text}`)])).toEqual([
    expect.stringContaining(`${path}:2 uses ${what}: `),
  ]);
});

it.each([
  ['src/domain/a.ts', 'const t = new Date(0); const s = "Date.now";'],
  ['src/store/a.ts', 'const t = Date.now();'],
  ['src/cli/a.ts', 'console.log(1);'],
  ['src/main.ts', 'console.log(1);'],
  ['test/a.test.ts', `it.each([1])('…', () => {}); rows.skip(1);`],
])('has nothing against %s: %s', (path, text) => {
  expect(impurities([parse(path, text)])).toEqual([]);
});
