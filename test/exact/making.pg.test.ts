import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { findAudience, type OwnWords } from '#store/audiences.ts';
import { findIntegration } from '#store/connections.ts';
import { activateAudience } from '#sync/activate.ts';
import { setConsent } from '#sync/consent.ts';
import { makeAudience } from '#sync/create-audience.ts';
import { deactivateAudience } from '#sync/deactivate.ts';
import { renameEverywhere } from '#sync/rename.ts';
import { syncAudience } from '#sync/sync.ts';
import { byRule, type WayOfFilling } from '#sync/ways.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** What an audience is called, here and at Meta, and which ad account it goes to. */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const gold = byRule(parseRule({ trait: 'plan', op: 'equals', value: 'gold' }));

async function make(
  name: string,
  own: Partial<OwnWords> & { filling?: WayOfFilling; link?: string } = {},
) {
  const { filling = gold, link = null, ...words } = own;
  const [first] = await place.muster.store.query<{ name: string }>('select name from integration');
  const integration = await findIntegration(
    place.muster.store,
    must(first, 'one is connected').name,
  );
  return await makeAudience(place.muster, {
    ...{ name, filling, integration, link, valueBased: false },
    customerFileSource: 'USER_PROVIDED_ONLY',
    ...words,
  });
}

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const request = new Request(`http://sandbox.invalid${path}`, {
    method,
    headers: { authorization: `Bearer ${place.sandbox.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await place.sandbox.fetch(request);
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

async function atMeta(id: string): Promise<Record<string, unknown>> {
  return await ask('GET', `/v26.0/${id}?fields=name,description,opt_out_link,account_id`);
}

it('tells Meta what it is for and where people say no', async () => {
  await make('gold', { description: 'Who pays', optOutLink: 'https://shop.example/no' });
  const { metaAudienceId } = await activateAudience(place.muster, 'gold');
  expect(await atMeta(metaAudienceId)).toMatchObject({
    name: 'gold',
    description: expect.stringMatching(/^Who pays · Kept by Muster \(/) as string,
    opt_out_link: 'https://shop.example/no',
  });
});

it('is made without the address where Meta will not take it', async () => {
  await make('gold', { optOutLink: 'https://shop.example/no' });
  await ask('POST', '/_sandbox/faults', {
    ...{ name: 'graphError', code: 100, on: 'audiences.create' },
  });
  const { metaAudienceId } = await activateAudience(place.muster, 'gold');
  expect(await atMeta(metaAudienceId)).not.toHaveProperty('opt_out_link');
  const [{ refused } = { refused: false }] = await place.muster.store.query<{ refused: boolean }>(
    'select opt_out_refused as refused from audience',
  );
  expect(refused).toBe(true);
});

it('is called CA_ and its name as connectors call it, and more only where that is taken', async () => {
  await make('Lapsed', { connector: true });
  const ids = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  expect(await atMeta(must(ids[0], 'made at once').id)).toMatchObject({ name: 'CA_Lapsed' });
  await deactivateAudience(place.muster, 'Lapsed');
  await renameEverywhere(place.muster, 'Lapsed', { newName: 'Lapsed before', atMeta: false });
  await make('Lapsed', { connector: true });
  const [second] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link where ended_at is null',
  );
  const { name } = await atMeta(must(second, 'made at once').id);
  expect(name).toMatch(/^CA_Lapsed - [0-9A-F]{8}$/);
});

it('goes to another ad account of the same login, and who says no leaves that one too', async () => {
  const other = must(place.sandbox.adAccounts[1], 'a second ad account').id;
  await make('gold', { adAccount: other });
  await place.receive('id,email,plan\n1,ann@x.org,gold\n2,bob@x.org,gold\n');
  const report = await syncAudience(
    place.muster,
    'gold',
    { wait: false, trigger: 'manual' },
    () => {},
  );
  expect(report).toMatchObject({ state: 'succeeded', added: 2 });
  const id = must(report.metaAudienceId, 'linked');
  expect(await atMeta(id)).toMatchObject({ account_id: other.replace('act_', '') });
  place.clock.nowMs += 60_000;
  await setConsent(place.muster, { database: 'main', externalId: '1', consent: 'no' });
  expect((await place.heldRows(id)).map((row) => (JSON.parse(row) as string[])[0])).toEqual(['2']);
  await expect(make('far', { adAccount: 'act_999' })).rejects.toThrow(/Meta/);
});

it('has no name that makes a key which another one was filled by', async () => {
  const key = { trait: 'order_completed', op: 'equals', value: true };
  const byEvents: WayOfFilling = {
    ...byRule(parseRule(key)),
    way: 'events',
    eventKey: 'order_completed',
  };
  await make('Order Completed', { filling: byEvents });
  await renameEverywhere(place.muster, 'Order Completed', { newName: 'Buyers', atMeta: false });
  await deactivateAudience(place.muster, 'Buyers');
  await expect(make('order completed')).rejects.toMatchObject({ code: 'AUDIENCE_KEY_TAKEN' });
  await make('other');
  const wish = { newName: 'Order-completed', atMeta: false };
  await expect(renameEverywhere(place.muster, 'other', wish)).rejects.toMatchObject({
    code: 'AUDIENCE_KEY_TAKEN',
  });
  // Its own key is no hindrance.
  await renameEverywhere(place.muster, 'Buyers', { newName: 'Order Completed', atMeta: false });
  expect(await findAudience(place.muster.store, 'Order Completed')).toMatchObject({ version: 3 });
});

it('is linked to one Meta audience, whoever is faster', async () => {
  const made = await ask('POST', `/v26.0/${place.sandbox.adAccounts[0]?.id}/customaudiences`, {
    ...{ name: 'By hand', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
  });
  const link = String(made['id']);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const ends = await Promise.allSettled(names.map((name) => make(name, { link })));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const end of ends) {
    if (end.status === 'rejected')
      expect(end.reason).toMatchObject({ code: 'META_AUDIENCE_LINKED' });
  }
  const links = await place.muster.store.query(
    'select from link where meta_audience_id = $1 and ended_at is null',
    [link],
  );
  expect(links).toHaveLength(1);
});
