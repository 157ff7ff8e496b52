import type { Counts } from './life.ts';
import { missingMarks } from './marks.ts';
import type { SeedsResult } from './seeds.ts';

/** So many lives have to have met with every fault and every row of the error table. */
const SEEDS_FOR_MARKS = 1_000;

function noCounts(): Counts {
  return {
    requests: 0,
    deaths: 0,
    stops: 0,
    imports: 0,
    leavers: 0,
    runs: 0,
    held: 0,
    virtualMs: 0,
  };
}

export function together(results: readonly SeedsResult[]): SeedsResult {
  const counts = noCounts();
  const marks = new Map<string, number>();
  for (const result of results) {
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += result.counts[key];
    for (const [mark, times] of result.marks) marks.set(mark, (marks.get(mark) ?? 0) + times);
  }
  return {
    lives: results.reduce((sum, { lives }) => sum + lives, 0),
    failed: results.flatMap(({ failed }) => failed),
    seconds: Math.max(0, ...results.map(({ seconds }) => seconds)),
    ...{ counts, marks },
  };
}

/** For whoever looks on for hours: what grows although it should not would show here. */
export function tellProgress({ lives, failed }: SeedsResult, seconds: number): void {
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
  const minutes = Math.round(seconds / 60);
  console.log(`after ${minutes} min: ${lives} lives, ${failed.length} failed, ${megabytes} MB`);
}

/**
 * The lines at the end.
 * @returns whether all is well: nothing broke, and enough lives have met with everything.
 */
export function summarise(first: number, result: SeedsResult): boolean {
  const { counts, marks, lives, failed, seconds } = result;
  const missing = lives < SEEDS_FOR_MARKS ? [] : missingMarks(marks);
  if (missing.length > 0) console.log(`never happened: ${missing.join(', ')}`);
  for (const { seed, broke } of failed) console.log(`failed: seed ${seed}: ${broke}`);
  console.log(
    `${lives} seeds from ${first}: ${failed.length} failed; ${counts.runs} runs, ` +
      `${counts.imports} imports, ${counts.leavers} opt-outs and erasures, ${counts.requests} requests, ${counts.deaths} deaths, ` +
      `${counts.stops} stops, ${counts.held} held, ` +
      `${(counts.virtualMs / 3_600_000).toFixed(0)} virtual hours in ${seconds.toFixed(0)} s`,
  );
  return failed.length === 0 && missing.length === 0;
}
