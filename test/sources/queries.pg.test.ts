import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQuery, type QueryTarget, testTarget } from '#sources/query.ts';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { openProxy } from './_cutting-proxy.ts';
import { startMariaDb } from './_mariadb.ts';

interface Engine {
  readonly name: string;
  readonly target: QueryTarget;
  /** As somebody else, who may write. */
  exec(sql: string): Promise<void>;
}

const clean = new AsyncDisposableStack();
afterAll(() => clean.disposeAsync());

async function postgres(): Promise<Engine> {
  const database = await testDatabase();
  clean.defer(() => database.drop());
  const writer = new pg.Client({ connectionString: database.url });
  await writer.connect();
  clean.defer(() => writer.end());
  return {
    name: 'PostgreSQL',
    target: { kind: 'postgres', url: database.url, allowPrivate: true },
    exec: async (sql) => {
      await writer.query(sql);
    },
  };
}

async function sqlite(): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-sqlite-'));
  clean.defer(() => rm(directory, { recursive: true }));
  const path = join(directory, 'people.sqlite');
  const writer = new DatabaseSync(path);
  writer.exec('pragma journal_mode = wal');
  clean.defer(() => writer.close());
  return {
    name: 'SQLite',
    target: { kind: 'sqlite', url: path, allowPrivate: false },
    exec: (sql) => Promise.resolve(writer.exec(sql)),
  };
}

const mariadb = await startMariaDb();
if (mariadb !== null) clean.use(mariadb);
const engines: Engine[] = [await postgres(), await sqlite()];
if (mariadb !== null) {
  const target = { kind: 'mysql', url: mariadb.url, allowPrivate: true } as const;
  engines.push({ name: 'MariaDB', target, exec: mariadb.exec });
}

async function readAll(target: QueryTarget, sql: string) {
  const source = await openQuery(target, sql);
  const rows: (readonly string[])[] = [];
  const rejected: { line: number; reason: string; cells?: readonly string[] }[] = [];
  for await (const batch of source.batches()) {
    rows.push(...batch.rows);
    rejected.push(...batch.rejected);
  }
  return { header: source.header, rows, rejected, endProved: source.endProved };
}

const codeOf = async (target: QueryTarget, sql: string) =>
  await readAll(target, sql).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );

const PEOPLE = 25_000;

describe.each(engines)('every connector of queries: $name', ({ target, exec, name }) => {
  it('says what answers', async () => {
    expect(await testTarget(target)).toContain(name);
  });

  it('gives values as a CSV file would hold them', async () => {
    await exec(
      'create table person (id bigint primary key, email varchar(200), amount decimal(30,2), born date, note text)',
    );
    await exec(
      `insert into person values (9007199254740993, 'ana@example.com', ${name === 'SQLite' ? "'12345678901234567890.10'" : '12345678901234567890.10'}, '1990-03-04', 'dé "x", y')`,
    );
    await exec(`insert into person values (2, null, null, null, '')`);
    expect(await readAll(target, 'select * from person order by id desc')).toEqual({
      header: ['id', 'email', 'amount', 'born', 'note'],
      rows: [
        [
          '9007199254740993',
          'ana@example.com',
          name === 'SQLite' ? expect.any(String) : '12345678901234567890.10',
          '1990-03-04',
          'dé "x", y',
        ],
        ['2', '', '', '', ''],
      ],
      rejected: [],
      endProved: true,
    });
  });

  it('costs a row that cannot be taken that row alone, and its id is known', async () => {
    await exec('create table odd (id integer, note text)');
    await exec(`insert into odd values (1, 'fine'), (2, '${'x'.repeat(60_000)}')`);
    const sql =
      'select id, case when id = 2 then concat(note, note, note) else note end as note from odd order by id';
    const { rows, rejected } = await readAll(
      target,
      name === 'SQLite' ? sql.replace('concat(note, note, note)', 'note || note || note') : sql,
    );
    expect(rows).toEqual([['1', 'fine']]);
    expect(rejected).toMatchObject([{ line: 2, reason: 'a cell over 128 KiB' }]);
    expect(rejected[0]?.cells?.[0]).toBe('2');
  });

  it('sees one moment while rows change underneath', async () => {
    await exec('create table many (id integer primary key, email varchar(100))');
    await exec(
      `insert into many with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i, 'p@example.com' from n`,
    );
    await exec(
      `insert into many select a.id * 1000 + b.id, 'p@example.com' from many a, many b where a.id <= 25 and a.id > 0 and b.id < 1000`,
    );
    await exec('delete from many where id <= 1000');
    const source = await openQuery(target, 'select id, email from many');
    let seen = 0;
    for await (const batch of source.batches()) {
      if (seen === 0) await exec('delete from many where id > 2000');
      seen += batch.rows.length;
    }
    expect(seen).toBe(25 * 999);
    expect((await readAll(target, 'select id from many')).rows.length).toBeLessThan(1_000);
  });

  it('ends a statement that takes longer than it may', async () => {
    const endless = {
      PostgreSQL: 'select pg_sleep(600)::text as id',
      MariaDB: 'select sleep(600) as id',
      SQLite:
        'with recursive n(i) as (select 1 union all select i + 1 from n) select i as id from n where i < 0',
    }[name];
    const limited = { ...target, settings: { timeout: '1' } };
    expect(await codeOf(limited, endless ?? '')).toBe('SOURCE_CUT');
    expect(await codeOf({ ...target, settings: { timeout: 'x' } }, endless ?? '')).toBe('USAGE');
  });

  it('writes nothing, not even by a function, for a user who may', async () => {
    await exec('create table note (id integer)');
    if (name === 'PostgreSQL') {
      await exec(
        'create function leave_a_note() returns integer as $$ insert into note values (1) returning 1 $$ language sql',
      );
    } else if (name === 'MariaDB') {
      await exec("grant all on crm.* to reader@'127.0.0.1'");
      await exec(
        'create function leave_a_note() returns integer begin insert into note values (1); return 1; end',
      );
    }
    const tries = {
      PostgreSQL: [
        ...['select leave_a_note() as id', "select nextval('serial') as id"],
        'with gone as (delete from person returning id) select id from gone',
        "select set_config('transaction_read_only', 'off', false) as id",
      ],
      MariaDB: ['select leave_a_note() as id', 'insert into note values (2)', 'drop table note'],
      SQLite: [
        'insert into note values (2)',
        "attach database 'x.sqlite' as x",
        'pragma user_version',
      ],
    }[name];
    if (name === 'PostgreSQL') await exec('create sequence serial');
    for (const sql of tries ?? [])
      expect([sql, await codeOf(target, sql)]).toEqual([sql, 'SOURCE_QUERY']);
    expect((await readAll(target, 'select id from note')).rows).toEqual([]);
  });

  it('refuses what is wrong, what writes, and what is more than one statement', async () => {
    expect(await codeOf(target, 'select nobody from nowhere')).toBe('SOURCE_QUERY');
    expect(await codeOf(target, 'select 1 as a, 2 as a')).toMatch(
      /IMPORT_HEADER_INVALID|SOURCE_QUERY/,
    );
    expect(await codeOf(target, 'select 1 as a; select 2 as a')).toMatch(
      /SOURCE_QUERY|MODEL_SQL_INVALID/,
    );
    expect(await codeOf(target, 'delete from person')).toBe('SOURCE_QUERY');
    expect((await readAll(target, 'select id from person')).rows).toHaveLength(2);
  });
});

it('Redshift goes by the wire of PostgreSQL, under its own name', async () => {
  const [{ target }] = engines as [Engine];
  const url = target.url.replace(/^postgres(ql)?:/, 'redshift:');
  const redshift: QueryTarget = { kind: 'redshift', url, allowPrivate: true };
  expect(await testTarget(redshift)).toMatch(/^Redshift: PostgreSQL/);
  expect((await readAll(redshift, 'select 1 as id')).rows).toEqual([['1']]);
  expect(await codeOf({ ...redshift, url: target.url }, 'select 1 as id')).toBe(
    'SOURCE_URL_INVALID',
  );
});

const servers = engines.filter(({ target }) => target.kind !== 'sqlite');

describe.each(servers)('a server: $name', ({ target, exec, name }) => {
  it('whose line is cut at any place of the answer never gives a whole one', async () => {
    await exec('create table long_list (id integer primary key, note varchar(300))');
    await exec(
      `insert into long_list with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i, '${'n'.repeat(200)}' from n`,
    );
    await exec(
      `insert into long_list select a.id + 1000 * b.id, a.note from long_list a, long_list b where b.id <= ${PEOPLE / 1000}`,
    );
    await using proxy = await openProxy(target.url);
    const through = { ...target, url: proxy.url };
    const source = await openQuery(through, 'select * from long_list');
    for (const bytes of [40_000, 400_000, 2_000_000, 4_000_000]) {
      proxy.cutAfter(bytes);
      const read = async () => {
        for await (const _ of source.batches());
      };
      await expect(read()).rejects.toMatchObject({ code: 'SOURCE_CUT' });
    }
    proxy.cutAfter(1);
    await expect(openQuery(through, 'select 1 as id')).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
    });
  });

  it('refuses a wrong password without repeating it, and a private address nobody asked for', async () => {
    const wrong = new URL(target.url);
    wrong.password = 'secret123';
    const error = await openQuery({ ...target, url: wrong.href }, 'select 1 as id').catch(
      (thrown: Error) => thrown,
    );
    // The embedded PostgreSQL of the tests may trust its own machine.
    if (error instanceof Error) {
      expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
      expect(JSON.stringify(error) + error.message).not.toContain('secret123');
    }
    await expect(
      openQuery({ ...target, allowPrivate: false }, 'select 1 as id'),
    ).rejects.toMatchObject({
      code: 'SOURCE_HOST_REFUSED',
    });
    expect(name).not.toBe('');
  });
});
