import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** The same command that anyone runs for more; a seed that fails here replays there. */
it('converges, removes nobody wrongly and sends nothing twice, over thirty lives', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'main.ts'),
    '--seeds',
    '30',
  ]);
  expect(stdout).toMatch(/^30 seeds from 1: 0 failed; \d+ runs/m);
}, 240_000);
