import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Governor } from '#meta/governor.ts';
import type { Usage } from '#meta/usage.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { sharedGovernors } from './shared-governor.ts';

const calm: Usage = {
  ...{ appPercent: null, callsPercent: null, scorePercent: null },
  ...{ regainMs: 0, resetMs: 0, tier: null, throttled: null },
};

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let nowMs = Date.parse('2026-11-22T10:00:00Z');
let statements = 0;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date(nowMs) });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

/** What another process would have: nothing in memory is shared. */
function process(scope: string): Governor {
  const counting: Store = {
    ...store,
    query: (text, params) => {
      statements += 1;
      return store.query(text, params);
    },
    tx: (work) => {
      statements += 5;
      return store.tx(work);
    },
  };
  return sharedGovernors(counting, {
    ...{ clock: { nowMs: () => nowMs }, random: () => 0, sharePercent: 75 },
  })(scope);
}

test('without pressure a call costs one statement, and what was used is still written down', async () => {
  const one = process('calm');
  await one.answered('act_1', { ...calm, callsPercent: 1 });
  statements = 0;
  for (let calls = 0; calls < 100; calls += 1) {
    expect(await one.ask('act_1')).toBe(0);
    await one.answered('act_1', { ...calm, callsPercent: 2 });
  }
  expect(statements).toBe(100);
  nowMs += 5_000;
  await one.answered('act_1', { ...calm, callsPercent: 60 });
  const [row] = await store.query<{ percent: number }>(
    `select (budget->'meters'->'calls'->>'percent')::float8 as percent from rate_budget
     where scope = 'calm' and ad_account = 'act_1'`,
  );
  expect(row).toEqual({ percent: 60 });
});

test('a throttle that one process met rests all of them, for the minutes that Meta named', async () => {
  const [one, other] = [process('rest'), process('rest')];
  expect(await other.ask('act_1')).toBe(0);
  await one.answered('act_1', { ...calm, regainMs: 240_000, throttled: 'account' });
  expect(await other.ask('act_1')).toBe(240_000);
  expect(await other.ask('act_2')).toBe(0);
  expect(await process('another app').ask('act_1')).toBe(0);
  nowMs += 239_999;
  expect(await other.ask('act_1')).toBe(1);
  nowMs += 1;
  expect(await other.ask('act_1')).toBe(0);
});

test('under pressure many processes take turns, and a killed one holds the others up for a while only', async () => {
  const all = Array.from({ length: 6 }, () => process('turns'));
  await process('turns').answered('act_1', { ...calm, callsPercent: 95 });
  nowMs += 10_000;
  const granted = await Promise.all(all.map((one) => one.ask('act_1')));
  expect(granted.filter((waitMs) => waitMs === 0)).toHaveLength(1);
  // Whoever has the turn is killed: it never answers.
  nowMs += 89_999;
  expect(await process('turns').ask('act_1')).toBe(1);
  nowMs += 1;
  const after = await Promise.all(all.map((one) => one.ask('act_1')));
  expect(after.filter((waitMs) => waitMs === 0)).toHaveLength(1);
});

test('after a rest one call tries, and all of them go on when it went well', async () => {
  const [one, other] = [process('probe'), process('probe')];
  await one.answered('act_1', { ...calm, throttled: 'account' });
  nowMs += 60_000;
  expect(await one.ask('act_1')).toBe(0);
  expect(await other.ask('act_1')).toBe(500);
  await one.answered('act_1', calm);
  expect(await other.ask('act_1')).toBe(0);
  expect(await one.ask('act_1')).toBe(0);
});

test('a throttle of the app rests every ad account of it', async () => {
  const one = process('app');
  await one.answered('act_1', { ...calm, throttled: 'app' });
  expect(await process('app').ask('act_2')).toBe(60_000);
  expect(await process('app').ask(null)).toBe(60_000);
});
