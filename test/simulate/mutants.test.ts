import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';

const source = join(import.meta.dirname, '../../src');
const patches = mutants.flatMap(({ name, patches: all }) =>
  all.filter((patch) => patch.in.endsWith('.ts')).map((patch) => ({ name, ...patch })),
);

it.each(patches)('$name still fits $in', (patch) => {
  const text = readFileSync(join(source, patch.in), 'utf8');
  expect(text.split(patch.from).length - 1).toBe(1);
});

/** Those that die young; `npm run simulate -- --mutants` lets all of them live. */
const young = ['two-valued ledger', 'ignore live opposite operations'];

describe('a planted mistake', { timeout: 600_000 }, () => {
  it('is noticed by one of the first lives', async () => {
    const main = join(import.meta.dirname, 'main.ts');
    const args = [...young.flatMap((name) => ['--mutant', name]), '--seeds', '12'];
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args]);
    expect(stdout).toContain(`${young.length} mutants, 0 alive`);
  });
});
