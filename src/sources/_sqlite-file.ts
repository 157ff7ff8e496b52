import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import { MusterError } from '#domain/errors/muster-error.ts';

/** What reading needs; whoever asks for anything else (a file attached, a pragma) is refused. */
const reading: ReadonlySet<number> = new Set([
  ...[constants.SQLITE_SELECT, constants.SQLITE_READ],
  ...[constants.SQLITE_FUNCTION, constants.SQLITE_RECURSIVE],
]);

export function openSqliteFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.setAuthorizer((action) =>
    reading.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
  );
  return database;
}

/** @throws MusterError SOURCE_QUERY, MODEL_SQL_INVALID */
export function prepareSqlite(database: DatabaseSync, sql: string): StatementSync {
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
