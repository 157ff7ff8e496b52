import { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` if no other process is at it, else does nothing. An exclusive transaction on an
 * empty SQLite file is the one lock in Node that the system takes back from a killed process,
 * on every platform; a lock file with a pid in it cannot be taken over without a race.
 */
export async function ifAlone(lockFile: string, work: () => Promise<void>): Promise<void> {
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return;
    throw error;
  }
  try {
    await work();
  } finally {
    lock.close();
  }
}

/** https://www.sqlite.org/rescode.html#busy, read 2026-11-22 */
const SQLITE_BUSY = 5;
