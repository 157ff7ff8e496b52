import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** A few of what .ci/run does in full. */
it('loses nothing when it is killed around a request, and anywhere', async () => {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--points', 'P7,P9', '--kills', '2'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^P7, .*: killed [1-9]\d* times, exact each time$/m);
  expect(stdout).toMatch(/^\d+ kills and stops, 0 rows lost, in \d+ s$/m);
}, 600_000);
