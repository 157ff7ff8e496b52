import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Harm, none, Trial } from './trial.ts';

/** What Postgres takes for itself and its log, and room for a small company. */
const diskMb = 320;
const rounds = 2;

/**
 * An installation whose whole data directory, PostgreSQL and sandbox, is on a small disk that runs full,
 * in the middle of its work, and has space again later.
 * @returns what happened, in words; null where no disk can be mounted.
 */
export async function fillDisk(seed: number): Promise<string | null> {
  let isMounted = false;
  await using trial = await Trial.open({
    ...{ seed, workers: 0, size: 1_000 },
    before(desk) {
      isMounted = mountDisk(desk.directory);
      if (isMounted) desk.atEnd = () => execFileSync('umount', ['--lazy', desk.directory]);
      return Promise.resolve();
    },
  });
  if (!isMounted) return null;
  let refusals = 0;
  for (let round = 0; round < rounds; round++) {
    for (const where of ['import', 'sync'] as const) refusals += await oneRound(trial, where);
  }
  return `a full disk: ${refusals} of ${2 * rounds} commands refused with a STORE_ error, exact each time`;
}

/** A change that meets with a full disk in one of its commands, then again with space. */
async function oneRound(trial: Trial, where: 'import' | 'sync'): Promise<number> {
  const { directory } = trial.desk;
  trial.change();
  const full: Harm = async ({ ended }) => {
    fill(directory);
    await ended;
    rmSync(ballast(directory));
  };
  const taken = await trial.takeIn(where === 'import' ? full : none);
  const sent = await trial.send(where === 'sync' ? full : none);
  await trial.check(`a full disk in ${where}`);
  const { code, stdout, stderr } = where === 'import' ? taken : sent;
  if (code === 0) return 0;
  if (!/STORE_(FULL|UNREACHABLE|START_FAILED)/.test(stdout + stderr)) {
    throw new Error(`${where} on a full disk says: ${stdout}${stderr}`);
  }
  return 1;
}

/** Only root may, and not in every container. */
function mountDisk(directory: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${diskMb}m,mode=700`, 'muster-kill', directory];
    execFileSync('mount', options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const ballast = (directory: string) => join(directory, 'ballast');

/** To the last byte. */
function fill(directory: string): void {
  const file = openSync(ballast(directory), 'w');
  for (let bytes = 1 << 20; bytes >= 1; ) {
    try {
      if (writeSync(file, Buffer.alloc(bytes)) < bytes) bytes >>= 1;
    } catch {
      bytes >>= 1;
    }
  }
  closeSync(file);
}
