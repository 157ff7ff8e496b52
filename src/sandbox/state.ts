import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLTagStore } from 'node:sqlite';
import { MusterError } from '#domain/errors/muster-error.ts';
import { schemaSteps } from './schema.ts';

/**
 * Everything the sandbox remembers, in one SQLite file. A commit is on the disk before it returns
 * (WAL with synchronous=FULL), so a request that was answered survives kill -9 and one that was not
 * is whole or absent.
 */
export interface State {
  readonly db: DatabaseSync;
  /** Statements as tagged templates; each is prepared once. */
  readonly sql: SQLTagStore;
  /** Runs `work` in one transaction: all of it, or on a throw nothing of it. */
  transact<T>(work: () => T): T;
  /** Calls `listener` at the end of every transaction, for what is kept in memory beside it. */
  onEnd(listener: (isCommitted: boolean) => void): void;
  close(): void;
}

/** Opens the state in `directory` (made if missing), or in memory where that is null. */
export function openState(directory: string | null): State {
  const db = directory === null ? new DatabaseSync(':memory:') : openFile(directory);
  bringUpToDate(db);
  const listeners: ((isCommitted: boolean) => void)[] = [];
  return {
    db,
    sql: db.createTagStore(100),
    transact(work) {
      let isCommitted = false;
      try {
        const result = inTransaction(db, work);
        isCommitted = true;
        return result;
      } finally {
        for (const listener of listeners) listener(isCommitted);
      }
    },
    onEnd: (listener) => listeners.push(listener),
    close() {
      if (db.isOpen) db.close();
    },
  };
}

function bringUpToDate(db: DatabaseSync): void {
  const version = Number(db.prepare('pragma user_version').get()?.['user_version']);
  const latest = schemaSteps.length;
  if (version === latest) return;
  if (version > latest) {
    db.close();
    throw new MusterError(
      'SANDBOX_STATE_UNREADABLE',
      `its version is ${version}, this program knows ${latest}`,
    );
  }
  const steps = schemaSteps.slice(version).join('');
  db.exec(`begin; ${steps} pragma user_version = ${latest}; commit;`);
}

function openFile(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const db = new DatabaseSync(join(directory, 'sandbox.sqlite'), { timeout: 0 });
  try {
    // The exclusive lock is the kernel's: it keeps a second process out for as long as this one
    // lives, and is gone the moment this one is, however it dies.
    db.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma cache_size = -32768;
      pragma wal_autocheckpoint = 4000;
      begin immediate; commit;
    `);
  } catch (error) {
    db.close();
    const reason = error instanceof Error ? error.message : String(error);
    const code = /locked|busy/.test(reason)
      ? 'SANDBOX_DIRECTORY_TAKEN'
      : 'SANDBOX_STATE_UNREADABLE';
    throw new MusterError(code, reason, { cause: error });
  }
  return db;
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}
