import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addComputedTrait,
  type ComputedTrait,
  computeValues,
  findComputedTrait,
} from '#store/computed-traits.ts';
import { findDatabase } from '#store/databases.ts';
import { writeInbox } from '#store/inbox.ts';
import { addTraits } from '#store/traits.ts';
import { dropComputedTrait, refreshComputedTraits } from '#sync/computed-traits.ts';
import { receiveBeforeRun } from '#sync/receive-events.ts';
import { refreshMembers } from '#sync/refresh.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

const DAY_MS = 86_400_000;
let place: Place;
let databaseId = 0;
let messages = 0;

beforeEach(async () => {
  place = await openPlace(new Chance(7));
  databaseId = (await findDatabase(place.muster.store, 'main')).id;
});
afterEach(() => place[Symbol.asyncDispose]());

/** Somebody orders something, so many days ago. */
async function order(userId: string, daysAgo: number, properties: object): Promise<void> {
  const call = {
    ...{ type: 'track', messageId: `m${++messages}`, userId, event: 'Order Completed', properties },
    ...{ timestamp: place.clock.nowMs - daysAgo * DAY_MS, sentAt: place.clock.nowMs },
  };
  const row = { databaseId, callCount: 1, calls: JSON.stringify([call]) };
  await place.muster.store.tx((tx) => writeInbox(tx, [row], []));
}

type Wish = Pick<ComputedTrait, 'name' | 'function'> &
  Partial<Pick<ComputedTrait, 'property' | 'days' | 'field'>>;

async function compute(wish: Wish): Promise<ComputedTrait> {
  const { store } = place.muster;
  return await store.tx(async (tx) => {
    const whole = { property: null, days: null, field: null, ...wish };
    const made = await addComputedTrait(tx, { databaseId, event: 'Order Completed', ...whole });
    await addTraits(tx, databaseId, [
      { name: wish.name, field: null, type: 'text', isList: false },
    ]);
    return made;
  });
}

const traitsOf = async (id: string) => {
  const [found] = await place.muster.store.query<{ traits: object }>(
    'select traits from profile where external_id = $1',
    [id],
  );
  return found?.traits;
};

it('is how many, a sum, an average, the first, the last and the most frequent', async () => {
  await order('1', 3, { total: 10.5, category: 'shoes' });
  await order('1', 2, { total: '4.5', category: 'hats' });
  await order('1', 1, { category: 'shoes', total: 'a lot' });
  await receiveBeforeRun(place.muster, databaseId);
  await compute({ name: 'orders', function: 'count' });
  await compute({ name: 'with_coupon', function: 'count', property: 'coupon' });
  await compute({ name: 'revenue', function: 'sum', property: 'total' });
  await compute({ name: 'basket', function: 'average', property: 'total' });
  await compute({ name: 'began_with', function: 'first', property: 'category' });
  await compute({ name: 'bought_last', function: 'last', property: 'category' });
  await compute({ name: 'favourite', function: 'most_frequent', property: 'category' });
  await refreshComputedTraits(place.muster, databaseId);
  expect(await traitsOf('1')).toEqual({
    ...{ orders: '3', revenue: '15', basket: '7.5' },
    ...{ began_with: 'shoes', bought_last: 'shoes', favourite: 'shoes' },
  });
  // In whatever order they come.
  await order('1', 9, { total: 100, category: 'bags' });
  await receiveBeforeRun(place.muster, databaseId);
  expect(await traitsOf('1')).toMatchObject({
    ...{ orders: '4', revenue: '115', began_with: 'bags', bought_last: 'shoes' },
  });
});

it('is asked for by rules like any other, and changes when time alone takes an event away', async () => {
  await order('1', 29, {});
  await order('1', 10, {});
  await order('2', 5, {});
  await place.receive('id,email\n1,ana@example.com\n2,bo@example.com\n');
  await compute({ name: 'orders_30d', function: 'count', days: 30 });
  await place.createAudience('loyal', { trait: 'orders_30d', op: 'at_least', value: 2 });
  const members = async () => {
    const report = await syncAudience(
      place.muster,
      'loyal',
      { wait: true, trigger: 'manual' },
      () => {},
    );
    return (await place.heldRows(report.metaAudienceId)).map(
      (row) => (JSON.parse(row) as string[])[0],
    );
  };
  expect(await members()).toEqual(['1']);
  place.clock.nowMs += 2 * DAY_MS;
  expect(await members()).toEqual([]);
  expect(await traitsOf('1')).toMatchObject({ orders_30d: '1' });
  place.clock.nowMs += 30 * DAY_MS;
  await refreshComputedTraits(place.muster, databaseId);
  expect(await traitsOf('2')).not.toHaveProperty('orders_30d');
});

it('feeds an identifier: the row that Meta is sent has it, and a new one when it changes', async () => {
  await place.receive('id,email\n1,ana@example.com\n');
  await order('1', 1, { total: 20 });
  await compute({ name: 'revenue', function: 'sum', property: 'total', field: 'lookalikeValue' });
  await receiveBeforeRun(place.muster, databaseId);
  const rows = async () =>
    await place.muster.store.query<{ value: string; cells: string; row: number }>(
      `select p.identifiers ->> 'lookalikeValue' as value, encode(m.cells, 'escape') as cells, m.id as row
       from profile p join match_row m on m.database_id = p.database_id and m.id = any(p.match_row_ids)`,
    );
  const [before] = await rows();
  expect(before).toMatchObject({ value: '20', cells: expect.stringContaining('20') });
  await order('1', 1, { total: 2 });
  await receiveBeforeRun(place.muster, databaseId);
  const [after] = await rows();
  expect(after).toMatchObject({ value: '22', cells: expect.stringContaining('22') });
  expect(after?.row).not.toBe(before?.row);
});

it('costs nothing when nothing happens, and is gone from everybody when it is removed', async () => {
  const { muster } = place;
  await order('1', 1, {});
  await compute({ name: 'orders', function: 'count' });
  await receiveBeforeRun(muster, databaseId);
  expect(await refreshComputedTraits(muster, databaseId)).toBe(0);
  const trait = await findComputedTrait(muster.store, databaseId, 'orders');
  await expect(compute({ name: 'orders', function: 'count' })).rejects.toMatchObject({
    code: 'TRAIT_EXISTS',
  });
  await dropComputedTrait(muster, trait);
  await refreshMembers(muster, { databaseId, atOnce: null });
  expect(await traitsOf('1')).toEqual({});
  await expect(findComputedTrait(muster.store, databaseId, 'orders')).rejects.toMatchObject({
    code: 'TRAIT_UNKNOWN',
  });
});

it('incremental is the same as all at once, over events at random', async () => {
  const chance = new Chance(11);
  const { muster } = place;
  const trait = await compute({ name: 'revenue', function: 'sum', property: 'total', days: 20 });
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 8; i++) {
      const person = String(1 + Math.floor(chance.next() * 5));
      await order(person, chance.next() * 30, { total: Math.floor(chance.next() * 50) });
    }
    place.clock.nowMs += chance.next() * 5 * DAY_MS;
    await receiveBeforeRun(muster, databaseId);
    const stored = await muster.store.query<{ id: number; value: string | null }>(
      `select id, traits ->> 'revenue' as value from profile order by id`,
    );
    const ids = stored.map(({ id }) => id);
    const fresh = await muster.store.tx((tx) => computeValues(tx, trait, ids));
    expect(stored).toEqual(
      fresh.map(({ id, value }) => ({ id, value })).toSorted((a, b) => a.id - b.id),
    );
  }
});
