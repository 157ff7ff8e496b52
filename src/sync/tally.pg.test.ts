import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { breakDown, countRule, samplePeople } from './breakdown.ts';
import { estimate } from './tally.ts';

const databaseId = 1;
const people = 100_800;
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

/** A clock that says that everything takes so long. */
const taking = (stepMs: number) => {
  let nowMs = 0;
  return { store, clock: () => (nowMs += stepMs) };
};

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  await store.query(`insert into trait (database_id, name, type) values (1, 'plan', 'text')`);
  // In the order of their coming every eighth is gold: a sample must not follow that order.
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, bucket_of(i), 'C' || i, 2, 0, pg_current_xact_id(), '{}', '{"email": "a@b.de"}',
       case when i % 8 = 0 then '{"plan": "gold"}'::jsonb else '{}' end
     from generate_series(1, ${people}) i`,
  );
}, 60_000);
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

it('counts everybody when there is time, or when it is asked to', async () => {
  const rule = parseRule(gold);
  const exact = { count: people / 8, error: 0 };
  expect(await countRule(taking(0.01), databaseId, rule, 'quick')).toEqual(exact);
  expect(await countRule(taking(1_000), databaseId, rule, 'exact')).toEqual(exact);
});

it('says how far off it may be when there is no time, and is right 19 times out of 20', async () => {
  const isRight: boolean[] = [];
  for (let seed = 0; seed < 20; seed++) {
    const percent = [1, 10, 50, 90][seed % 4];
    const rule = parseRule({ all: [{ sample: { percent, seed: `s${seed}` } }] });
    const { count, error } = await countRule(taking(40), databaseId, rule, 'quick');
    const { count: truth } = await countRule(taking(40), databaseId, rule, 'exact');
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(people / 2);
    isRight.push(Math.abs(count - truth) <= error);
  }
  // The same people every time, so the same number every time.
  expect(isRight.filter((right) => right).length).toBeGreaterThanOrEqual(18);
  const { count, error } = await countRule(taking(40), databaseId, parseRule(gold), 'quick');
  expect(Math.abs(count - people / 8)).toBeLessThanOrEqual(error);
});

it('takes a limit for what it is, without putting anybody in order', async () => {
  const limited = (limit: object) =>
    countRule(taking(40), databaseId, parseRule({ include: gold, limit }), 'quick');
  expect(await limited({ count: 100, by: { trait: 'plan' } })).toEqual({ count: 100, error: 0 });
  const tenth = await limited({ percent: 10 });
  expect(Math.abs(tenth.count - people / 80)).toBeLessThanOrEqual(tenth.error);
  // Inside of another condition it depends on everybody, so everybody is looked at.
  const inside = parseRule({ not: { include: gold, limit: { count: 100 } } });
  expect(await countRule(taking(40), databaseId, inside, 'quick')).toEqual({
    ...{ count: people - 100, error: 0 },
  });
});

it('breaks a rule down by the same sample', async () => {
  const rule = parseRule({ all: [gold, { not: { sample: { percent: 50, seed: 'a' } } }] });
  const wish = { overlapWith: [], precision: 'quick' } as const;
  const found = await breakDown(taking(40), databaseId, rule, wish);
  expect(found.people).toBe(people);
  expect(found.error).toBeGreaterThan(0);
  for (const [i, truth] of [people / 16, people / 8].entries()) {
    expect(Math.abs((found.lines[i]?.count ?? 0) - truth)).toBeLessThanOrEqual(found.error);
  }
  expect(found.coverage.enough).toBe(found.count);
  expect(await samplePeople(store, databaseId, rule, 10)).toHaveLength(10);
});

it('knows nothing of nobody, and everything of everybody', () => {
  expect(estimate(0, 0, 500)).toEqual({ count: 0, error: 500 });
  expect(estimate(7, 500, 500)).toEqual({ count: 7, error: 0 });
  // Nobody found in a thousand: by Wilson's interval up to 3.8 in a thousand may be there.
  expect(estimate(0, 1_000, 1_000_000)).toEqual({ count: 0, error: 3_825 });
  // Half of ten thousand: 0.98 %.
  expect(estimate(5_000, 10_000, 1_000_000)).toEqual({ count: 500_000, error: 9_750 });
});
