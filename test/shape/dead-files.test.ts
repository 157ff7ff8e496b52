import { expect, it } from 'vitest';
import { parse, readTree, type Source } from './_tree.ts';

/**
 * Files of src that nothing needs. A test beside a file does not keep it alive, except what only
 * tests could want: a private file of theirs.
 */
function deadFiles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const isBeside = (path: string) => path.startsWith('src/') && path.endsWith('.test.ts');
  const alive = new Set<string>();
  const reach = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || alive.has(path)) return;
    alive.add(path);
    for (const { target } of source.imports) if (target !== null) reach(target);
  };
  for (const { path } of sources) {
    if (path === 'src/main.ts' || !path.startsWith('src/')) reach(path);
  }
  const wantedByTests = new Set(
    sources
      .filter(({ path }) => isBeside(path))
      .flatMap(({ imports }) => imports.map(({ target }) => target)),
  );
  return sources
    .map(({ path }) => path)
    .filter((path) => path.startsWith('src/') && !isBeside(path) && !alive.has(path))
    .filter((path) => !(/\/_[^/]+$/.test(path) && wantedByTests.has(path)))
    .map((path) => `${path}:1 is reached neither from src/main.ts nor from test, bench or scripts`);
}

it('finds nothing dead in this repository', () => {
  expect(deadFiles(readTree())).toEqual([]);
});

it('follows every kind of import from the roots, and no test beside the code', () => {
  const tree = [
    parse('src/main.ts', `import { a } from '#plan/a.ts';`),
    parse('src/plan/a.ts', `const b = await import('./b.ts');`),
    parse('src/plan/b.ts', `new Worker(new URL('./c.ts', import.meta.url));`),
    parse('src/plan/c.ts', ''),
    parse('src/plan/dead.ts', `import { c } from './c.ts';`),
    parse('src/plan/dead.test.ts', `import './dead.ts'; import './_scripted-server.ts';`),
    parse('src/plan/_scripted-server.ts', ''),
    parse('src/plan/kill.test.ts', `spawn(join(import.meta.dirname, '_plan-process.ts'));`),
    parse('src/plan/_plan-process.ts', ''),
    parse('bench/main.ts', `import '#store/for-bench.ts';`),
    parse('src/store/for-bench.ts', ''),
  ];
  expect(deadFiles(tree)).toEqual([expect.stringMatching(/^src\/plan\/dead\.ts:1 /)]);
});
