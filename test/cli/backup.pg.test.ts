import { createWriteStream } from 'node:fs';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptTables, readBackup } from '#store/backup.ts';
import { openStore } from '#store/db.ts';
import { readMigrations } from '#store/migrate.ts';
import { restoreBackup } from '#store/restore.ts';
import { openBackup } from '#cli/backup.ts';
import { type Desk, openDesk } from './_muster.ts';
import { hasPostgres15, type OtherServer, startPostgres15 } from '../support/postgres-15.ts';
import { testDatabase } from '../support/postgres.ts';

/** The original is on PostgreSQL 18, copies are on 15 where Debian's is installed, else on 18 too. */
let original: Awaited<ReturnType<typeof testDatabase>>;
let other: OtherServer | Awaited<ReturnType<typeof testDatabase>>;
let back: Awaited<ReturnType<typeof testDatabase>>;
let desk: Desk;
let sandboxUrl: string;
let metaAudienceId: string;
const directories: Desk[] = [];
const goldRule = '{"trait":"plan","op":"equals","value":"gold"}';

beforeAll(async () => {
  if (!hasPostgres15) {
    process.stderr.write(
      'Left out: moving a backup to PostgreSQL 15 (apt-get install postgresql)\n',
    );
  }
  original = await testDatabase();
  back = await testDatabase();
  other = hasPostgres15 ? await startPostgres15() : await testDatabase();
  desk = await openDesk({ DATABASE_URL: original.url });
  const { firstLine } = await desk.start(['sandbox', '--port', '0']);
  sandboxUrl = (JSON.parse(firstLine) as { url: string }).url;
  await desk.json(['connect', '--sandbox']);
  await importPeople(desk, 30);
  await desk.muster(['audience', 'create', 'gold', '--rule', '-'], goldRule);
  const synced = await desk.json<{ metaAudienceId: string }>(['sync', 'gold']);
  metaAudienceId = synced.metaAudienceId;
}, 240_000);

afterAll(async () => {
  for (const one of [desk, ...directories]) await one[Symbol.asyncDispose]();
  await original.drop();
  await back.drop();
  if ('drop' in other) await other.drop();
  else await other[Symbol.asyncDispose]();
});

async function importPeople(into: Desk, count: number): Promise<void> {
  const path = join(into.directory, 'people.csv');
  const lines = Array.from(
    { length: count },
    (_, i) => `C-${i},p${i}@example.com,gold,"a\tb\\N ü\n${i}"`,
  );
  await writeFile(path, `id,email,plan,note\n${lines.join('\n')}\n`);
  await into.json(['import', path]);
}

/** A data directory on another database, with the key of the original. */
async function copyOn(url: string, { withKey }: { withKey: boolean }): Promise<Desk> {
  const copy = await openDesk({ DATABASE_URL: url });
  directories.push(copy);
  if (withKey) await copyFile(join(desk.directory, 'key'), join(copy.directory, 'key'));
  return copy;
}

/** A digest of each table, but for what a restore renews. */
async function digests(url: string): Promise<Record<string, string>> {
  await using store = openStore({ url });
  // The log goes on: with the backup in the one, with the restore in the other.
  const goesOn = ['audit_entry'];
  const renewed = ['installation', 'link', 'ledger', 'operation', 'opt_out', 'run', 'backup'];
  const found: Record<string, string> = {};
  for (const { name, columns } of await keptTables(store)) {
    if ([...renewed, ...goesOn].includes(name)) continue;
    const stay = columns.filter(({ type }) => type !== 'xid8' && type !== 'pg_snapshot');
    const row = `row(${stay.map((column) => `"${column.name}"`).join(', ')})::text`;
    const [digest] = await store.query<{ md5: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(${row}, '|' order by ${row} collate "C")), '') as md5
       from "${name}"`,
    );
    found[name] = digest?.md5 ?? '';
  }
  return found;
}

async function rowsHeld(): Promise<number> {
  const answer = await fetch(`${sandboxUrl}/_sandbox/audiences/${metaAudienceId}`, {
    headers: { connection: 'close' },
  });
  return ((await answer.json()) as { rowsHeld: number }).rowsHeld;
}

it('moves everything to an older server and back, paused, with new epochs and sealed tokens', async () => {
  const file = join(desk.directory, 'one.gz');
  const made = await desk.json<{ tables: number; rows: number }>(['backup', file]);
  expect(made.rows).toBeGreaterThan(100);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const copy = await copyOn(other.url, { withKey: true });
  expect(await copy.json(['restore', file])).toMatchObject({
    ...{ rows: made.rows, tables: made.tables, paused: true, withoutKey: [] },
  });
  expect(await digests(other.url)).toEqual(await digests(original.url));

  const refused = await copy.muster(['sync', 'gold']);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('RESTORED_PAUSED');

  const again = join(copy.directory, 'two.gz');
  await copy.json(['backup', again]);
  const home = await copyOn(back.url, { withKey: true });
  await home.json(['restore', again]);
  expect(await digests(back.url)).toEqual(await digests(other.url));

  // The original is gone; this one goes on, says everybody once more and follows a change.
  await home.json(['resume']);
  expect(await home.json(['sync', 'gold'])).toMatchObject({ state: 'succeeded', metaAudienceId });
  expect(await rowsHeld()).toBe(30);
  await importPeople(home, 33);
  expect(await home.json(['sync', 'gold'])).toMatchObject({ state: 'succeeded', added: 3 });
  expect(await rowsHeld()).toBe(33);
}, 240_000);

it('says what cannot be opened without the key, and takes the place of nothing', async () => {
  const file = join(desk.directory, 'three.gz');
  await desk.json(['backup', file]);
  expect((await desk.muster(['backup', file])).stderr).toContain('BACKUP_EXISTS');
  expect((await desk.muster(['restore', file])).stderr).toContain('RESTORE_NOT_EMPTY');

  const fresh = await testDatabase();
  try {
    const stranger = await copyOn(fresh.url, { withKey: false });
    expect(await stranger.json(['restore', file])).toMatchObject({
      withoutKey: ['connection “sandbox”'],
    });
  } finally {
    await fresh.drop();
  }
});

/** A backup as the release with these migrations made it, with somebody and an audience in it. */
async function olderBackup(number: number, file: string): Promise<void> {
  const old = new URL(original.url);
  old.searchParams.set('options', `-c search_path=release_${number}`);
  await using store = openStore({ url: old.href });
  await store.query(`create schema release_${number}`);
  await store.query('create table migration (number integer, name text, digest text)');
  for (const migration of await readMigrations()) {
    if (migration.number > number) break;
    await store.tx(async (tx) => {
      await tx.query(migration.sql);
      await tx.query('insert into migration values ($1)', [migration.number]);
    });
  }
  await store.tx(async (tx) => {
    await tx.query(
      `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
         changed_xid, match_row_ids, identifiers, traits)
       select 1, nextval('profile_id'), bucket_of(i), 'old-' || i, i > 2, 2, i, '3', '{}', '{}', '{"plan": "gold"}'
       from generate_series(1, 5) i`,
    );
    await tx.query(
      `insert into audience (database_id, name, rule, rule_version)
       values (1, 'of old', '{"trait": "plan", "op": "equals", "value": "gold"}', 'x')`,
    );
  });
  const into = createWriteStream(file);
  await store.snapshot((tx) => pipeline(readBackup(tx), createGzip(), into));
}

it.each([1, 9, 20, 26])(
  'brings a backup of the release with migration %i up to date, paused',
  async (number) => {
    const file = join(desk.directory, `release-${number}.gz`);
    await olderBackup(number, file);
    const fresh = await testDatabase();
    try {
      await using store = openStore({ url: fresh.url });
      await restoreBackup(store, openBackup(file));
      const here = await store.query(
        `select (select count(*)::integer from profile where external_id like 'old-%') as people,
           (select count(*)::integer from profile where consent is false) as said_no,
           (select string_agg(name, ',') from audience) as audiences,
           (select paused_at is not null from installation) as paused,
           to_regnamespace('muster_restoring') is null as tidy`,
      );
      const whole = { people: 5, said_no: 2, audiences: 'of old', paused: true, tidy: true };
      expect(here).toEqual([whole]);
      // The next of every number is free, and what is new since works on what is old.
      const copy = await copyOn(fresh.url, { withKey: true });
      if (number === 1) await importPeople(copy, 4);
    } finally {
      await fresh.drop();
    }
  },
);

it('refuses a backup of a newer release, and says so', async () => {
  const file = join(desk.directory, 'newer.gz');
  const header = { muster: 'backup', format: 1, schema: 999, madeAt: '2030-01-01T00:00:00.000Z' };
  const end = { end: true, sequences: [], tables: 0, rows: 0 };
  await writeFile(file, gzipSync(`${JSON.stringify(header)}\n${JSON.stringify(end)}\n`));
  const fresh = await testDatabase();
  try {
    const { code, stderr } = await (await copyOn(fresh.url, { withKey: true })).muster([
      'restore',
      file,
    ]);
    expect({ code, stderr }).toEqual({
      ...{ code: 2, stderr: expect.stringContaining('RESTORE_SCHEMA') as string },
    });
    expect(stderr).toContain('its schema is 999');
  } finally {
    await fresh.drop();
  }
});

it('refuses a file that is cut or has one other byte, and changes nothing', async () => {
  const file = join(desk.directory, 'four.gz');
  await desk.json(['backup', file]);
  const whole = await readFile(file);
  const fresh = await testDatabase();
  try {
    const copy = await copyOn(fresh.url, { withKey: true });
    const before = await digests(fresh.url);
    const middle = whole.length >> 1;
    const flipped = Buffer.from(whole);
    flipped[middle] = (flipped[middle] ?? 0) ^ 0x10;
    for (const broken of [whole.subarray(0, middle), flipped, Buffer.from('not a backup')]) {
      await writeFile(join(copy.directory, 'broken.gz'), broken);
      const { code, stderr } = await copy.muster(['restore', join(copy.directory, 'broken.gz')]);
      expect({ code, damaged: stderr.includes('BACKUP_DAMAGED') }).toEqual({
        code: 2,
        damaged: true,
      });
    }
    expect(await digests(fresh.url)).toEqual(before);
  } finally {
    await fresh.drop();
  }
});
