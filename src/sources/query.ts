import { MusterError } from '#domain/errors/muster-error.ts';
import { timeoutMsOf } from './_query-records.ts';
import type { Reachable } from './host.ts';
import type { RecordSource } from './record-source.ts';
import { parseServerUrl } from './server-url.ts';

/** Where a query runs. For SQLite the URL is the path of the file. */
export interface QueryTarget extends Reachable {
  readonly kind: 'postgres' | 'mysql' | 'sqlite';
  readonly url: string;
  readonly settings?: QuerySettings;
}

export interface QuerySettings {
  /** Seconds that a statement may take. */
  readonly timeout?: string;
}

/** features.md §3.3-21 */
const SQL_CHARACTERS_MAX = 65_535;

/**
 * One statement that reads, without the semicolon at its end. What the server refuses beside it
 * (several statements, anything that writes) it refuses itself; this tells it before that.
 * @throws MusterError MODEL_SQL_INVALID
 */
export function checkSql(text: string): string {
  const sql = text.replace(/[\s;]+$/, '').trim();
  if (sql.length > SQL_CHARACTERS_MAX) {
    throw new MusterError('MODEL_SQL_INVALID', `it has ${sql.length} characters`);
  }
  const writesFile = /\b(outfile|dumpfile)\b/i.exec(sql)?.[0];
  if (writesFile !== undefined) throw new MusterError('MODEL_SQL_INVALID', `it says ${writesFile}`);
  const bare = sql.replace(/^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  if (/^(select|with|values|table)\b/i.test(bare)) return sql;
  throw new MusterError('MODEL_SQL_INVALID', sql === '' ? 'it is empty' : 'it begins otherwise');
}

/** The rows of a query as records. @throws MusterError what the connectors throw */
export async function openQuery(target: QueryTarget, sql: string): Promise<RecordSource> {
  // Drivers are large, and a process rarely needs more than one of them.
  switch (target.kind) {
    case 'postgres':
      return await (await import('./postgres.ts')).openPostgres(target, sql);
    case 'mysql':
      return await (await import('./mysql.ts')).openMysql(target, sql);
    case 'sqlite':
      return await (await import('./sqlite.ts')).openSqlite(
        target.url,
        sql,
        timeoutMsOf(target.settings),
      );
  }
}

/** Connects, and says what answers. @throws MusterError what the connectors throw */
export async function testTarget(target: QueryTarget): Promise<string> {
  switch (target.kind) {
    case 'postgres':
      return await (await import('./postgres.ts')).testPostgres(target);
    case 'mysql':
      return await (await import('./mysql.ts')).testMysql(target);
    case 'sqlite':
      return await (await import('./sqlite.ts')).testSqlite(target.url);
  }
}

/** Where it leads, for people: no user, no password. @throws MusterError SOURCE_URL_INVALID */
export function placeOf({ kind, url }: Pick<QueryTarget, 'kind' | 'url'>): string {
  if (kind === 'sqlite') return url;
  const { host, port, database } = parseServerUrl(kind, url);
  return `${host}:${port}/${database}`;
}
