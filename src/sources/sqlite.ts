import type { DatabaseSync } from 'node:sqlite';
import { MusterError } from '#domain/errors/muster-error.ts';
import { askReader } from './_forked.ts';
import { checkHeader } from './header.ts';
import { queryBatch } from './query-records.ts';
import type { RecordSource } from './record-source.ts';
import { openRegular } from './regular-file.ts';
import { openSqliteFile, prepareSqlite } from './_sqlite-file.ts';
import type { SqliteAnswer } from './_sqlite-process.ts';

/** Some thousand rows are there at a time. */
const HEAP_MIB = 1_024;

/**
 * The rows of one query over an SQLite file that is opened for reading only; one statement sees one
 * moment. Throws SOURCE_UNREACHABLE, SOURCE_QUERY, SOURCE_CUT, MODEL_SQL_INVALID.
 */
export async function openSqlite(
  path: string,
  sql: string,
  timeoutMs: number,
): Promise<RecordSource> {
  using database = await open(path);
  const columns = prepareSqlite(database, sql).columns();
  return {
    header: checkHeader(columns.map(({ name }) => name)),
    total: null,
    unit: 'rows',
    endProved: true,
    batches: () => readRows(path, sql, timeoutMs),
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

async function* readRows(path: string, sql: string, timeoutMs: number) {
  const lost = (measured: string) => new MusterError('SOURCE_CUT', measured);
  const file = new URL('./_sqlite-process.ts', import.meta.url);
  const limits = { timeoutMs, heapMiB: HEAP_MIB, lost };
  let done = 0;
  for await (const answer of askReader<SqliteAnswer>(file, { path, sql }, limits)) {
    if (typeof answer === 'number') throw readingError(answer);
    const batch = queryBatch(answer, done);
    done = batch.done;
    yield batch;
  }
}

function readingError(code: number): MusterError {
  const isCut = brokenOff.has(code % 256);
  return new MusterError(isCut ? 'SOURCE_CUT' : 'SOURCE_QUERY', `SQLite error ${code}`);
}

async function open(path: string): Promise<DatabaseSync> {
  try {
    await using _ = await openRegular(path);
    return openSqliteFile(path);
  } catch (cause) {
    throw new MusterError('SOURCE_UNREACHABLE', `${path} cannot be opened`, { cause });
  }
}

/** Busy, interrupted, an input or output error, damaged (https://sqlite.org/rescode.html, read 2026-11-22). */
const brokenOff: ReadonlySet<number> = new Set([5, 9, 10, 11]);
