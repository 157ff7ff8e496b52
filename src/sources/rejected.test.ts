import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RejectedFile } from './rejected.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-rejected-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('holds line and reason of every rejected row, for its owner only', async () => {
  const path = join(folder, 'people.rejected.csv');
  await using file = new RejectedFile(path);
  await file.add([]);
  expect(existsSync(path)).toBe(false);
  await file.add([
    { line: 3, reason: 'bad UTF-8' },
    { line: 7, reason: 'text after a closing quote (lines 7 to 9)' },
  ]);
  await file.add([{ line: 12, reason: 'no id, and a comma' }]);
  expect(await file.close()).toBe(path);
  expect(readFileSync(path, 'utf8')).toBe(
    'line,reason\n3,bad UTF-8\n7,text after a closing quote (lines 7 to 9)\n12,"no id, and a comma"\n',
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('leaves none when nothing was rejected, not even that of an earlier import', async () => {
  const path = join(folder, 'earlier.rejected.csv');
  await writeFile(path, 'line,reason\n2,bad UTF-8\n');
  const file = new RejectedFile(path);
  expect(await file.close()).toBe(null);
  expect(existsSync(path)).toBe(false);
});
