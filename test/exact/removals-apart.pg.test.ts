import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** Removals that fail do not keep additions from going (features.md S-08). */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(8));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await place.receive('id,email,plan\n1,ana@x.org,gold\n2,bo@x.org,gold\n3,cy@x.org,gold\n');
  await sync();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const sync = async () => {
  place.clock.nowMs += 3_600_000;
  return await syncAudience(place.muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
};

async function idsHeld(): Promise<string[]> {
  const [link] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  const rows = await place.heldRows(link?.id ?? null);
  return rows.map((row) => (JSON.parse(row) as string[])[0] ?? '').toSorted();
}

it.each([
  { fault: 'transient', state: 'waiting' },
  { fault: 'resetBefore', state: 'waiting' },
  { fault: 'malformed', state: 'failed' },
] as const)('$fault: the additions of the run go', async ({ fault, state }) => {
  await place.receive('id,email,plan\n1,ana@x.org,silver\n4,di@x.org,gold\n');
  place.sandbox.faults.arm({ name: fault, on: 'users.remove', times: null });
  expect(await sync()).toMatchObject({ state, added: 1, removed: 0 });
  expect(await idsHeld()).toEqual(['1', '2', '3', '4']);
  place.sandbox.faults.clear();
  expect(await sync()).toMatchObject({ state: 'succeeded' });
  expect(await idsHeld()).toEqual(['2', '3', '4']);
});

it('throttled removals stop the additions, which the same limit would stop', async () => {
  await place.receive('id,email,plan\n1,ana@x.org,silver\n4,di@x.org,gold\n');
  place.sandbox.faults.arm({ name: 'throttle', on: 'users.remove', times: null });
  expect(await sync()).toMatchObject({ state: 'waiting', added: 0, removed: 0 });
});
