import { type ChildProcess, fork } from 'node:child_process';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkHeader } from './_header.ts';
import { queryBatch } from './_query-records.ts';
import type { RecordSource } from './record-source.ts';
import { openRegular } from './regular-file.ts';
import { openSqliteFile, prepareSqlite } from './_sqlite-file.ts';
import type { SqliteAnswer } from './_sqlite-process.ts';

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
  const reader = fork(fileURLToPath(new URL('./_sqlite-process.ts', import.meta.url)), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // One that comes when nobody waits for an answer must not end this process.
  reader.on('error', () => {});
  try {
    let done = 0;
    for (let ask: object | 'next' = { path, sql }; ; ask = 'next') {
      const answered = answerOf(reader, timeoutMs);
      reader.send(ask);
      const answer = await answered;
      if (answer === null) return;
      if (typeof answer === 'number') throw readingError(answer);
      const batch = queryBatch(answer, done);
      done = batch.done;
      yield batch;
    }
  } finally {
    reader.kill('SIGKILL');
  }
}

/** @throws MusterError SOURCE_CUT when none comes in time, or the process ended */
async function answerOf(reader: ChildProcess, timeoutMs: number): Promise<SqliteAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<SqliteAnswer>();
  const fail = (measured: string) => () => reject(new MusterError('SOURCE_CUT', measured));
  const heard = ({ message }: { message: SqliteAnswer }) => resolve(message);
  const ended = fail('the process that read it ended');
  const timer = setTimeout(fail(`no rows came for ${timeoutMs / 1000} seconds`), timeoutMs);
  reader.on('message', heard);
  reader.on('exit', ended);
  reader.on('error', ended);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    reader.off('message', heard);
    reader.off('exit', ended);
    reader.off('error', ended);
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
