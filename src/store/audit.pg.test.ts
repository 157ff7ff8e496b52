import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { type AuditActor, listAudit, recordAudit, recordAuditIn, verifyAudit } from './audit.ts';
import { openStore, type Store } from './db.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const ana: AuditActor = { kind: 'user', id: 'u1', name: 'Ana' };

/** Past Muster: as whoever may write into the database would, triggers switched off. */
async function tamper(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`begin; set local session_replication_role = 'replica'; ${statement}; commit`);
  await client.end();
}

it('holds what was written, in one chain however many write at once', async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      recordAudit(store, ana, 'audience.edit', {
        ...{ database: 1, subject: `audiences/${i}`, detail: { fields: ['rule', 'ü'], at: i } },
      }),
    ),
  );
  await recordAudit(store, { kind: 'nobody', id: null, name: 'nobody' }, 'login.refused');
  const verdict = await verifyAudit(store);
  expect(verdict).toMatchObject({ entries: 13, brokenAt: null });
  expect(verdict.head).toMatch(/^[0-9a-f]{64}$/);
  const filter = { beforeId: null, limit: 50, databaseIds: null };
  const all = await listAudit(store, { ...filter, action: null, actorName: null });
  expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, i) => 13 - i));
  const hers = await listAudit(store, { ...filter, action: null, actorName: 'Ana' });
  expect(hers).toHaveLength(12);
  expect(await verifyAudit(store, verdict.head)).toMatchObject({ knownHead: true });
});

it('writes nothing when what it tells of did not happen', async () => {
  const failing = store.tx(async (tx) => {
    await recordAuditIn(tx, ana, 'audience.edit');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await verifyAudit(store)).toMatchObject({ entries: 13, brokenAt: null });
});

it.each([
  `update audit_entry set actor_name = 'Bo' where id = 3`,
  'delete from audit_entry where id = 3',
  'truncate audit_entry',
])('refuses %s', async (statement) => {
  await expect(store.query(statement)).rejects.toThrow('only ever added to');
});

it.each([
  ['another name', `update audit_entry set actor_name = 'Bo' where id = 3`, 3],
  ['another moment', `update audit_entry set at = at + interval '1 microsecond' where id = 5`, 3],
  ['another detail', `update audit_entry set detail = '{}' where id = 2`, 2],
  ['its hash made right again', 'update audit_entry a set hash = audit_hash(a) where id = 2', 3],
  ['one taken out', 'delete from audit_entry where id = 1', 2],
])('notices %s', async (_, statement, brokenAt) => {
  await tamper(statement);
  expect(await verifyAudit(store)).toMatchObject({ brokenAt });
});

it('notices by the head that the end was cut off', async () => {
  const { head } = await verifyAudit(store);
  await tamper('delete from audit_entry where id = 13');
  expect(await verifyAudit(store, head)).toMatchObject({ knownHead: false });
});
