import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBytes } from './bytes.ts';
import { openCsv } from './csv.ts';
import type { RejectedRow } from './record-source.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-memory-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('memory is bounded', () => {
  // Sparse files: the rest is NUL characters that take no room on the disk.
  it.each([
    ['one endless quoted cell', 'id,n\n1,"', 'IMPORT_FILE_CUT'],
    ['one endless cell', 'id,n\n1,', null],
    ['one endless cell of too many', `id,n\n1,2${',3'.repeat(8 << 20)}`, null],
    ['text without end after a closing quote', 'id,n\n1,"a"b', null],
  ])('for %s', async (_, start, code) => {
    const path = join(folder, 'endless.csv');
    await writeFile(path, start);
    await truncate(path, 300_000_000);
    const before = process.memoryUsage().rss;
    let most = 0;
    const file = openCsv(await openBytes(path));
    const rejected: RejectedRow[] = [];
    const run = async () => {
      for await (const batch of file.batches()) {
        rejected.push(...batch.rejected);
        most = Math.max(most, process.memoryUsage().rss - before);
      }
    };
    if (code === null) await run();
    else await expect(run()).rejects.toMatchObject({ code });
    expect(rejected).toHaveLength(code === null ? 1 : 0);
    expect(most).toBeLessThan(100_000_000);
  });
});
