import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  ftruncateSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Account, give, nameFromInside } from './_account.ts';
import { findBinaries } from './_binaries.ts';
import { mainComplaint, programEnvironment } from './_cluster.ts';
import { lockLog, refuseElsewhere, sameMachine, thisMachine } from './_machine.ts';
import { type Place, readRecord, writeRecord } from './_place.ts';
import { serverSettings } from './_settings.ts';

const POLL_MS = 5;
const LOCK_POLL_MS = 25;
const LOG_BYTES_MAX = 1024 * 1024;
/** How long the processes of a killed server, or of a container that just ended, may take to go. */
const ORPHAN_GRACE_MS = 1_500;
const STOP_MS_MAX = 60_000;
/** The port may be taken between our look and Postgres's, or someone kills it in recovery. */
const ATTEMPTS_MAX = 5;
const RETRY_MS = 50;

/** As Postgres writes it into its pid file: starting, ready, stopping. */
export interface Postmaster {
  readonly pid: number;
  readonly status: string;
}

export interface Start {
  readonly place: Place;
  readonly account: Account | null;
  readonly binaries: string;
  /** On top of ours. */
  readonly settings: { readonly [name: string]: string };
}

/** The live server of this place, or null. Only its own machine may ask. */
export function findPostmaster(place: Place): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(place.pidFile, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const pid = Number(lines[0]);
  return isOurs(pid, place) ? { pid, status: (lines[7] ?? '').trim() } : null;
}

/** A process id left behind by a crash may since belong to anyone. */
function isOurs(pid: number, place: Place): boolean {
  if (process.platform === 'linux') return worksIn(pid, place.cluster);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every process of Postgres has its data directory as working directory (Linux only). */
function worksIn(pid: number, directory: string): boolean {
  try {
    const cwd = statSync(`/proc/${pid}/cwd`);
    const wanted = statSync(directory);
    return cwd.ino === wanted.ino && cwd.dev === wanted.dev;
  } catch {
    return false;
  }
}

/**
 * Starts the server and waits until it takes connections, a crash recovery included. Only one
 * process may be in here at a time.
 * @throws MusterError STORE_ELSEWHERE, STORE_START_FAILED
 */
export async function startPostmaster(start: Start): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryToStart(start);
    if (failure === null) return;
    if (attempt === ATTEMPTS_MAX) throw new MusterError('STORE_START_FAILED', failure);
    await delay(attempt * RETRY_MS);
  }
}

/** Null once there is a server that takes connections, else why there is none. */
async function tryToStart(start: Start): Promise<string | null> {
  const { place, account } = start;
  const log = openSync(place.logFile, 'a', 0o600);
  try {
    give(place.logFile, account);
    if (!(await clearTheWay(place, log))) return null;
    if (fstatSync(log).size > LOG_BYTES_MAX) ftruncateSync(log);
    return await launch(start, log);
  } finally {
    closeSync(log);
  }
}

/**
 * Leaves no process of an earlier server, and no pid file that would stop Postgres. False if a
 * server showed up after all: one whose starter was killed a moment ago.
 */
async function clearTheWay(place: Place, log: number): Promise<boolean> {
  const { machine } = must(readRecord(place), 'a cluster has its record');
  let waitingSince = performance.now();
  let logLock = lockLog(log);
  while (logLock === 'held') {
    if (findPostmaster(place) !== null) return false;
    if (performance.now() - waitingSince > ORPHAN_GRACE_MS) {
      // Processes of a container are seen from its host, and they are nobody's orphans.
      const orphans = sameMachine(machine, thisMachine()) ? processesOf(place) : [];
      if (orphans.length === 0) break;
      for (const pid of orphans) killIfThere(pid, 'SIGKILL');
      // One that is ending has left its directory a moment before it lets go of its lock.
      waitingSince = performance.now();
    }
    await delay(LOCK_POLL_MS);
    logLock = lockLog(log);
  }
  refuseElsewhere(place, machine, logLock);
  // With the lock there is no server, so the id in the file is a stranger's by now or nobody's.
  if (logLock === 'taken') rmSync(place.pidFile, { force: true });
  return true;
}

function processesOf(place: Place): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && worksIn(pid, place.cluster));
}

/** Null once the server is ready, else why it is not. */
async function launch(
  { place, account, binaries, settings }: Start,
  log: number,
): Promise<string | null> {
  const record = must(readRecord(place), 'a cluster has its record');
  const port = await freePort(record.port);
  const machine = thisMachine();
  if (port !== record.port || !sameMachine(record.machine, machine)) {
    writeRecord(place.recordFile, { ...record, port, machine }, account);
  }
  const logStart = fstatSync(log).size;
  const directory = nameFromInside(place.cluster, account);
  const flags = Object.entries({
    ...serverSettings(port),
    ...settings,
    // For whoever reads a process list: the name from inside does not say which directory.
    'muster.data': place.cluster,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Its own session and no pipe to us, so that it outlives us whatever becomes of our terminal.
  const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', directory, ...flags], {
    cwd: place.cluster,
    env: programEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
    ...account,
  });
  child.unref();
  if (await becomesReady(place, child)) return null;
  return mainComplaint(readFileSync(place.logFile).subarray(logStart).toString('utf8'));
}

async function becomesReady(place: Place, child: ChildProcess): Promise<boolean> {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  // Rejects where root may not change its id, or the program is for another system.
  await once(child, 'spawn').catch((error: Error) => {
    throw new MusterError('STORE_START_FAILED', error.message, { cause: error });
  });
  while (!ended) {
    if (findPostmaster(place)?.status === 'ready') return true;
    await delay(POLL_MS);
  }
  return false;
}

/** `preferred` if nothing listens there: connections that outlive a restart find the server again. */
async function freePort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    const address = server.address();
    await once(server.close(), 'close');
    if (address !== null && typeof address === 'object') return address.port;
  }
  throw new MusterError('STORE_START_FAILED', 'no free port on 127.0.0.1');
}

/**
 * Fast shutdown: open transactions are rolled back, and everything committed is in the data files.
 * Waits until the server is down, a minute at most.
 */
export async function stopPostmaster(place: Place): Promise<void> {
  const postmaster = findPostmaster(place);
  if (postmaster === null) return;
  if (process.platform === 'win32') {
    // There are no signals on Windows; pg_ctl knows the pipe that stands for them.
    const binaries = findBinaries(null, place.dataDir, () => {});
    spawnSync(join(binaries, 'bin', 'pg_ctl'), ['stop', '-D', place.cluster, '-m', 'fast']);
    return;
  }
  killIfThere(postmaster.pid, 'SIGINT');
  const begunAt = performance.now();
  while (isOurs(postmaster.pid, place) && performance.now() - begunAt < STOP_MS_MAX) {
    await delay(POLL_MS);
  }
}

function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
