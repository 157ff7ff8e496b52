import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { must } from '#domain/errors/assert.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import type { Mutant } from './mutants.ts';
import { mainFile, plantViews } from './plant.ts';
import { tryTests } from './planted-tests.ts';
import { throwaway } from './seeds.ts';

const atOnce = 2;

/** A life that stands still proves nothing either way. */
const livesMsMax = 20 * 60_000;

interface Server {
  readonly url: string;
  /** With the schema, and nothing planted. */
  readonly template: string;
  /** A new database, made from the template. */
  make(name: string): Promise<string>;
}

/**
 * Plants each mutant in a process and a database of its own, until the test that should notice it does,
 * or a life that goes well without it.
 * @returns how many were not noticed, or fit no more.
 */
export async function runMutants(wanted: readonly Mutant[], seeds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-mutants-'));
  const embedded = await attachEmbedded(directory, { log() {}, settings: throwaway });
  const begunMs = performance.now();
  const waiting = wanted.entries();
  let alive = 0;
  try {
    const server = await prepare(embedded.connectionString);
    await checkTests(server, wanted);
    const lane = async (): Promise<void> => {
      for (const [i, mutant] of waiting) {
        const { isDead, words } = await verdictOn(mutant, `mutant_${i}`, { server, seeds });
        if (!isDead) alive++;
        console.log(`${isDead ? 'dead ' : 'ALIVE'}  ${mutant.name}: ${words}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    await embedded.leave();
    rmSync(directory, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
  console.log(`${wanted.length} mutants, ${alive} alive, in ${seconds} s`);
  return alive;
}

async function prepare(url: string): Promise<Server> {
  const template = 'unharmed_template';
  const make = async (name: string, from: string): Promise<string> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(`create database ${name} template ${from}`);
    } finally {
      await client.end();
    }
    return withDatabase(url, name);
  };
  await migrate(await make(template, 'template1'));
  await make('control', template);
  return { url, template, make: (name) => make(name, template) };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

interface Verdict {
  readonly isDead: boolean;
  readonly words: string;
}

/** The tests have to pass where nothing is planted; else their failing says nothing. */
async function checkTests(server: Server, wanted: readonly Mutant[]): Promise<void> {
  const tests = wanted.flatMap(({ noticedBy }) => (noticedBy === null ? [] : [noticedBy]));
  if (tests.length === 0) return;
  await server.make('muster_control_template');
  const { passed, failed } = await tryTests(tests, { run: 'control', mutant: '', ...server });
  const [first] = failed;
  if (first !== undefined) {
    throw new Error(`without any mutant “${first.title}” fails: ${first.message}`);
  }
  if (passed < new Set(tests.map(({ title }) => title)).size) {
    throw new Error('a test that a mutant names is not there');
  }
  console.log(`${passed} tests pass without any mutant`);
}

async function verdictOn(
  mutant: Mutant,
  run: string,
  { server, seeds }: { server: Server; seeds: number },
): Promise<Verdict> {
  const { name, noticedBy } = mutant;
  if (noticedBy === null) {
    const url = await server.make(run);
    await plantViews(mutant, url);
    return await liveWith(mutant, { url, control: withDatabase(server.url, 'control'), seeds });
  }
  await plantViews(mutant, await server.make(`muster_${run}_template`));
  const { failed, problem } = await tryTests([noticedBy], { run, mutant: name, ...server });
  const [first] = failed;
  if (first === undefined)
    return { isDead: false, words: problem ?? `“${noticedBy.title}” passes` };
  const isDead = /^(AssertionError|Error: (the \d+th run|promise resolved))/.test(first.message);
  return { isDead, words: isDead ? `“${first.title}”` : `“${first.title}”: ${first.message}` };
}

/** A seed counts that breaks with the mutant and does not break without it. */
async function liveWith(
  mutant: Mutant,
  { url, control, seeds }: { url: string; control: string; seeds: number },
): Promise<Verdict> {
  let survived = 0;
  for (let first = 1; first <= seeds; ) {
    const died = await firstBroken(url, first, seeds, ['--planted', mutant.name]);
    if ('output' in died) return { isDead: false, words: died.output };
    const { seed, broke } = died;
    // A statement that is no SQL any more proves nothing.
    if (broke.startsWith('unexpected: error')) return { isDead: false, words: broke };
    const unharmed = await firstBroken(control, seed, seed, []);
    if ('output' in unharmed) return { isDead: true, words: `seed ${seed}, ${broke}` };
    survived++;
    first = seed + 1;
  }
  return { isDead: false, words: `${survived} seeds break without it, too` };
}

/** The first seed that breaks; else what the process said last. */
async function firstBroken(
  url: string,
  first: number,
  last: number,
  more: readonly string[],
): Promise<{ seed: number; broke: string } | { output: string }> {
  const seeds = ['--first-seed', String(first), '--seeds', String(last - first + 1)];
  const args = [mainFile, ...seeds, '--server', url, '--fail-fast', '--no-shrink', ...more];
  const output = await promisify(execFile)(process.execPath, args, { timeout: livesMsMax }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  const died = /^seed (\d+) .*broke:\n *(.*)$/m.exec(output);
  if (died !== null) return { seed: Number(died[1]), broke: must(died[2], 'it says what broke') };
  const misfit = /^.*does not fit any more.*$/m.exec(output);
  return { output: misfit?.[0] ?? output.trimEnd().split('\n').at(-1) ?? '' };
}
