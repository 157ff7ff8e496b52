import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import { Connections } from './connections.ts';
import { type Counts, type Life, live } from './life.ts';
import { type Script, writeScript } from './script.ts';
import { shrink, tellScript } from './shrink.ts';
import { tellProgress, together } from './summary.ts';

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

const TELL_EVERY_MS = 10 * 60_000;

/** How long a failing life is made smaller. */
const SHRINK_MS = 90_000;

export async function runSeeds(wish: SeedsWish): Promise<SeedsResult> {
  if (wish.serverUrl !== null) return await onServer(wish.serverUrl, wish);
  return await onThrowawayServer((url) => onServer(url, wish));
}

/** Does `work` on a PostgreSQL of its own, with our schema and nothing in it. */
export async function onThrowawayServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
  try {
    const server = await attachEmbedded(directory, { log() {}, settings: throwaway });
    try {
      await migrate(server.connectionString);
      return await work(server.connectionString);
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
  let sum: SeedsResult = together([]);
  let tellAtMs = begunMs + TELL_EVERY_MS;
  for (const script of scriptsOf(wish)) {
    if (performance.now() > untilMs) break;
    const life = await live(script, { connections, keepLines: wish.trace !== null });
    sum = together([sum, resultOf(life)]);
    if (performance.now() > tellAtMs) {
      tellAtMs += TELL_EVERY_MS;
      tellProgress(sum, (performance.now() - begunMs) / 1000);
    }
    if (wish.trace !== null) {
      writeFileSync(`${wish.trace}-${script.seed}.txt`, `${life.lines.join('\n')}\n`);
    }
    if (life.broken.length === 0) continue;
    tell(life);
    if (wish.shrinks && sum.failed.length === 1) await tellSmallest(life, connections);
    if (wish.untilBroken) break;
  }
  return { ...sum, seconds: (performance.now() - begunMs) / 1000 };
}

function resultOf({ script, broken, counts, marks }: Life): SeedsResult {
  const failed = broken.length === 0 ? [] : [{ seed: script.seed, broke: broken[0] ?? '' }];
  return { lives: 1, failed, seconds: 0, counts, marks };
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
