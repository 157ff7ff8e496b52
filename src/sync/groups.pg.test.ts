import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call } from '#ingest/call.ts';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { receiveCalls } from '#profiles/receive-calls.ts';
import { settingOf } from '#profiles/row-version.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { changedAudiences } from '#store/change-feed.ts';
import { openStore, type Store } from '#store/db.ts';
import { IdSupply } from '#store/id-supply.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { evaluateAudience } from './evaluate.ts';

const databaseId = 1;
let nowMs = Date.parse('2026-07-15T12:00:00Z');
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date(nowMs) });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const receiving = {
  makeMatchRows: matchRowMaker(settingOf({ defaultCountry: 'DE', normalising: {} }, 2026)),
  profileIds: new IdSupply('profile_id'),
  matchRowIds: new IdSupply('match_row_id'),
  identityIds: new IdSupply('identity_id'),
};
let messages = 0;

async function group(groupId: string, traits: object, who: Partial<Call>): Promise<void> {
  const messageId = `m${messages++}`;
  const properties = { ...traits, groupId };
  const call: Call = { type: 'group', event: 'group', messageId, properties, ...who };
  const times = { atMs: nowMs + messages, receivedMs: nowMs + messages };
  await store.tx((tx) => receiveCalls(tx, databaseId, receiving, [{ call, ...times }], new Set()));
}

async function audience(name: string, json: unknown): Promise<() => Promise<unknown[]>> {
  const rule = parseRule(json);
  await createAudience(store, {
    ...{ databaseId, name, rule, ruleVersion: ruleVersion(rule), integrationId: null },
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
  return async () => {
    await evaluateAudience(store, await findAudience(store, name));
    const rows = await store.query<{ id: string }>(
      `select p.external_id as id from member m join profile p on p.id = m.profile_id
       join audience a on a.id = m.audience_id where a.name = $1 order by 1`,
      [name],
    );
    return rows.map(({ id }) => id);
  };
}

const followed = { databaseId, atOnce: null };
const news = async () => (await changedAudiences(store, followed)).map(({ name }) => name);

it('follows what groups say and who is in them, and writes to nobody', async () => {
  const gold = await audience('gold', { group: 'plan', op: 'equals', value: 'gold' });
  const unplanned = await audience('unplanned', { group: 'plan', op: 'missing' });
  const others = await audience('others', { trait: 'plan', op: 'exists' });
  await group('acme', { plan: 'gold' }, { userId: 'ana' });
  await group('acme', {}, { userId: 'bo' });
  await group('solo', {}, { userId: 'bo' });
  await group('solo', {}, { userId: 'cem' });
  expect([await gold(), await unplanned(), await others()]).toEqual([['ana', 'bo'], ['cem'], []]);
  expect(await news()).toEqual([]);

  const versions = () =>
    store.query('select external_id, changed_xid::text from profile order by external_id');
  const before = await versions();
  // Said by one of them, it is so for all.
  await group('acme', { plan: 'silver' }, { userId: 'ana' });
  expect(await news()).toEqual(['gold', 'unplanned']);
  expect([await gold(), await unplanned()]).toEqual([[], ['cem']]);
  await group('solo', { plan: 'gold' }, { userId: 'cem' });
  expect([await gold(), await unplanned()]).toEqual([['bo', 'cem'], []]);
  await group('solo', {}, { userId: 'ana' });
  expect(await gold()).toEqual(['ana', 'bo', 'cem']);
  expect(await versions()).toEqual(before);
});

it('looks at somebody again when the clock changes what a group says', async () => {
  const renewed = await audience('renewed', {
    group: 'renewed_at',
    op: 'within_last',
    value: { days: 1 },
  });
  await group('club', { renewed_at: '2026-07-15T11:00:00Z' }, { userId: 'dora' });
  expect(await renewed()).toEqual(['dora']);
  nowMs += 86_400_000;
  expect(await news()).toContain('renewed');
  expect(await renewed()).toEqual([]);
  const departures = await store.query(
    `select d.cause from departure d join audience a on a.id = d.audience_id where a.name = 'renewed'`,
  );
  expect(departures).toEqual([{ cause: 'time' }]);
});
