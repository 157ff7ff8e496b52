import { afterEach, beforeEach, expect, it } from 'vitest';
import { foundDrifts } from '#store/drift.ts';
import { checkDrifts } from '#sync/drift.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** The daily comparison of everybody with everything told (docs/delivery.md §6). */
let place: Place;
const dayMs = 86_400_000;
const people = 'id,email,plan\n1,a@x.org,gold\n2,b@x.org,gold\n3,c@x.org,gold\n';

beforeEach(async () => {
  place = await openPlace(new Chance(4));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await place.receive(people);
  await synchronise();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function synchronise() {
  return await syncAudience(place.muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
}

async function nextDay(): Promise<number> {
  place.clock.nowMs += dayMs + 1;
  return await checkDrifts(place.muster);
}

it('finds nobody, whatever changed in the ordinary way and is not sent yet', async () => {
  expect(await nextDay()).toBe(0);
  await place.receive('id,email,plan\n1,,free\n2,new@x.org,gold\n4,d@x.org,gold\n');
  expect(await nextDay()).toBe(0);
  await place.receive('id,email,plan,opt_in\n2,new@x.org,gold,no\n', { mirror: true });
  expect(await nextDay()).toBe(0);
  await synchronise();
  expect(await nextDay()).toBe(0);
  expect(await foundDrifts(place.muster.store)).toEqual([]);
});

it('finds what nobody noted, says so until it is put right, and puts it right', async () => {
  const { store } = place.muster;
  await store.query(
    `delete from ledger l using match_row mr join profile p on p.id = mr.profile_id
     where l.match_row_id = mr.id and p.external_id = '2'`,
  );
  await store.query(`delete from member m using profile p
    where p.id = m.profile_id and p.external_id = '3'`);
  expect(await checkDrifts(place.muster), 'not before a day has gone').toBe(0);
  expect(await nextDay()).toBe(2);
  expect(await foundDrifts(store)).toMatchObject([{ audience: 'gold', people: 2 }]);
  // The second comparison of the day after knows of them.
  expect(await synchronise()).toMatchObject({ added: 1, removed: 1 });
  expect(await nextDay()).toBe(0);
  expect(await foundDrifts(store)).toEqual([]);
});
