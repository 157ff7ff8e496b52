import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { createAudience, findAudience, readAudience, rewordRule } from '#store/audiences.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { evaluateAudience } from './evaluate.ts';
import type { Muster } from './muster.ts';
import { renameEverywhere } from './rename.ts';
import { refuseCycle } from './rule-references.ts';

const databaseId = 1;
const everybody = { trait: 'plan', op: 'missing' };
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let muster: Muster;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  muster = {
    store,
    clock: () => Date.now(),
    random: Math.random,
    sleep: () => Promise.resolve(),
    every: () => () => {},
    openSource: () => Promise.reject(new Error('no source is read here')),
    openClient: () => Promise.reject(new Error('Meta is not asked')),
  };
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});
beforeEach(async () => {
  await store.query('truncate profile, member, audience cascade');
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, 0, 'p' || i, 2, 0, pg_current_xact_id(), '{}', '{}', '{}' from generate_series(1, 3) i`,
  );
});

async function make(name: string, json: unknown): Promise<number> {
  const rule = parseRule(json);
  const { id } = await createAudience(store, {
    ...{ databaseId, integrationId: null, name, rule, ruleVersion: ruleVersion(rule) },
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
  return id;
}

const rename = (name: string, newName: string) =>
  renameEverywhere(muster, name, { newName, atMeta: false });

it('finds the same people while what the rule asks about is renamed again and again', async () => {
  await make('name 0', everybody);
  const asking = await make('asking', { all: [everybody, { member_of: 'name 0' }] });
  const renaming = (async () => {
    for (let i = 0; i < 30; i++) await rename(`name ${i}`, `name ${i + 1}`);
  })();
  for (let looks = 0; looks < 15; looks++) {
    await evaluateAudience(store, await readAudience(store, asking));
    expect((await readAudience(store, asking)).memberCount).toBe(3);
  }
  await renaming;
  expect((await readAudience(store, asking)).rule).toEqual({
    all: [everybody, { member_of: 'name 30' }],
  });
});

it('asks by the name that is left when two rename at once', async () => {
  const id = await make('first', everybody);
  await make('asking', { not: { member_of: 'first' } });
  await Promise.all([rename('first', 'second'), rename('first', 'third')]);
  const { name } = await readAudience(store, id);
  expect(['second', 'third']).toContain(name);
  expect((await findAudience(store, 'asking')).rule).toEqual({ not: { member_of: name } });
});

it('lets only one of two rules through that ask about each other, however close they come', async () => {
  await make('a', everybody);
  await make('b', everybody);
  const ask = async (name: string, other: string): Promise<void> => {
    const rule = parseRule({ member_of: other });
    await store.tx(async (tx) => {
      await refuseCycle(tx, databaseId, { name, rule });
      const { id } = await findAudience(tx, name);
      await rewordRule(tx, id, { rule, ruleVersion: ruleVersion(rule) });
    });
  };
  const ends = await Promise.allSettled([ask('a', 'b'), ask('b', 'a')]);
  const refused = must(
    ends.find((end) => end.status === 'rejected'),
    'one of them is refused',
  );
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(refused.reason).toMatchObject({
    code: 'RULE_CYCLE',
    measured: expect.stringMatching(/^“(a)” → “b” → “a”$|^“b” → “a” → “b”$/),
  });
});
