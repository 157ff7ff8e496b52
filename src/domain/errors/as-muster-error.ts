import { MusterError } from './muster-error.ts';

/** Any error as one of ours: with a code, with what was measured, and free of personal data. */
export function asMusterError(error: unknown): MusterError {
  if (error instanceof MusterError) return error;
  if (isLostDatabase(error)) {
    return new MusterError('STORE_UNREACHABLE', 'the connection broke', { cause: error });
  }
  if (isDiskFull(error)) {
    return new MusterError('STORE_FULL', 'a write was refused', { cause: error });
  }
  return new MusterError('BUG', describe(error), { cause: error });
}

/**
 * The message of an error that we did not write may hold a value of somebody's row, so it is shown
 * only where it cannot: broken invariants of ours and refusals of the operating system.
 */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const harmless = error.message.startsWith('Broken invariant') || syscall !== undefined;
  const words = harmless ? error.message : [error.name, code].filter(Boolean).join(' ');
  const place = /\((?:file:\/\/)?[^()]*?(src\/[^()]+:\d+):\d+\)/.exec(error.stack ?? '')?.[1];
  return place === undefined ? words : `${words}, at ${place}`;
}

/** SQLSTATE class 57 is a server that goes away; the others are what a socket says then. */
function isLostDatabase(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (/^57P0[123]$/.test(code) || error.message.startsWith('Connection terminated')) return true;
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code) && syscall !== undefined;
}

/** As PostgreSQL, the file system and SQLite say it (https://www.sqlite.org/rescode.html#full, 2026-11-22). */
function isDiskFull(error: unknown): boolean {
  const { code = '', errcode } = (error ?? {}) as NodeJS.ErrnoException & { errcode?: number };
  return ['53100', 'ENOSPC', 'EDQUOT'].includes(code) || errcode === 13;
}
