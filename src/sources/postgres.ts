import pg from 'pg';
import Cursor from 'pg-cursor';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkHeader } from './header.ts';
import { CONNECT_TIMEOUT_MS, FETCH_ROWS, queryBatch, timeoutMsOf } from './query-records.ts';
import type { Reachable } from './host.ts';
import type { RecordSource } from './record-source.ts';
import { parseServerUrl, reach } from './server-url.ts';

/** A PostgreSQL server, or whatever speaks its wire. */
export interface PostgresTarget extends Reachable {
  readonly kind: 'postgres' | 'redshift';
  readonly url: string;
  readonly settings?: { readonly timeout?: string };
}

/**
 * The rows of one query, at one moment, in a transaction that cannot write. The extended protocol
 * takes a single statement. The end of the result proves the end of the records.
 * Throws SOURCE_URL_INVALID, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE, SOURCE_QUERY, SOURCE_CUT.
 */
export async function openPostgres(target: PostgresTarget, sql: string): Promise<RecordSource> {
  await using session = await connect(target);
  const { names } = await session.read(session.cursor(`select * from (\n${sql}\n) q limit 0`), 1);
  return {
    header: checkHeader(names),
    total: null,
    unit: 'rows',
    endProved: true,
    batches: () => readRows(target, sql),
  };
}

/** Connects, and says which server answers. */
export async function testPostgres(target: PostgresTarget): Promise<string> {
  await using session = await connect(target);
  const isRedshift = target.kind === 'redshift';
  const sql = isRedshift ? 'select version()' : 'show server_version';
  const { rows } = await session.read(session.cursor(sql), 1);
  const version = String(rows[0]?.[0]);
  return isRedshift ? `Redshift: ${version}` : `PostgreSQL ${version}`;
}

async function* readRows(target: PostgresTarget, sql: string) {
  await using session = await connect(target);
  const cursor = session.cursor(sql);
  for (let done = 0; ; ) {
    const { rows } = await session.read(cursor, FETCH_ROWS);
    const batch = queryBatch(rows, done);
    done = batch.done;
    yield batch;
    if (rows.length < FETCH_ROWS) return;
  }
}

interface Session extends AsyncDisposable {
  cursor(sql: string): Cursor<(string | null)[]>;
  read(
    cursor: Cursor<(string | null)[]>,
    rows: number,
  ): Promise<{ names: string[]; rows: (string | null)[][] }>;
}

async function connect(target: PostgresTarget): Promise<Session> {
  const server = parseServerUrl(target.kind, target.url);
  const { address, ssl } = await reach(server, target);
  const timeoutMs = timeoutMsOf(target.settings);
  const client = new pg.Client({
    host: address,
    port: server.port,
    user: server.user,
    password: server.password,
    database: server.database,
    ssl: ssl ?? false,
    application_name: 'muster',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  client.on('error', lost.reject);
  client.on('end', () => lost.reject(new Error('the connection ended')));
  try {
    await client.connect();
    await client.query('begin transaction isolation level repeatable read read only');
    // Redshift knows no bytea (https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html, read 2026-11-22).
    const bytes = target.kind === 'redshift' ? '' : "set local bytea_output = 'hex'";
    await client.query(
      `set local statement_timeout = ${timeoutMs}; set local timezone = 'UTC';
       set local datestyle = 'ISO, YMD'; ${bytes}`,
    );
  } catch (cause) {
    await client.end().catch(() => {});
    throw new MusterError('SOURCE_UNREACHABLE', describe(cause), { cause });
  }
  return {
    cursor: (sql) => client.query(new Cursor(sql, [], { rowMode: 'array', types })),
    async read(cursor, rows) {
      const reading = new Promise<{ names: string[]; rows: (string | null)[][] }>(
        (resolve, reject) => {
          cursor.read(rows, (error, values, result) => {
            if (error) reject(error);
            else resolve({ names: result.fields.map(({ name }) => name), rows: values });
          });
        },
      );
      try {
        return await Promise.race([reading, lost.promise]);
      } catch (cause) {
        throw readingError(cause);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await client.end().catch(() => {});
    },
  };
}

/** The text that the server sends: a driver's numbers and dates lose digits. */
const types = {
  getTypeParser: (oid: number) => {
    if (oid === BOOL) return (text: string) => (text === 't' ? 'true' : 'false');
    if (oid === TIMESTAMPTZ) return (text: string) => text.replace(' ', 'T').replace(/\+00$/, 'Z');
    return (text: string) => text;
  },
};
const BOOL = 16;
const TIMESTAMPTZ = 1184;

function readingError(cause: unknown): MusterError {
  const code = sqlStateOf(cause);
  // 57: an operator or a time limit ended it; 08: the connection.
  const isCut = code === null || /^(57|08|XX|53)/.test(code);
  return new MusterError(isCut ? 'SOURCE_CUT' : 'SOURCE_QUERY', describe(cause), { cause });
}

function sqlStateOf(error: unknown): string | null {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  return code ?? null;
}

/** Messages of the classes below name tables and columns; those of others may repeat a value. */
function describe(error: unknown): string {
  const code = sqlStateOf(error);
  if (code === null) return (error as NodeJS.ErrnoException).code ?? 'the connection ended';
  const isHarmless = /^(42|28|3D|57|25|0A)/.test(code);
  return isHarmless ? `${(error as Error).message} (SQLSTATE ${code})` : `SQLSTATE ${code}`;
}
