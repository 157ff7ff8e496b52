import { expect, it } from 'vitest';
import { isNode, type Node, nameOf, parse, readTree, type Source, walk } from './_tree.ts';

const FILE_LINES_CUSTOM = 300;
const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;

function longFiles(sources: readonly Source[], linesMax: number): string[] {
  return sources
    .filter(({ lineCount }) => lineCount > linesMax)
    .map(({ path, lineCount }) => `${path}:${linesMax + 1} goes on to line ${lineCount}`);
}

function longFunctions(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, ast, lineOf }) => {
    const found: string[] = [];
    walk(ast, (node, parent) => {
      if (!/^(Function|ArrowFunction)/.test(node.type) || isGroupOfTests(node, parent)) return;
      const lines = lineOf(node.end) - lineOf(node.start) + 1;
      if (lines <= FUNCTION_LINES_MAX) return;
      found.push(`${path}:${lineOf(node.start)} ${titleOf(node, parent)} has ${lines} lines`);
    });
    return found;
  });
}

/** The callback of `describe`, or of `describe.each(…)`, is a heading, not a function. */
function isGroupOfTests(node: Node, parent: Node | null): boolean {
  if (parent?.type !== 'CallExpression' || node === parent['callee']) return false;
  let callee: unknown = parent['callee'];
  while (isNode(callee) && nameOf(callee) === null) callee = callee['callee'] ?? callee['object'];
  return nameOf(callee) === 'describe';
}

function titleOf(node: Node, parent: Node | null): string {
  const owner = [node['id'], parent?.['id'], parent?.['key']].find(isNode);
  return nameOf(owner) ?? 'a function without a name';
}

it('keeps files short', () => {
  const sources = readTree();
  expect(longFiles(sources, FILE_LINES_MAX)).toEqual([]);
  const uncustomary = longFiles(sources, FILE_LINES_CUSTOM);
  if (uncustomary.length > 0) {
    console.log(
      `Longer than is our custom (${FILE_LINES_CUSTOM} lines):\n  ${uncustomary.join('\n  ')}`,
    );
  }
});

it('keeps functions short', () => {
  expect(longFunctions(readTree())).toEqual([]);
});

it('counts the lines of a file', () => {
  expect(longFiles([parse('src/a.ts', '\n'.repeat(500))], 500)).toEqual([]);
  expect(longFiles([parse('src/a.ts', '\n'.repeat(501))], 500)).toEqual([
    'src/a.ts:501 goes on to line 501',
  ]);
});

it.each([
  ['a declaration', (body: string) => `function work() {${body}}`, 'work'],
  ['an arrow', (body: string) => `const work = () => {${body}};`, 'work'],
  ['a method', (body: string) => `class A {\n work() {${body}}\n}`, 'work'],
  ['a method of an object', (body: string) => `const a = { work() {${body}} };`, 'work'],
  ['a callback', (body: string) => `it('…', () => {${body}});`, 'a function without a name'],
])('counts the lines of %s', (_, write, name) => {
  const lines = (count: number) =>
    longFunctions([parse('src/a.ts', write('\n'.repeat(count - 1)))]);
  expect(lines(70)).toEqual([]);
  expect(lines(71)).toEqual([expect.stringContaining(`${name} has 71 lines`)]);
});
