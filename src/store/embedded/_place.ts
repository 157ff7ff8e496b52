import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Account, give } from './_account.ts';
import type { Machine } from './_machine.ts';

/** Where the embedded Postgres of one data directory keeps itself. All paths are absolute. */
export interface Place {
  readonly dataDir: string;
  /** Postgres's own data directory. */
  readonly cluster: string;
  readonly recordFile: string;
  readonly pidFile: string;
  readonly logFile: string;
  readonly lockFile: string;
}

/** How to reach the server. It lives inside the cluster, so the two are made, moved and lost together. */
export interface ServerRecord {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly host: string;
  /** The port of the last start; 0 before the first. */
  readonly port: number;
  /** Who started it last. */
  readonly machine: Machine;
}

export function placeOf(dataDirectory: string): Place {
  const dataDir = resolve(dataDirectory);
  const cluster = join(dataDir, 'postgres');
  return {
    dataDir,
    cluster,
    recordFile: join(cluster, 'muster.json'),
    pidFile: join(cluster, 'postmaster.pid'),
    logFile: join(dataDir, 'postgres.log'),
    lockFile: join(dataDir, 'postgres.lock'),
  };
}

/**
 * The record, or null while there is no complete cluster: it is written last when one is made.
 * @throws MusterError STORE_DATA_UNUSABLE when it cannot be read.
 */
export function readRecord(place: Place): ServerRecord | null {
  try {
    return JSON.parse(readFileSync(place.recordFile, 'utf8')) as ServerRecord;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = code === 'EACCES' ? 'it belongs to another account' : (error as Error).message;
    throw new MusterError('STORE_DATA_UNUSABLE', `${place.recordFile}: ${reason}`, {
      cause: error,
    });
  }
}

/** Replaces the record as a whole: a reader sees the old one or the new one. */
export function writeRecord(file: string, record: ServerRecord, account: Account | null): void {
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(handle, `${JSON.stringify(record, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  give(draft, account);
  renameSync(draft, file);
}

/** Connection URL of the server; for pg and psql alike. */
export function connectionStringOf(record: ServerRecord): string {
  const { user, password, host, port, database } = record;
  // sslmode: a PGSSLMODE meant for another server must not reach this one.
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=disable`;
}
