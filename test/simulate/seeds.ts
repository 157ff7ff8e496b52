import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import { Connections } from './connections.ts';
import { type Counts, type Life, live } from './life.ts';
import { missingMarks } from './marks.ts';
import { type Script, writeScript } from './script.ts';
import { shrink, tellScript } from './shrink.ts';

export interface SeedsWish {
  readonly first: number;
  readonly count: number;
  /** A life from a file in place of seeds. */
  readonly lifeFile: string | null;
  /** Where the whole trace of each life goes: this, its seed and `.txt`. */
  readonly trace: string | null;
  /** A database that is ready; null: one of its own. */
  readonly serverUrl: string | null;
  /** One that broke is enough. */
  readonly untilBroken: boolean;
  readonly shrinks: boolean;
  /** No new life begins after so long. */
  readonly hours: number;
}

export interface SeedsResult {
  readonly lives: number;
  /** Those that broke an invariant, with what broke first. */
  readonly failed: readonly { readonly seed: number; readonly broke: string }[];
  readonly seconds: number;
  readonly counts: Counts;
  readonly marks: ReadonlyMap<string, number>;
}

/** So many lives should have met with everything. */
const SEEDS_FOR_MARKS = 500;

/** How long a failing life is made smaller. */
const SHRINK_MS = 90_000;

export async function runSeeds(wish: SeedsWish): Promise<SeedsResult> {
  if (wish.serverUrl !== null) return await onServer(wish.serverUrl, wish);
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  try {
    const server = await attachEmbedded(directory, { log() {}, settings: throwaway });
    try {
      await migrate(server.connectionString);
      return await onServer(server.connectionString, wish);
    } finally {
      await server.leave();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Nothing of a simulation has to survive a power cut. */
export const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function onServer(url: string, wish: SeedsWish): Promise<SeedsResult> {
  await using connections = new Connections(url);
  const begunMs = performance.now();
  const untilMs = begunMs + wish.hours * 3_600_000;
  const failed: { seed: number; broke: string }[] = [];
  const counts: Counts = {
    ...{ requests: 0, deaths: 0, stops: 0, imports: 0, runs: 0, held: 0, virtualMs: 0 },
  };
  const marks = new Map<string, number>();
  let lives = 0;
  for (const script of scriptsOf(wish)) {
    if (performance.now() > untilMs) break;
    const life = await live(script, { connections, keepLines: wish.trace !== null });
    lives++;
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += life.counts[key];
    for (const [mark, times] of life.marks) marks.set(mark, (marks.get(mark) ?? 0) + times);
    if (wish.trace !== null) {
      writeFileSync(`${wish.trace}-${script.seed}.txt`, `${life.lines.join('\n')}\n`);
    }
    if (life.broken.length === 0) continue;
    failed.push({ seed: script.seed, broke: life.broken[0] ?? '' });
    tell(life);
    if (wish.shrinks && failed.length === 1) await tellSmallest(life, connections);
    if (wish.untilBroken) break;
  }
  return { lives, failed, seconds: (performance.now() - begunMs) / 1000, counts, marks };
}

function* scriptsOf({ first, count, lifeFile }: SeedsWish): Generator<Script> {
  if (lifeFile !== null) yield JSON.parse(readFileSync(lifeFile, 'utf8')) as Script;
  else for (let seed = first; seed < first + count; seed++) yield writeScript(seed);
}

const linesMax = 8;

function tell({ script, trace, broken }: Life): void {
  console.log(`seed ${script.seed} (trace ${trace}) broke:`);
  for (const line of broken.slice(0, linesMax)) console.log(`  ${line}`);
  if (broken.length > linesMax) console.log(`  and ${broken.length - linesMax} more`);
}

async function tellSmallest({ script, broken }: Life, connections: Connections): Promise<void> {
  const untilMs = performance.now() + SHRINK_MS;
  const kind = kindOf(broken);
  let told: readonly string[] = broken;
  const breaks = async (smaller: Script): Promise<boolean> => {
    const again = await live(smaller, { connections });
    const isSame = again.broken.length > 0 && kindOf(again.broken) === kind;
    if (isSame) told = again.broken;
    return isSame;
  };
  const smallest = await shrink(script, breaks, () => performance.now() < untilMs);
  console.log('the smallest life found in which the same breaks:');
  for (const line of [...tellScript(smallest), ...told.slice(0, linesMax)]) console.log(line);
  console.log(`as --life takes it from a file: ${JSON.stringify(smallest)}`);
}

/** Which invariant, or which error: a smaller life has to break the same. */
function kindOf([first = '']: readonly string[]): string {
  return first.startsWith('unexpected')
    ? (first.split('\n')[0] ?? '')
    : (first.split(':')[0] ?? '');
}

/** The line at the end, and what of the faults and the error table never came about. */
export function summarise({ first }: SeedsWish, result: SeedsResult): void {
  const { counts, marks, lives, failed, seconds } = result;
  const missing = lives < SEEDS_FOR_MARKS ? [] : missingMarks(marks);
  if (missing.length > 0) console.log(`never happened: ${missing.join(', ')}`);
  console.log(
    `${lives} seeds from ${first}: ${failed.length} failed; ${counts.runs} runs, ` +
      `${counts.imports} imports, ${counts.requests} requests, ${counts.deaths} deaths, ` +
      `${counts.stops} stops, ${counts.held} held, ` +
      `${(counts.virtualMs / 3_600_000).toFixed(0)} virtual hours in ${seconds.toFixed(0)} s`,
  );
}
