import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writePeople } from './people.ts';

/**
 * The whole job beside its baseline, in one run on one machine: N people from a CSV file to the same
 * sink, first by the straight line, then by Muster with everything it does on the way.
 *
 *   npm run bench -- full [--people 1000000] [--database-url URL]
 */
export async function benchFull(options: { people: number; databaseUrl?: string }): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const sink = spawn(process.execPath, [join(import.meta.dirname, 'sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const sinkUrl = `http://127.0.0.1:${await readPort(sink)}`;
    const file = join(directory, 'people.csv');
    const changes = join(directory, 'changes.csv');
    await writePeople(file, { count: options.people });
    await writePeople(changes, { count: options.people, step: 100, round: 1 });
    const baseline = await child('straight-line.ts', [], [file, sinkUrl]);
    const muster = await child('full-run.ts', musterFlags, [
      directory,
      file,
      changes,
      sinkUrl,
      options.databaseUrl ?? '',
    ]);
    print(options.people, baseline, muster);
  } finally {
    sink.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** As in bin/muster. */
const musterFlags = ['--heap-growing-percent=60', '--max-semi-space-size=16'];

async function readPort(sink: ChildProcess): Promise<string> {
  const [line] = (await once(sink.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return line.toString().trim();
}

/** Each side is a process of its own, so that neither warms the other up and memory can be told. */
async function child(
  script: string,
  flags: readonly string[],
  args: readonly string[],
): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, join(import.meta.dirname, script), ...args],
    { maxBuffer: 1 << 20 },
  );
  return JSON.parse(stdout) as Record<string, number>;
}

function print(
  people: number,
  baseline: Record<string, number>,
  muster: Record<string, number>,
): void {
  const of = (result: Record<string, number>, key: string): number => result[key] ?? Number.NaN;
  const wall = of(muster, 'seconds') / of(baseline, 'seconds');
  const lines = [
    `${people.toLocaleString('en')} people, ${availableParallelism()} cores, Node ${process.version}`,
    `straight line   ${of(baseline, 'seconds').toFixed(1)} s, ${of(baseline, 'cpuSeconds').toFixed(1)} s CPU, ${of(baseline, 'peakRssMb')} MB`,
    `muster          ${of(muster, 'seconds').toFixed(1)} s, ${of(muster, 'cpuSeconds').toFixed(1)} s CPU (ours), ${of(muster, 'peakRssMb')} MB (ours)`,
    `  import        ${of(muster, 'importSeconds').toFixed(1)} s`,
    `  sync          ${of(muster, 'syncSeconds').toFixed(1)} s, ${of(muster, 'requests')} requests`,
    `  no change     ${(of(muster, 'noChangeSeconds') * 1000).toFixed(0)} ms, ${of(muster, 'noChangeRequests')} requests`,
    `  1 % changed   ${of(muster, 'changedSeconds').toFixed(2)} s = ${((of(muster, 'changedSeconds') / of(muster, 'seconds')) * 100).toFixed(1)} % of the full run`,
    `wall, muster ÷ straight line: ${wall.toFixed(2)} (bar 1.5)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
