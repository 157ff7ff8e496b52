import { chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';

/** The unprivileged account that Postgres runs under when we are root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * An id that nobody has: systemd names 60578–61183 as unused by any convention
 * (https://systemd.io/UIDS-GIDS/, read 2026-11-22). `nobody` would share people's data with every
 * other service that runs as nobody.
 */
const UNUSED_ID = 60_800;

/**
 * Who has to run Postgres, which refuses root: null is ourselves. As root it is the owner of the
 * data directory, so that the owner can go on without root, or an id of its own if that is root.
 */
export function accountFor(dataDir: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = statSync(dataDir);
  return uid === 0 ? { uid: UNUSED_ID, gid: UNUSED_ID } : { uid, gid };
}

/** initdb, unlike the server, insists on an account with a name. */
export function namedAccount(): Account {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(-?\d+):(-?\d+):/m);
  if (line === null) {
    throw new MusterError('STORE_ROOT', '/etc/passwd has no account `nobody` to make the data as');
  }
  return { uid: Number(line[1]) >>> 0, gid: Number(line[2]) >>> 0 };
}

/** Hands over one file, which we may have made as root. */
export function give(path: string, account: Account | null): void {
  if (account !== null) chownSync(path, account.uid, account.gid);
}

/** Hands over a directory with all it holds, itself last, so that a broken attempt shows. */
export function giveTree(directory: string, account: Account | null): void {
  if (account === null || statSync(directory).uid === account.uid) return;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(directory, name), account.uid, account.gid);
  }
  give(directory, account);
}

/** Whether the account may enter every directory above `path`, and `path` itself if it is one. */
export function mayReach(path: string, account: Account | null): boolean {
  if (account === null) return true;
  const { uid, gid, mode } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  const enters = ((mode >> shift) & 1) === 1;
  const parent = dirname(path);
  return enters && (parent === path || mayReach(parent, account));
}

/**
 * What to call a directory in a program that starts inside it. A process keeps its working
 * directory when it drops root, and on Linux `/proc/self/cwd` leads there without passing the
 * directories above; so a checkout below a private directory (mode 0700) works and nobody's
 * permissions are touched.
 */
export function nameFromInside(directory: string, account: Account | null): string {
  if (mayReach(directory, account)) return directory;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new MusterError('STORE_ROOT', `an ordinary account may not enter ${directory}`);
}
