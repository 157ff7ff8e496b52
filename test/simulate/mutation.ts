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
  const lane = async (): Promise<void> => {
    for (const [i, mutant] of waiting) {
      const url = await makeDatabase(server.connectionString, `mutant_${i}`);
      const verdict = await liveWith(mutant, url, seeds);
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

async function liveWith(
  mutant: Mutant,
  url: string,
  seeds: number,
): Promise<{ isDead: boolean; words: string }> {
  await plantViews(mutant, url);
  const args = ['--planted', mutant.name, '--server', url, '--seeds', String(seeds), '--fail-fast'];
  const run = promisify(execFile)(process.execPath, [mainFile, ...args]);
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  const died = /^seed (\d+) .*broke:\n *(.*)$/m.exec(output);
  if (died !== null) return { isDead: true, words: `seed ${died[1]}, ${died[2] ?? ''}` };
  const [last = ''] = output.trimEnd().split('\n').slice(-1);
  return { isDead: false, words: /does not fit/.test(output) ? output.trim() : last };
}
