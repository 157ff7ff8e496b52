import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { changeSchedule } from '#jobs/control.ts';
import { findAudience } from '#store/audiences.ts';
import { findIntegration } from '#store/connections.ts';
import { removeIntegration } from '#store/integration-removal.ts';
import { activateAudience } from '#sync/activate.ts';
import { deactivateAudience, removeAndDeactivate } from '#sync/deactivate.ts';
import { duplicateAudience } from '#sync/duplicate-audience.ts';
import { editAudience } from '#sync/edit-audience.ts';
import { renameEverywhere } from '#sync/rename.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** Changing an audience after it was made: seen first, and never over somebody else's change. */
let place: Place;

const gold = { trait: 'plan', op: 'equals', value: 'gold' };
const silver = parseRule({ trait: 'plan', op: 'equals', value: 'silver' });

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', gold);
  await place.receive('id,email,plan\n1,a@x.org,gold\n2,b@x.org,gold\n3,c@x.org,silver\n');
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function sync() {
  return await syncAudience(place.muster, 'gold', { wait: true, trigger: 'manual' }, () => {});
}

async function audience() {
  return await findAudience(place.muster.store, 'gold');
}

it('says what a rule would change and changes nothing, then does it with the version', async () => {
  await sync();
  const { version, synchronizedAt } = await audience();
  const look = await editAudience(place.muster, 'gold', { rule: silver }, null);
  const members = { before: 2, after: 1, joined: 1, left: 2 };
  expect(look).toMatchObject({ version, members, done: false, changes: [{ field: 'rule' }] });
  expect(await audience()).toMatchObject({ version, rule: gold, memberCount: 2, synchronizedAt });
  const done = await editAudience(place.muster, 'gold', { rule: silver }, version);
  expect(done).toMatchObject({ version: version + 1, members, done: true });
  expect(await sync()).toMatchObject({ added: 1, removed: 2 });
});

it('refuses whoever has not seen the last change, whatever changed', async () => {
  const { version } = await audience();
  await editAudience(place.muster, 'gold', { description: 'Who pays' }, version);
  const late = editAudience(place.muster, 'gold', { folder: 'Customers' }, version);
  await expect(late).rejects.toMatchObject({ code: 'AUDIENCE_CHANGED' });
  expect(await audience()).toMatchObject({ description: 'Who pays', folder: null });
  const seen = (await audience()).version;
  await changeSchedule(place.muster, 'gold', { schedule: { kind: 'by hand' } });
  const scheduled = editAudience(place.muster, 'gold', { folder: 'Customers' }, seen);
  await expect(scheduled).rejects.toMatchObject({ code: 'AUDIENCE_CHANGED' });
  await renameEverywhere(place.muster, 'gold', { newName: 'silver', atMeta: false });
  await renameEverywhere(place.muster, 'silver', { newName: 'gold', atMeta: false });
  expect((await audience()).version).toBe(seen + 3);
});

it('lets one of many who edit at once through', async () => {
  const { version } = await audience();
  const folders = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const ends = await Promise.allSettled(
    folders.map((folder) => editAudience(place.muster, 'gold', { folder }, version)),
  );
  const winners = folders.filter((_, i) => ends[i]?.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  expect(await audience()).toMatchObject({ folder: winners[0], version: version + 1 });
});

it('is not moved by what runs write down', async () => {
  const { version } = await audience();
  await sync();
  await place.receive('id,email,plan\n4,d@x.org,gold\n');
  await sync();
  expect((await audience()).version).toBe(version);
});

it('tells Meta the new words and keeps the mark; what Meta refuses is taken back', async () => {
  const { metaAudienceId } = await activateAudience(place.muster, 'gold');
  const describe = async (description: string) =>
    await editAudience(place.muster, 'gold', { description }, (await audience()).version);
  await describe('Who pays');
  const client = await place.muster.openClient(1);
  const where = { account: client.adAccount, audienceId: metaAudienceId };
  const there = async () => {
    const answer = await client.meta.readAudience(where);
    return answer.outcome === 'clean' ? answer.body.description : null;
  };
  expect(await there()).toMatch(/^Who pays · Kept by Muster \([\w-]+\)$/);
  const fault = { name: 'graphError', code: 100, on: 'audience.update' };
  const armed = await place.sandbox.fetch(
    new Request('http://sandbox.invalid/_sandbox/faults', {
      method: 'POST',
      body: JSON.stringify(fault),
    }),
  );
  expect(armed.ok).toBe(true);
  await expect(describe('Others')).rejects.toThrow(/Meta/);
  expect(await audience()).toMatchObject({ description: 'Who pays' });
  await describe('');
  expect(await there()).toMatch(/^Kept by Muster/);
});

it('changes its ad account only before it was ever at Meta', async () => {
  const { version } = await audience();
  const other = place.sandbox.adAccounts[1]?.id ?? '';
  const moved = await editAudience(place.muster, 'gold', { adAccount: other }, version);
  expect(moved).toMatchObject({ done: true });
  await activateAudience(place.muster, 'gold');
  const back = editAudience(place.muster, 'gold', { adAccount: null }, moved.version);
  await expect(back).rejects.toMatchObject({ code: 'AUDIENCE_ACCOUNT_FIXED' });
});

it('has copies that are linked to nothing, and take everything that people said along', async () => {
  await sync();
  const words = { description: 'Who pays', folder: 'Customers', labels: ['vip'] };
  await editAudience(place.muster, 'gold', words, (await audience()).version);
  await changeSchedule(place.muster, 'gold', { schedule: { kind: 'by hand' } });
  expect(await duplicateAudience(place.muster, 'gold', null)).toBe('gold (copy)');
  expect(await duplicateAudience(place.muster, 'gold', null)).toBe('gold (copy 2)');
  const copy = await findAudience(place.muster.store, 'gold (copy)');
  expect(copy).toMatchObject({ ...words, rule: gold, state: 'never', activatedAt: null });
  const report = await syncAudience(
    place.muster,
    'gold (copy)',
    { wait: true, trigger: 'manual' },
    () => {},
  );
  expect(report).toMatchObject({ added: 2 });
  const taken = duplicateAudience(place.muster, 'gold', 'gold (copy)');
  await expect(taken).rejects.toMatchObject({ code: 'AUDIENCE_EXISTS' });
});

it('keeps its integration as long as somebody could not leave without it', async () => {
  const { store } = place.muster;
  const remove = async () => {
    const integration = await findIntegration(store, 'sandbox');
    return await store.tx((tx) => removeIntegration(tx, integration));
  };
  await sync();
  await expect(remove()).rejects.toMatchObject({ code: 'INTEGRATION_NEEDED' });
  await deactivateAudience(place.muster, 'gold');
  await expect(remove()).rejects.toThrow(/“gold”/);
  await activateAudience(place.muster, 'gold');
  await removeAndDeactivate(place.muster, 'gold', true, () => {});
  expect(await remove()).toBe(true);
  expect(await store.query('select from connection')).toEqual([]);
  expect(await audience()).toMatchObject({ state: 'deactivated', integrationId: null });
});
