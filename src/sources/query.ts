import { MusterError } from '#domain/errors/muster-error.ts';
import type { Reachable } from './host.ts';
import type { MysqlTarget } from './mysql.ts';
import type { PostgresTarget } from './postgres.ts';
import { timeoutMsOf } from './query-records.ts';
import type { RecordSource } from './record-source.ts';
import { parseServerUrl } from './server-url.ts';
import { isWarehouse, type WarehouseTarget } from './warehouses/kinds.ts';
import { placeOfWarehouse } from './warehouses/place.ts';

/** Where a query runs. */
export type QueryTarget = PostgresTarget | MysqlTarget | SqliteTarget | WarehouseTarget;

export interface QuerySettings {
  /** Seconds that a statement may take. */
  readonly timeout?: string;
}

/** A file of this machine: the URL is its path. */
interface SqliteTarget extends Reachable {
  readonly kind: 'sqlite';
  readonly url: string;
  readonly settings?: QuerySettings;
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
    case 'redshift':
      return await (await import('./postgres.ts')).openPostgres(target, sql);
    case 'mysql':
      return await (await import('./mysql.ts')).openMysql(target, sql);
    case 'sqlite':
      return await (await import('./sqlite.ts')).openSqlite(
        target.url,
        sql,
        timeoutMsOf(target.settings),
      );
    default:
      return await (await import('./warehouses/warehouse.ts')).openWarehouse(target, sql);
  }
}

/** Connects, and says what answers. @throws MusterError what the connectors throw */
export async function testTarget(target: QueryTarget): Promise<string> {
  switch (target.kind) {
    case 'postgres':
    case 'redshift':
      return await (await import('./postgres.ts')).testPostgres(target);
    case 'mysql':
      return await (await import('./mysql.ts')).testMysql(target);
    case 'sqlite':
      return await (await import('./sqlite.ts')).testSqlite(target.url);
    default:
      return await (await import('./warehouses/warehouse.ts')).testWarehouse(target);
  }
}

/** Where it leads, for people: no user, no password. @throws MusterError SOURCE_URL_INVALID */
export function placeOf(target: QueryTarget): string {
  if (target.kind === 'sqlite') return target.url;
  if (isWarehouse(target)) return placeOfWarehouse(target);
  const { host, port, database } = parseServerUrl(target.kind, target.url);
  return `${host}:${port}/${database}`;
}

/** There was no such service to try it with. */
export function isUntested(kind: string): boolean {
  return kind === 'redshift' || isWarehouse({ kind });
}
