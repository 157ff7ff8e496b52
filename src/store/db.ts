import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';

// Our own ids fit a double for longer than anyone will run this; 64-bit keys are cast to text in SQL.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const id = Number(text);
  if (!Number.isSafeInteger(id)) throw new Error(`int8 outside the safe range: cast it to text`);
  return id;
});

/** One connection or a pool; what the store's functions are written against. */
export interface Db {
  query<Row extends object>(text: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction: everything in it becomes visible together. */
export interface Tx extends Db {
  /** Rows for `COPY … FROM STDIN`; resolves when the server has them all. */
  copyIn(text: string, rows: Iterable<Uint8Array>): Promise<void>;
  /** The same for rows that come over time; ends with the stream. */
  openCopy(text: string): Writable;
  /** Bytes of `COPY … TO STDOUT`. */
  copyOut(text: string): Readable;
}

export interface Store extends Db, AsyncDisposable {
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A transaction that sees one moment throughout; done again when another one got in its way. */
  snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A connection of one's own for as long as `work` runs, outside any transaction. */
  session<T>(work: (session: Tx) => Promise<T>): Promise<T>;
}

export interface StoreOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  /** What the sessions call themselves in pg_stat_activity. */
  readonly applicationName?: string;
  /** Virtual time of a simulation, read at each transaction; absent: the database's own clock. */
  readonly now?: () => Date;
}

export function openStore(options: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 8,
    application_name: options.applicationName ?? 'muster',
    // Looking up ten thousand rows by key must not read the whole table: disks have no arms any more.
    // Arrays as parameters are planned by their length, and compiling takes longer than running.
    options: '-c random_page_cost=1.1 -c plan_cache_mode=force_custom_plan -c jit=off',
    // A dead server is noticed while we wait for it, not hours later.
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // An idle connection that breaks is replaced at its next use; unheard, it would end the process.
  pool.on('error', () => {});

  async function withClient<T>(work: (tx: Tx) => Promise<T>, begin: string | null): Promise<T> {
    const client = await connect(pool);
    let broken: Error | undefined;
    // Whoever waits for an answer is told by it. Between two statements nobody is, and the event, unheard,
    // would end the process.
    const noteBroken = (error: Error): void => {
      broken = error;
    };
    client.on('error', noteBroken);
    try {
      const now = options.now?.().toISOString();
      const first = [begin, now === undefined ? null : `set muster.now = '${now}'`];
      const text = first.filter((statement) => statement !== null).join('; ');
      if (text !== '') await client.query(text);
      if (begin === null) return await work(txOf(client));
      const result = await work(txOf(client));
      await client.query('commit');
      return result;
    } catch (error) {
      if (begin !== null) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
      }
      throw error;
    } finally {
      client.off('error', noteBroken);
      client.release(broken);
    }
  }

  const store: Store = {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      await withClient((tx) => tx.query<Row>(text, params), null),
    tx: (work) => withClient(work, 'begin'),
    snapshot: (work) =>
      retryConflicts(() => withClient(work, 'begin isolation level repeatable read')),
    session: (work) => withClient(work, null),
    [Symbol.asyncDispose]: () => pool.end(),
  };
  pools.set(store, pool);
  return store;
}

const pools = new WeakMap<Store, pg.Pool>();

/** The pool of a store, for better-auth, which writes its own statements. */
export function poolOf(store: Store): pg.Pool {
  return must(pools.get(store), 'the store was opened by openStore');
}

const SERIALIZATION_FAILURE = '40001';
const CONFLICT_TRIES_MAX = 5;

async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const conflict = (error as { code?: string }).code === SERIALIZATION_FAILURE;
      if (!conflict || attempt === CONFLICT_TRIES_MAX) throw error;
    }
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new MusterError('STORE_UNREACHABLE', (error as Error).message, { cause: error });
  }
}

function txOf(client: pg.PoolClient): Tx {
  return {
    async query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
      const result = await client.query<Row>(text, params as unknown[]);
      return result.rows;
    },
    copyIn: (text, rows) =>
      new Promise((resolve, reject) => {
        const stream = client.query(copyFrom(text));
        stream.once('error', reject);
        stream.once('finish', resolve);
        for (const row of rows) stream.write(row);
        stream.end();
      }),
    openCopy: (text) => client.query(copyFrom(text)),
    copyOut: (text) => client.query(copyTo(text)),
  };
}

/** The only row of a query that always has one. */
export async function one<Row extends object>(
  db: Db,
  text: string,
  params: readonly unknown[] = [],
): Promise<Row> {
  const [row] = await db.query<Row>(text, params);
  return must(row, 'a query for one row found none');
}
