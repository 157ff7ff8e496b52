import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLTagStore } from 'node:sqlite';
import { MusterError } from '#domain/errors/muster-error.ts';

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

const schemaVersion = 1;

const schema = `
  create table fact (name text primary key, value text not null) without rowid;
  create table account (id text primary key, name text not null, details text not null) without rowid;
  create table token (token text primary key, details text not null) without rowid;
  create table audience (
    number integer primary key,
    id text not null unique,
    account text not null references account,
    created_at integer not null,
    deleted_at integer,
    details text not null,
    shape text,
    columns integer not null default 0,
    last_row integer not null default 0,
    settled_row integer not null default 0,
    rows_held integer not null default 0,
    people_matched integer not null default 0,
    changed_at integer,
    people_shown integer not null default -1
  );
  create index audience_by_account on audience (account, number);
  create table session (
    account text not null,
    id text not null,
    target text not null,
    kind text not null,
    started_at integer not null,
    finished_at integer,
    last_seq integer not null,
    received integer not null,
    invalid integer not null,
    primary key (account, id)
  ) without rowid;
  create table held_row (id integer primary key, person integer, body blob not null);
  create table row_key (audience integer, hash integer, row integer,
    primary key (audience, hash, row)) without rowid;
  create table late_effect (id integer primary key, due_at integer not null, request text not null);
  create table fault (id integer primary key, details text not null);
`;

/** Opens the state in `directory` (made if missing), or in memory where that is null. */
export function openState(directory: string | null): State {
  const db = directory === null ? new DatabaseSync(':memory:') : openFile(directory);
  const version = db.prepare('pragma user_version').get()?.['user_version'];
  if (version === 0) {
    db.exec(`begin; ${schema} pragma user_version = ${schemaVersion}; commit;`);
  } else if (version !== schemaVersion) {
    db.close();
    throw new MusterError(
      'SANDBOX_STATE_UNREADABLE',
      `its version is ${String(version)}, this program knows ${schemaVersion}`,
    );
  }
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
