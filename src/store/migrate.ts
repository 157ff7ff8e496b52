import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { MusterError } from '#domain/errors/muster-error.ts';

const migrationsUrl = new URL('./migrations/', import.meta.url);

/** Any number; twenty processes that start at once take turns by it. */
const MIGRATION_LOCK = 7_278_311;

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly digest: string;
}

/**
 * Brings the schema to the newest version. Forward only; each migration is one transaction that
 * first claims its number. Safe to call from many processes at once.
 * @throws MusterError STORE_NEWER when the schema was made by a later release.
 */
export async function migrate(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'muster migrate' });
  await client.connect();
  try {
    const migrations = await readMigrations();
    const newest = migrations.at(-1)?.number ?? 0;
    if ((await appliedUpTo(client)) === newest) return;
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      `create table if not exists migration (
         number integer primary key, name text not null, digest text not null,
         applied_at timestamptz not null default clock_timestamp())`,
    );
    const applied = await appliedUpTo(client);
    if (applied > newest) {
      throw new MusterError('STORE_NEWER', `schema ${applied}, this release knows ${newest}`);
    }
    for (const migration of migrations.filter(({ number }) => number > applied)) {
      await apply(client, migration);
    }
  } finally {
    await client.end();
  }
}

async function appliedUpTo(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('migration') is not null as exists`,
  );
  if (rows[0]?.exists !== true) return 0;
  const newest = await client.query<{ number: number }>(
    'select coalesce(max(number), 0) as number from migration',
  );
  return newest.rows[0]?.number ?? 0;
}

async function apply(client: pg.Client, { number, name, sql, digest }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query('insert into migration (number, name, digest) values ($1, $2, $3)', [
      number,
      name,
      digest,
    ]);
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** All that this release knows, in their order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(migrationsUrl)).filter((name) => /^\d{3}-.*\.sql$/.test(name));
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(new URL(name, migrationsUrl), 'utf8');
      const digest = createHash('sha256').update(sql).digest('hex');
      return { number: Number(name.slice(0, 3)), name, sql, digest };
    }),
  );
}
