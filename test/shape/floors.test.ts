import { expect, it } from 'vitest';
import { brokenWalls } from './_floors.ts';
import { parse, readTree } from './_tree.ts';

const broken = (path: string, text: string) => brokenWalls([parse(path, text)]);

it('finds nothing to say about this repository', () => {
  expect(brokenWalls(readTree())).toEqual([]);
});

it.each([
  ['up', 'src/store/a.ts', `import { x } from '#sync/b.ts';`, 'imports only go down'],
  ['across', 'src/plan/a.ts', `import { x } from '#deliver/b.ts';`, 'on the same floor'],
  ['up for a type', 'src/store/a.ts', `import type { X } from '#plan/b.ts';`, 'only go down'],
  ['up by re-export', 'src/store/a.ts', `const y = 1; export { x } from '#plan/b.ts';`, 'down'],
  ['up at run time', 'src/store/a.ts', `await import('#plan/b.ts');`, 'only go down'],
  ['up inside a type', 'src/store/a.ts', `type T = import('#plan/b.ts').X;`, 'only go down'],
  ['up as a worker', 'src/store/a.ts', `new URL('../plan/b.ts', import.meta.url);`, 'write #plan'],
  ['by the wrong path', 'src/plan/a.ts', `import { x } from '../store/b.ts';`, 'write #store'],
  ['itself by its room', 'src/plan/a.ts', `import { x } from '#plan/b.ts';`, 'write ./file.ts'],
  ['a private file', 'src/cli/a.ts', `import { x } from '#store/_b.ts';`, 'src/store alone'],
  ['a private folder below', 'src/cli/a.ts', `import { x } from './demo/_b.ts';`, 'demo alone'],
  ['a package into domain', 'src/domain/a.ts', `import { x } from 'node:fs';`, 'imports nothing'],
  ['meta into plan', 'src/plan/a.ts', `import { x } from '#meta/b.ts';`, 'without credentials'],
  [
    'the store into the page',
    'web/src/a.ts',
    `import type { X } from '../../src/store/b.ts';`,
    'page',
  ],
  ['code into the page', 'web/src/a.ts', `import { x } from '../../src/http/contract.ts';`, 'page'],
  ['the store into the sandbox', 'src/sandbox/a.ts', `import { x } from '#store/b.ts';`, 'wire'],
  [
    'tests into code',
    'src/plan/a.ts',
    `import { x } from '../../test/support/b.ts';`,
    'only rooms',
  ],
])('sees an import that goes %s', (_, path, text, why) => {
  expect(broken(path, text)).toEqual([expect.stringContaining(why)]);
});

it('names file, line and import', () => {
  expect(broken('src/plan/a.ts', `\nconst ü = 1;\nimport { x } from '#cli/b.ts';\n`)).toEqual([
    'src/plan/a.ts:3 imports #cli/b.ts: imports only go down, and cli stands above plan',
  ]);
});

it.each([
  ['down', 'src/cli/a.ts', `import { x } from '#store/b.ts';`],
  ['inside', 'src/cli/demo/a.ts', `import { x } from '../b.ts'; import { y } from './_c.ts';`],
  ['from outside', 'src/main.ts', `import { x } from '#cli/b.ts';`],
  ['a package', 'src/store/a.ts', `import pg from 'pg';`],
  ['types of the API', 'web/src/a.ts', `import type { X } from '../../src/http/contract.ts';`],
  ['the wire', 'src/sandbox/a.ts', `import { x } from '#meta/wire.ts';`],
  ['what a test needs', 'src/plan/a.test.ts', `import { x } from '../../test/support/b.ts';`],
])('lets an import pass that goes %s', (_, path, text) => {
  expect(broken(path, text)).toEqual([]);
});

it.each([
  ['src/plan/utils.ts', 'const x = 1;', 'is called utils'],
  ['src/shared/a.ts', 'const x = 1;', 'is called shared'],
  ['test/support/_helpers.ts', 'const x = 1;', 'is called helpers'],
  ['src/attic/a.ts', 'const x = 1;', 'in no room'],
  ['src/plan/all.ts', `export { x } from './a.ts'; export { y } from './b.ts';`, 'a barrel'],
  ['src/plan/some.ts', `export * from './a.ts'; const y = 1;`, 'a barrel'],
])('does not accept %s', (path, text, why) => {
  expect(broken(path, text).join()).toContain(why);
});
