import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainFile } from './plant.ts';
import type { SeedsResult, SeedsWish } from './seeds.ts';
import { together } from './summary.ts';

/**
 * The seeds of a wish, shared out to so many processes, each with a database of its own. A process
 * that ends without a result counts as a failed life.
 */
export async function runMany(processes: number, wish: SeedsWish): Promise<SeedsResult> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  try {
    const share = Math.ceil(wish.count / processes);
    const running = Array.from({ length: processes }, async (_, i) => {
      const first = wish.first + i * share;
      const count = Math.min(share, wish.first + wish.count - first);
      const file = join(directory, `${i}.json`);
      const seeds = ['--first-seed', String(first), '--seeds', String(count), '--result', file];
      const child = spawn(process.execPath, [mainFile, ...seeds], { stdio: 'inherit' });
      await once(child, 'exit');
      return readResult(file, first);
    });
    return together(await Promise.all(running));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readResult(file: string, first: number): SeedsResult {
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptResult;
    return { ...kept, marks: new Map(kept.marks) };
  }
  const failed = [{ seed: first, broke: 'the process that began with it ended before its end' }];
  return { ...together([]), failed };
}

type KeptResult = Omit<SeedsResult, 'marks'> & { readonly marks: readonly [string, number][] };

export function resultAsJson(result: SeedsResult): string {
  return JSON.stringify({ ...result, marks: [...result.marks] });
}
