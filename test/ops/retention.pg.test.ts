import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordAudit, verifyAudit } from '#store/audit.ts';
import { openStore, type Store } from '#store/db.ts';
import { applyRetention, keptFor, readRetention, setRetention } from '#store/retention.ts';
import { testDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date('2026-03-01T00:00:00Z') });
  await store.query(
    `insert into audience (database_id, name, rule, rule_version) values
       (1, 'window', '{"all":[{"event":"bought","within_last":{"days":500}}]}', '1'),
       (1, 'ever', '{"not":{"event":"joined","where":{"property":"x","op":"exists"}}}', '1')`,
  );
  await store.query(
    `insert into link (audience_id, database_id, ad_account, meta_audience_id) values (1, 1, 'act_1', '7')`,
  );
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const daysAgo = (n: number) => `muster_now() - interval '${n} days'`;

async function left(table: string, columns: string): Promise<string[]> {
  const rows = await store.query<{ found: string }>(
    `select ${columns} as found from ${table} order by 1`,
  );
  return rows.map(({ found }) => found);
}

it('keeps the events that a rule looks for, and the summaries of all', async () => {
  const events = [
    ['seen', 10],
    ['seen', 400],
    ['bought', 400],
    ['bought', 600],
    ['joined', 4_000],
  ] as const;
  for (const [name, days] of events) {
    await store.query(
      `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id, identity_id, properties)
       values (1, 5, 5, '${name}', ${daysAgo(days)}, muster_now(), 'm', 1, '{}')`,
    );
  }
  await store.query(
    `insert into event_summary values (1, 5, 5, 'seen', ${daysAgo(400)}, ${daysAgo(10)}, 2)`,
  );
  expect((await applyRetention(store)).get('events')).toBe(2);
  const shown = `name || ' ' || extract(day from muster_now() - at)`;
  expect(await left('event', shown)).toEqual(['bought 400', 'joined 4000', 'seen 10']);
  expect(await left('event_summary', `name || ' ' || count`)).toEqual(['seen 2']);
});

it('drops requests that no row points to, and keeps those that one does', async () => {
  const operation = `insert into operation (link_id, kind, schema, row_count, sent_at, settles_at, finished_at, outcome)
    values (1, 'add', '{}', 1, $1, $1, $1, 'clean') returning id`;
  const old = new Date('2025-10-01T00:00:00Z');
  const [told] = await store.query<{ id: number }>(operation, [old]);
  await store.query(operation, [old]);
  await store.query(operation, [new Date('2026-02-20T00:00:00Z')]);
  await store.query(
    `insert into ledger (link_id, match_row_id, bucket, op_id, base) values (1, 9, 0, $1, 0)`,
    [told?.id],
  );
  const dropped = await applyRetention(store);
  expect(dropped.get('operations')).toBe(1);
  expect(await left('operation', 'id::text')).toHaveLength(2);
});

it('keeps the last run of an audience however old it is', async () => {
  const run = `insert into run (audience_id, trigger, state, started_at, finished_at)
    values (1, 'schedule', 'succeeded', $1, $1)`;
  for (const year of ['2020', '2021'])
    await store.query(run, [new Date(`${year}-01-01T00:00:00Z`)]);
  await applyRetention(store);
  expect(await left('run', `extract(year from started_at)::text`)).toEqual(['2021']);
});

it('cuts the beginning of the audit log, says so in it, and the rest still shows every change', async () => {
  const write = async (into: Store, count: number) => {
    const ana = { kind: 'user', id: 'u1', name: 'Ana' } as const;
    for (let i = 0; i < count; i++) await recordAudit(into, ana, 'audience.edit');
  };
  await using past = openStore({ url: database.url, now: () => new Date('2021-03-01T00:00:00Z') });
  await write(past, 4);
  await write(store, 3);
  const whole = await verifyAudit(store);
  expect((await applyRetention(store)).get('audit log')).toBe(4);
  expect(
    await left('audit_entry', `id || ' ' || action || ' ' || coalesce(detail->>'upTo', '')`),
  ).toEqual([...['5 audience.edit ', '6 audience.edit ', '7 audience.edit ', '8 audit.cut 4']]);
  // A head that somebody kept is still in it, and so is that of the last one that went.
  expect(await verifyAudit(store, whole.head)).toMatchObject({
    ...{ entries: 4, brokenAt: null, knownHead: true },
  });
  expect((await applyRetention(store)).get('audit log')).toBe(0);
  expect((await verifyAudit(store)).entries).toBe(4);
  // Nothing else may go, and what goes past Muster is missed.
  await expect(store.query('delete from audit_entry where id = 5')).rejects.toThrow('added to');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  await client.query('delete from audit_entry where id = 5');
  await client.end();
  expect(await verifyAudit(store)).toMatchObject({ brokenAt: 6 });
});

it('can be set for each, also for ever, and every statement runs', async () => {
  await setRetention(store, 'calls', null);
  await setRetention(store, 'alerts', 1);
  const read = await readRetention(store);
  expect(read.find(({ name }) => name === 'calls')?.days).toBeNull();
  const dropped = await applyRetention(store);
  expect(new Set([...dropped.keys(), 'calls'])).toEqual(new Set(Object.keys(keptFor)));
});
