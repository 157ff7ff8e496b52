import mysql from 'mysql2';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkHeader } from './header.ts';
import { CONNECT_TIMEOUT_MS, FETCH_ROWS, queryBatch, timeoutMsOf } from './query-records.ts';
import type { Reachable } from './host.ts';
import type { RecordSource } from './record-source.ts';
import { parseServerUrl, reach } from './server-url.ts';

/** A MySQL or MariaDB server. */
export interface MysqlTarget extends Reachable {
  readonly kind: 'mysql';
  readonly url: string;
  readonly settings?: { readonly timeout?: string };
}

/**
 * The rows of one query, at one moment, in a transaction that cannot write, streamed.
 * Throws SOURCE_URL_INVALID, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE, SOURCE_QUERY, SOURCE_CUT.
 */
export async function openMysql(target: MysqlTarget, sql: string): Promise<RecordSource> {
  await using session = await connect(target);
  const { names } = await session.all(`select * from (\n${sql}\n) q limit 0`);
  return {
    header: checkHeader(names),
    total: null,
    unit: 'rows',
    endProved: true,
    batches: () => readRows(target, sql),
  };
}

/** Connects, and says which server answers. */
export async function testMysql(target: MysqlTarget): Promise<string> {
  await using session = await connect(target);
  return await session.version();
}

async function* readRows(target: MysqlTarget, sql: string) {
  await using session = await connect(target);
  let done = 0;
  for await (const rows of session.stream(sql)) {
    const batch = queryBatch(rows, done);
    done = batch.done;
    yield batch;
  }
}

interface Session extends AsyncDisposable {
  all(sql: string): Promise<{ names: string[]; rows: unknown[][] }>;
  /** Some rows at a time. */
  stream(sql: string): AsyncGenerator<unknown[][], void, undefined>;
  version(): Promise<string>;
}

async function connect(target: MysqlTarget): Promise<Session> {
  const server = parseServerUrl('mysql', target.url);
  const { address, ssl } = await reach(server, target);
  const timeoutMs = timeoutMsOf(target.settings);
  const connection = mysql.createConnection({
    host: address,
    port: server.port,
    user: server.user,
    password: server.password,
    database: server.database,
    ...(ssl === null ? {} : { ssl }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Numbers and dates as the server writes them: what a driver makes of them loses digits.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    timezone: 'Z',
  });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  connection.on('error', lost.reject);
  const all = async (sql: string) =>
    await new Promise<{ names: string[]; rows: unknown[][] }>((resolve, reject) => {
      connection.query({ sql, rowsAsArray: true }, (error, rows, fields) => {
        if (error !== null) reject(error);
        else resolve({ names: namesOf(fields), rows: rows as unknown[][] });
      });
    });
  const session: Session = {
    async all(sql) {
      try {
        return await all(sql);
      } catch (cause) {
        throw readingError(cause);
      }
    },
    stream: (sql) => streamRows(connection, lost.promise, sql),
    async version() {
      const { rows } = await all('select version()');
      const version = String(rows[0]?.[0]);
      return version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`;
    },
    [Symbol.asyncDispose]: () => {
      connection.destroy();
      return Promise.resolve();
    },
  };
  try {
    const version = await session.version();
    await all("set session time_zone = '+00:00'");
    await all(
      version.startsWith('MariaDB')
        ? `set session max_statement_time = ${timeoutMs / 1000}`
        : `set session max_execution_time = ${timeoutMs}`,
    );
    await all('set session transaction isolation level repeatable read');
    await all('start transaction with consistent snapshot, read only');
  } catch (cause) {
    connection.destroy();
    throw new MusterError('SOURCE_UNREACHABLE', describe(cause), { cause });
  }
  return session;
}

/**
 * The driver's own stream waits for ever when the line is cut, and says that it ended when it was
 * closed: the end is believed here when the server has said it, and at no other time.
 */
async function* streamRows(
  connection: mysql.Connection,
  lost: Promise<never>,
  sql: string,
): AsyncGenerator<unknown[][], void, undefined> {
  let rows: unknown[][] = [];
  let state: 'open' | 'ended' | { readonly failure: unknown } = 'open';
  let wake = () => {};
  const become = (next: typeof state) => {
    if (state === 'open') state = next;
    wake();
  };
  lost.catch((failure: unknown) => become({ failure }));
  const query = connection.query({ sql, rowsAsArray: true });
  query.on('result', (row: unknown[]) => {
    rows.push(row);
    if (rows.length < FETCH_ROWS) return;
    connection.pause();
    wake();
  });
  query.on('error', (failure: unknown) => become({ failure }));
  query.on('end', () => become('ended'));
  for (;;) {
    // Told before anything is waited for: what comes in between is not missed.
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const now = stateOf();
    if (typeof now === 'object') throw readingError(now.failure);
    if (now === 'ended' || rows.length >= FETCH_ROWS) {
      // Taken first: a few more may come while these are worked on, pause or not.
      const taken = rows;
      rows = [];
      yield taken;
      if (now === 'ended') return;
      connection.resume();
    } else await woken;
  }

  function stateOf(): typeof state {
    return state;
  }
}

function namesOf(fields: readonly { readonly name: string }[] | undefined): string[] {
  return (fields ?? []).map(({ name }) => name);
}

interface ServerError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly sqlMessage?: string;
}

/** https://mariadb.com/kb/en/mariadb-error-codes/ (read 2026-11-22): ended from outside. */
const cutByServer: ReadonlySet<number> = new Set([1053, 1152, 1317, 1927, 1969, 3024]);

function readingError(cause: unknown): MusterError {
  const { errno, sqlState } = cause as ServerError;
  const isCut = sqlState === undefined || (errno !== undefined && cutByServer.has(errno));
  return new MusterError(isCut ? 'SOURCE_CUT' : 'SOURCE_QUERY', describe(cause), { cause });
}

/** Messages of SQLSTATE 42 and 28 name tables, columns and users; those of others may repeat a value. */
function describe(cause: unknown): string {
  const { code = 'unknown', sqlState, sqlMessage } = cause as ServerError;
  const isHarmless = sqlState !== undefined && /^(42|28)/.test(sqlState);
  return isHarmless ? `${sqlMessage ?? ''} (${code})` : code;
}
