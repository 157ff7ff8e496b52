import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptTables } from '#store/backup.ts';
import { openStore } from '#store/db.ts';
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
  const rule = '{"trait":"plan","op":"equals","value":"gold"}';
  await desk.muster(['audience', 'create', 'gold', '--rule', '-'], rule);
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
