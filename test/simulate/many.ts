import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainFile } from './plant.ts';
import type { SeedsResult, SeedsWish } from './seeds.ts';
import { tellProgress, together } from './summary.ts';

/** Lives of one process share a database, and each leaves its rows there: after some dozens it is slow. */
const LIVES_A_PROCESS = 10;

const TELL_EVERY_MS = 2 * 60_000;

/**
 * The seeds of a wish, some at a time in a process and a database of their own, so many processes beside
 * each other. A process that ends without a result counts as a failed life.
 */
export async function runMany(processes: number, wish: SeedsWish): Promise<SeedsResult> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  const begunMs = performance.now();
  const results: SeedsResult[] = [];
  let tellAtMs = begunMs + TELL_EVERY_MS;
  let next = wish.first;
  const end = wish.first + wish.count;
  const lane = async (): Promise<void> => {
    while (next < end) {
      const first = next;
      next = Math.min(first + LIVES_A_PROCESS, end);
      results.push(await runShare(directory, { ...wish, first, count: next - first }));
      if (performance.now() < tellAtMs) continue;
      tellAtMs = performance.now() + TELL_EVERY_MS;
      tellProgress(together(results), (performance.now() - begunMs) / 1000);
    }
  };
  try {
    await Promise.all(Array.from({ length: processes }, lane));
    return { ...together(results), seconds: (performance.now() - begunMs) / 1000 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runShare(
  directory: string,
  { first, count, shrinks }: SeedsWish,
): Promise<SeedsResult> {
  const file = join(directory, `${first}.json`);
  const seeds = ['--first-seed', String(first), '--seeds', String(count), '--result', file];
  if (!shrinks) seeds.push('--no-shrink');
  const child = spawn(process.execPath, [mainFile, ...seeds], { stdio: 'inherit' });
  await once(child, 'exit');
  return readResult(file, first);
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
