import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Place } from './_place.ts';

/** Where process ids mean the same: one boot of one kernel, and one container on it. */
export interface Machine {
  readonly host: string;
  /** Empty where the system does not say. */
  readonly boot: string;
  readonly container: string;
}

export function thisMachine(): Machine {
  return { host: hostname(), ...bootAndContainer() };
}

function bootAndContainer(): { boot: string; container: string } {
  if (process.platform === 'linux') {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      container: readlinkSync('/proc/self/ns/pid'),
    };
  }
  if (process.platform !== 'darwin') return { boot: '', container: '' };
  const { stdout } = spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' });
  return { boot: stdout.trim(), container: '' };
}

export function sameMachine(a: Machine, b: Machine): boolean {
  // A laptop's name changes with its network, so it counts only where nothing better is known.
  if (a.boot === '' || b.boot === '') return a.host === b.host;
  return a.boot === b.boot && a.container === b.container;
}

/**
 * Takes the lock that every process of a server holds through its log file, so the kernel itself
 * says whether one is alive, in whichever container. `unknown` where there is no flock(1).
 */
export function lockLog(handle: number): 'taken' | 'held' | 'unknown' {
  if (process.platform !== 'linux') return 'unknown';
  const { status } = spawnSync('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', handle],
  });
  return status === 0 ? 'taken' : status === 1 ? 'held' : 'unknown';
}

/**
 * Two servers on one data directory destroy it. Postgres's own guard compares process ids and
 * shared memory, which mean nothing across machines and containers.
 * @param logLock what `lockLog` said of this place
 * @throws MusterError STORE_ELSEWHERE unless the other one is known to be gone.
 */
export function refuseElsewhere(
  place: Place,
  startedBy: Machine,
  logLock: 'taken' | 'held' | 'unknown',
): void {
  const here = thisMachine();
  if (logLock !== 'held') {
    if (sameMachine(startedBy, here)) return;
    // A server that ends in order takes its pid file along.
    if (!existsSync(place.pidFile)) return;
    const sameKernel = startedBy.boot === here.boot;
    if (sameKernel && logLock === 'taken') return;
    // Same name, another boot: this machine was restarted, and nothing survives that.
    if (!sameKernel && startedBy.host === here.host) return;
  }
  throw new MusterError(
    'STORE_ELSEWHERE',
    `${place.cluster} is open in a process that cannot be seen from here; ${startedBy.host} started it last, this is ${here.host}`,
  );
}
