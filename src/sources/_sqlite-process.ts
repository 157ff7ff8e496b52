/** Reads one query of an SQLite file: no statement of SQLite's ends before its time, a process does. */
import { cellOf } from './_cells.ts';
import { answerAsked } from './_forked.ts';
import { FETCH_ROWS } from './query-records.ts';
import { openSqliteFile, prepareSqlite } from './_sqlite-file.ts';

/** Rows, or SQLite's code of what went wrong. */
export type SqliteAnswer = readonly (readonly string[])[] | number;

answerAsked(function* ({ path, sql }: { path: string; sql: string }): Generator<SqliteAnswer> {
  try {
    let rows: string[][] = [];
    for (const row of prepareSqlite(openSqliteFile(path), sql).iterate()) {
      rows.push((row as unknown as unknown[]).map(cellOf));
      if (rows.length < FETCH_ROWS) continue;
      yield rows;
      rows = [];
    }
    yield rows;
  } catch (error) {
    yield (error as { errcode?: number }).errcode ?? 1;
  }
});
