import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkHeader } from './_header.ts';
import { FETCH_ROWS, queryBatch } from './_query-records.ts';
import { openRegular } from './_regular-file.ts';
import type { RecordSource } from './record-source.ts';

/**
 * The rows of one query over an SQLite file that is opened for reading only; one statement sees one
 * moment. Throws SOURCE_UNREACHABLE, SOURCE_QUERY, SOURCE_CUT.
 */
export async function openSqlite(path: string, sql: string): Promise<RecordSource> {
  using database = await open(path);
  const columns = prepare(database, sql).columns();
  return {
    header: checkHeader(columns.map(({ name }) => name)),
    total: null,
    unit: 'rows',
    endProved: true,
    batches: () => readRows(path, sql),
  };
}

/** Opens the file, and says what reads it. */
export async function testSqlite(path: string): Promise<string> {
  using database = await open(path);
  try {
    database.prepare('select count(*) from sqlite_schema').get();
  } catch (cause) {
    throw new MusterError('SOURCE_UNREACHABLE', 'it is not an SQLite file', { cause });
  }
  return `SQLite ${process.versions.sqlite ?? ''}`.trim();
}

async function* readRows(path: string, sql: string) {
  using database = await open(path);
  const statement = prepare(database, sql);
  let rows: unknown[][] = [];
  let done = 0;
  const take = () => {
    const batch = queryBatch(rows, done);
    done = batch.done;
    rows = [];
    return batch;
  };
  for (const row of iterate(statement)) {
    rows.push(row);
    if (rows.length < FETCH_ROWS) continue;
    yield take();
    // The file is read without waiting, so others get their turn here.
    await turn();
  }
  yield take();
}

function* iterate(statement: StatementSync): Generator<unknown[], void, undefined> {
  try {
    for (const row of statement.iterate()) yield row as unknown as unknown[];
  } catch (cause) {
    const { errcode = 0 } = cause as { errcode?: number };
    const isCut = brokenOff.has(errcode % 256);
    throw new MusterError(isCut ? 'SOURCE_CUT' : 'SOURCE_QUERY', `SQLite error ${errcode}`, {
      cause,
    });
  }
}

async function open(path: string): Promise<DatabaseSync> {
  try {
    await using _ = await openRegular(path);
    return new DatabaseSync(path, { readOnly: true });
  } catch (cause) {
    throw new MusterError('SOURCE_UNREACHABLE', `${path} cannot be opened`, { cause });
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  let statement: StatementSync;
  try {
    statement = database.prepare(sql);
  } catch (cause) {
    throw new MusterError('SOURCE_QUERY', (cause as Error).message, { cause });
  }
  // It prepares the first of several statements and says nothing of the others.
  if (sql.slice(statement.sourceSQL.length).trim() !== '') {
    throw new MusterError('MODEL_SQL_INVALID', 'there is more behind its first statement');
  }
  if (statement.columns().length === 0) {
    throw new MusterError('SOURCE_QUERY', 'the statement gives no rows');
  }
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  return statement;
}

/** Busy, interrupted, an input or output error, damaged (https://sqlite.org/rescode.html, read 2026-11-22). */
const brokenOff: ReadonlySet<number> = new Set([5, 9, 10, 11]);
