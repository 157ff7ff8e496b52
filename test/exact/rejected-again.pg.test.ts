import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place, startMs } from './place.ts';

/** A row that Meta refused is tried again when there is a reason to (docs/delivery.md §4). */
let place: Place;
const dayMs = 86_400_000;
const people = 'id,email,phone,plan\n1,a@x.org,,gold\nbad,b@x.org,0151 23456789,gold\n';

beforeEach(async () => {
  place = await openPlace(new Chance(5));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  place.sandbox.faults.arm({ name: 'invalidRows', valuePrefix: 'bad', times: null });
  await place.receive(people);
  expect(await synchronise()).toMatchObject({ state: 'partial', accepted: 1, rejected: 1 });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function synchronise(): Promise<SyncReport> {
  return await syncAudience(place.muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
}

it('is not sent again for two weeks, however often it runs, and then once', async () => {
  for (let i = 0; i < 7; i++) expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
  place.clock.nowMs = startMs + 13 * dayMs;
  expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
  place.clock.nowMs = startMs + 15 * dayMs;
  expect(await synchronise()).toMatchObject({ state: 'partial', rejected: 1, requestsUsed: 1 });
  expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
});

it('is sent and taken when Meta takes it by then', async () => {
  place.sandbox.faults.clear();
  place.clock.nowMs = startMs + 15 * dayMs;
  const report = await synchronise();
  expect(report).toMatchObject({ state: 'succeeded', accepted: 1, rejected: 0, requestsUsed: 1 });
  expect(await place.heldRows(report.metaAudienceId)).toHaveLength(2);
});

it('is left alone when its person has left', async () => {
  await place.receive('id,plan\nbad,free\n');
  place.clock.nowMs = startMs + 15 * dayMs;
  expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
});

it('leaves with its person when it was at Meta before it was refused', async () => {
  place.sandbox.faults.clear();
  place.clock.nowMs = startMs + 15 * dayMs;
  const { metaAudienceId } = await synchronise();
  expect(await place.heldRows(metaAudienceId)).toHaveLength(2);
  // Saying it again is refused; that takes nobody out.
  place.sandbox.faults.arm({ name: 'invalidRows', valuePrefix: 'bad', times: null });
  for (const day of [46, 61]) {
    place.clock.nowMs = startMs + day * dayMs;
    expect(await synchronise()).toMatchObject({ rejected: 1 });
  }
  place.sandbox.faults.clear();
  await place.receive('id,plan\nbad,free\n');
  place.clock.nowMs += dayMs;
  expect(await synchronise()).toMatchObject({ state: 'succeeded' });
  expect(await place.heldRows(metaAudienceId)).toHaveLength(1);
  expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
});

it('leaves what Meta has of its person there, and nothing is to be done until it is tried again', async () => {
  place.sandbox.faults.clear();
  place.clock.nowMs = startMs + 15 * dayMs;
  const { metaAudienceId } = await synchronise();
  const before = await place.heldRows(metaAudienceId);
  place.sandbox.faults.arm({ name: 'invalidRows', valuePrefix: 'bad', times: null });
  await place.receive('id,surname\nbad,Lee\n');
  expect(await synchronise()).toMatchObject({ state: 'partial', rejected: 1, updates: 1 });
  // Its earlier name is there: no removal may take its values, and no addition takes its place.
  expect(await synchronise()).toMatchObject({ state: 'succeeded', updates: 0, requestsUsed: 0 });
  expect(await place.heldRows(metaAudienceId)).toEqual(before);
  place.sandbox.faults.clear();
  place.clock.nowMs += 15 * dayMs;
  expect(await synchronise()).toMatchObject({ state: 'succeeded', rejected: 0 });
  expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
  expect(await place.heldRows(metaAudienceId)).not.toEqual(before);
  expect(await place.heldRows(metaAudienceId)).toHaveLength(2);
});
