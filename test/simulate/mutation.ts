import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import type { Mutant } from './mutants.ts';
import { mainFile, plantViews } from './plant.ts';
import { throwaway } from './seeds.ts';

const atOnce = 2;

/**
 * Plants each mutant in a process and a database of its own and lets it live until a seed notices.
 * @returns how many survived all seeds, or fit no more.
 */
export async function runMutants(wanted: readonly Mutant[], seeds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-mutants-'));
  const server = await attachEmbedded(directory, { log() {}, settings: throwaway });
  const waiting = wanted.entries();
  let alive = 0;
  const control = await makeDatabase(server.connectionString, 'control');
  const lane = async (): Promise<void> => {
    for (const [i, mutant] of waiting) {
      const url = await makeDatabase(server.connectionString, `mutant_${i}`);
      const verdict = await liveWith(mutant, url, control, seeds);
      if (!verdict.isDead) alive++;
      console.log(`${verdict.isDead ? 'dead ' : 'ALIVE'}  ${mutant.name}: ${verdict.words}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    await server.leave();
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(`${wanted.length} mutants, ${alive} alive`);
  return alive;
}

async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}

interface Verdict {
  readonly isDead: boolean;
  readonly words: string;
}

/** A seed counts that breaks with the mutant and does not break without it. */
async function liveWith(
  mutant: Mutant,
  url: string,
  controlUrl: string,
  seeds: number,
): Promise<Verdict> {
  await plantViews(mutant, url);
  let survived = 0;
  for (let first = 1; first <= seeds; ) {
    const died = await firstBroken(url, first, seeds, ['--planted', mutant.name]);
    if ('output' in died) return { isDead: false, words: died.output };
    const { seed, broke } = died;
    // A statement that is no SQL any more proves nothing.
    if (broke.startsWith('unexpected: error')) return { isDead: false, words: broke };
    const control = await firstBroken(controlUrl, seed, seed, []);
    if ('output' in control) return { isDead: true, words: `seed ${seed}, ${broke}` };
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
  const output = await promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  const died = /^seed (\d+) .*broke:\n *(.*)$/m.exec(output);
  if (died !== null) return { seed: Number(died[1]), broke: died[2] ?? '' };
  const misfit = /^.*does not fit any more.*$/m.exec(output);
  return { output: misfit?.[0] ?? output.trimEnd().split('\n').at(-1) ?? '' };
}
