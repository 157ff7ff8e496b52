import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { breakDown, samplePeople } from './breakdown.ts';
import { evaluateAudience } from './evaluate.ts';
import type { Muster } from './muster.ts';

const databaseId = 1;
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let muster: Pick<Muster, 'store' | 'clock'>;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  muster = { store, clock: () => performance.now() };
  await store.query(
    `insert into trait (database_id, name, type) select 1, unnest(array['plan', 'spent']), 'text'`,
  );
  // Twelve people: every second gold, who spent 1 to 12; the last three without an e-mail.
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, bucket_of(i), 'C-' || i, case i % 3 when 0 then true when 1 then false end,
       case when i < 10 then 2 when i = 10 then 0 else 1 end, 0, pg_current_xact_id(), '{}',
       case when i < 10 then '{"email": "Ana.Silva@Example.com"}'::jsonb else '{}' end,
       jsonb_build_object('plan', case when i % 2 = 0 then 'gold' else 'free' end, 'spent', i)
     from generate_series(1, 12) i`,
  );
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const gold = { trait: 'plan', op: 'equals', value: 'gold' };
const spent = (value: number): object => ({ trait: 'spent', op: 'at_least', value });

it('counts every line alone and what is left after it, and what is known of whom it finds', async () => {
  const rule = { all: [gold, { any: [spent(9), { not: spent(3) }] }, { not: spent(12) }] };
  const found = await breakDown(muster, databaseId, parseRule(rule), {
    overlapWith: [],
    precision: 'quick',
  });
  expect(found).toEqual({
    count: 2,
    error: 0,
    people: 12,
    lines: [
      { line: 'all of', count: 2, left: null },
      { line: '├─ plan is "gold"', count: 6, left: 6 },
      { line: '├─ any of', count: 6, left: 3 },
      { line: '│  ├─ spent is at least 9', count: 4, left: null },
      { line: '│  └─ not', count: 2, left: null },
      { line: '│     └─ spent is at least 3', count: 10, left: null },
      { line: '└─ not', count: 11, left: 2 },
      { line: '   └─ spent is at least 12', count: 1, left: null },
    ],
    // These are 2, who was never heard, and 10, who said no.
    consent: { yes: 0, no: 1, unknown: 1 },
    coverage: { enough: 1, externalIdOnly: 0, nothing: 1, fields: { email: 1 } },
    overlap: [],
  });
});

it('counts what it shares with audiences, and limits as a whole', async () => {
  await createAudience(store, {
    ...{ databaseId, integrationId: null, name: 'gold', rule: gold },
    ...{ ruleVersion: ruleVersion(parseRule(gold)), customerFileSource: 'USER_PROVIDED_ONLY' },
  });
  await evaluateAudience(store, await findAudience(store, 'gold'));
  const limit = { count: 3, by: { trait: 'spent' } };
  const rule = parseRule({ include: spent(1), exclude: spent(12), limit });
  const found = await breakDown(muster, databaseId, rule, {
    overlapWith: ['gold'],
    precision: 'exact',
  });
  expect(found.lines.map(({ count }) => count)).toEqual([3, 12, 1]);
  // 4 and 10 said no. So the highest three are 11, 9 and 8, and gold are 2, 6, 8 and 12.
  expect(found.overlap).toEqual([{ audience: 'gold', members: 4, both: 1 }]);
  await expect(
    breakDown(muster, databaseId, rule, { overlapWith: ['nobody'], precision: 'exact' }),
  ).rejects.toMatchObject({
    code: 'AUDIENCE_UNKNOWN',
  });
});

it('shows some people by the shapes of their values', async () => {
  expect(await samplePeople(store, databaseId, parseRule(spent(9)), 2)).toEqual([
    { externalId: 'A-9', identifiers: { email: 'Aaa.Aaaaa@Aaaaaaa.aaa' } },
    { externalId: 'A-99', identifiers: {} },
  ]);
});
