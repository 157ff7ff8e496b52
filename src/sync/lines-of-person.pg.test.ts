import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { openStore, type Store } from '#store/db.ts';
import { addEvents } from '#store/events.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { evaluateAudience } from './evaluate.ts';
import { type LineOfPerson, linesOfPerson } from './lines-of-person.ts';
import { byRule } from './ways.ts';

const databaseId = 1;
const now = '2026-07-15T12:00:00Z';
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date(now) });
  await store.query(
    `insert into trait (database_id, name, field, type, is_list) values (1, 'plan', null, 'text', false),
       (1, 'tags', null, 'text', true), (1, 'E-Mail', 'email', 'text', false)`,
  );
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     values (1, 1, 0, 'C-1', true, 2, 0, pg_current_xact_id(), '{}',
       '{"email": ["Ana.Silva@Example.com", "a9@b.de"]}', '{"plan": "gold", "tags": ["a", "b"]}'),
       (1, 2, 0, 'C-2', null, 2, 0, pg_current_xact_id(), '{}', '{}', '{}')`,
  );
  const at = (text: string, total: number) => {
    const atMs = Date.parse(text);
    const event = { profileId: 1, identityId: 0, name: 'Order', atMs, receivedMs: atMs };
    return { ...event, messageId: 'm', properties: { total } };
  };
  await store.tx((tx) =>
    addEvents(tx, databaseId, [at('2026-07-01T10:00Z', 30), at('2026-07-03T12:30Z', 25.5)]),
  );
  await createAudience(store, {
    ...{ databaseId, integrationId: null, name: 'gold' },
    ...byRule(parseRule({ trait: 'plan', op: 'equals', value: 'gold' })),
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
  await evaluateAudience(store, await findAudience(store, 'gold'));
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const lines = async (rule: object, of: string | null): Promise<LineOfPerson[]> =>
  await linesOfPerson(store, { databaseId, rule }, of);

it.each<[object, boolean, string, boolean, string]>([
  [{ trait: 'plan', op: 'equals', value: 'free' }, false, '"gold"', false, 'missing'],
  [{ trait: 'tags', op: 'equals', value: 'b' }, true, '"a", "b"', false, 'missing'],
  [
    { trait: 'E-Mail', op: 'ends_with', value: '@b.de' },
    ...([true, 'Aaa.Aaaaa@Aaaaaaa.aaa, a9@a.aa', false, 'missing'] as const),
  ],
  [{ trait: 'never heard of', op: 'missing' }, true, 'missing', true, 'missing'],
  [{ consent: 'yes' }, true, 'yes', false, 'unknown'],
  [
    { event: 'Order', count: { at_least: 3 } },
    ...([false, '2 times, from 2026-07-01 10:00 UTC to 2026-07-03 12:30 UTC'] as const),
    ...([false, 'never'] as const),
  ],
  [
    { event: 'Order', where: { property: 'total', op: 'at_least', value: 30 } },
    ...([true, 'once, 2026-07-01 10:00 UTC', false, 'never'] as const),
  ],
  [
    { event: 'Order', sum: { property: 'total', at_least: 55 } },
    true,
    '2 times, from 2026-07-01 10:00 UTC to 2026-07-03 12:30 UTC, sum 55.5',
    ...([false, 'never'] as const),
  ],
  [{ member_of: 'gold' }, true, 'a member since 2026-07-15 12:00 UTC', false, 'not a member'],
])('says what %j rests on', async (rule, holds, seen, holdsOther, seenOther) => {
  expect(await lines(rule, 'C-1')).toMatchObject([{ holds, seen }]);
  expect(await lines(rule, 'C-2')).toMatchObject([{ holds: holdsOther, seen: seenOther }]);
});

it('says nothing beside lines that rest on others, and nothing of nobody', async () => {
  const rule = { all: [{ not: { consent: 'no' } }, { sample: { percent: 100, seed: 'a' } }] };
  expect(await lines(rule, 'C-1')).toEqual([
    { line: 'all of', holds: true, seen: null },
    { line: '├─ not', holds: true, seen: null },
    { line: '│  └─ consent is no', holds: false, seen: 'yes' },
    { line: '└─ 100 % drawn by "a"', holds: true, seen: null },
  ]);
  expect((await lines(rule, null)).map(({ holds, seen }) => [holds, seen])).toEqual(
    Array.from({ length: 4 }, () => [null, null]),
  );
});
