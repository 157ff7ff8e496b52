/**
 * Reads one query of an SQLite file in a process of its own: nothing in this one can end a statement
 * that does not come to an end, and ending the process does. Asked for rows by messages.
 */
import { prepareSqlite, openSqliteFile } from './_sqlite-file.ts';
import { cellOf } from './_cells.ts';
import { FETCH_ROWS } from './_query-records.ts';

interface Ask {
  readonly path: string;
  readonly sql: string;
}

/** Null: there are no more rows. A number: SQLite's code of what went wrong. */
export type SqliteAnswer = readonly (readonly string[])[] | number | null;

let rows: Iterator<unknown> | undefined;

const answer = (message: SqliteAnswer) => process.send?.({ message });

process.on('message', (ask: Ask | 'next') => {
  try {
    if (ask !== 'next') rows = prepareSqlite(openSqliteFile(ask.path), ask.sql).iterate();
    const some: string[][] = [];
    while (some.length < FETCH_ROWS) {
      const next = rows?.next();
      if (next === undefined || next.done === true) break;
      some.push((next.value as unknown[]).map(cellOf));
    }
    answer(some.length === 0 ? null : some);
  } catch (error) {
    answer((error as { errcode?: number }).errcode ?? 1);
  }
});
