import { afterEach, beforeEach, expect, it } from 'vitest';
import { findAudience } from '#store/audiences.ts';
import { rejectedPeople } from '#store/rejected.ts';
import { planAudience } from '#sync/apply.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { explainPerson } from '#sync/why.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';
import { wireOrder } from './values.ts';

/** A value-based audience beside an ordinary one, of the same people (features.md M-16). */
let place: Place;

const gold = { trait: 'plan', op: 'equals', value: 'gold' };
const map = 'LOOKALIKE_VALUE=ltv';
const people = `id,email,ltv,plan
1,ann@x.org,12.5,gold
2,bob@x.org,0,gold
3,carl@x.org,,gold
4,dan@x.org,-3,gold
5,eve@x.org,80,silver
`;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('worth', gold, { valueBased: true });
  await place.createAudience('gold', gold);
  await place.receive(people, { map });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function synchronise(name: string): Promise<SyncReport> {
  return await syncAudience(place.muster, name, { wait: false, trigger: 'manual' }, () => {});
}

/** External id → what stands behind the fifteen keys, of every row that Meta holds. */
async function valuesOf({ metaAudienceId }: SyncReport): Promise<Record<string, string[]>> {
  const rows = (await place.heldRows(metaAudienceId)).map((row) => JSON.parse(row) as string[]);
  return Object.fromEntries(rows.map((cells) => [cells[0], cells.slice(wireOrder.length)]));
}

async function rejected(): Promise<string[]> {
  const audience = await findAudience(place.muster.store, 'worth');
  const lines: string[] = [];
  for await (const page of rejectedPeople(place.muster.store, audience, 2, 2)) {
    for (const { externalId, kind } of page) lines.push(`${externalId} ${kind}`);
  }
  return lines;
}

it('is made so at Meta, takes whoever has a value with it, and counts who is held back', async () => {
  const plan = await planAudience(place.muster, 'worth', () => {});
  expect(plan).toMatchObject({ adds: 2, heldBack: { noValue: 2, notEnoughIdentifiers: 0 } });
  const worth = await synchronise('worth');
  expect(worth).toMatchObject({ members: 4, added: 2, heldBack: { noValue: 2 } });
  expect(await valuesOf(worth)).toEqual({ '1': ['12.5'], '2': ['0'] });
  expect(await rejected()).toEqual(['3 noValue', '4 noValue', '4 badRequest']);
  const why = await explainPerson(place.muster, 'worth', '3');
  expect(why.conclusion).toContain('they have no lookalike value');
  expect(await synchronise('worth')).toMatchObject({ requestsUsed: 0, heldBack: { noValue: 2 } });
  // Everywhere else the value stays here.
  const ordinary = await synchronise('gold');
  expect(ordinary).toMatchObject({ added: 4, heldBack: { noValue: 0 } });
  expect(await valuesOf(ordinary)).toEqual({ '1': [], '2': [], '3': [], '4': [] });
});

it('follows a value that comes, changes and goes', async () => {
  await synchronise('worth');
  await place.receive('id,ltv\n1,13\n3,7\n', { map });
  const changed = await synchronise('worth');
  expect(changed).toMatchObject({ adds: 1, removes: 0, updates: 1, heldBack: { noValue: 1 } });
  expect(await valuesOf(changed)).toEqual({ '1': ['13'], '2': ['0'], '3': ['7'] });
  await place.receive('id,ltv\n2,\n', { map });
  const gone = await synchronise('worth');
  expect(gone).toMatchObject({ removed: 1, heldBack: { noValue: 2 } });
  expect(await valuesOf(gone)).toEqual({ '1': ['13'], '3': ['7'] });
});
