import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCall } from '#ingest/read-call.ts';
import { writeInbox } from '#store/inbox.ts';
import { EventReceiver } from '#sync/receive-events.ts';
import { setConsent } from '#sync/consent.ts';
import { editByHand, nobody } from '#sync/by-hand.ts';
import { findEither, showWalks, switchScenario } from '#sync/scenarios.ts';
import { startByLooking, startByName } from '#sync/scenario-starts.ts';
import { goOn } from '#sync/walks.ts';
import { byAutomation, byHand, fillAnotherWay } from '#sync/ways.ts';
import { csv, isGold, openWaysDesk, type WaysDesk } from './_desk.ts';

let desk: WaysDesk;
let messages = 0;
beforeEach(async () => {
  desk = await openWaysDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const make = (name: string, automation: object) => desk.make(name, byAutomation(automation));

/** Calls as they come in, a second after those before, worked off at once. */
async function calls(...raw: object[]): Promise<void> {
  const { muster, clock } = desk.place;
  clock.nowMs += 1_000;
  const newMessageId = () => `m${++messages}`;
  const read = raw.map((one) =>
    readCall(
      { timestamp: desk.place.now().toISOString(), ...one },
      { type: null, sentAt: undefined, hasGpc: false, newMessageId },
    ),
  );
  const row = { databaseId: 1, callCount: read.length, calls: JSON.stringify(read) };
  await muster.store.tx((tx) => writeInbox(tx, [row], []));
  await new EventReceiver(muster).receiveWaiting(1, { wait: true });
}

const identify = (userId: string, traits: object) => ({ type: 'identify', userId, traits });
const track = (userId: string, event: string, properties: object = {}) => ({
  ...{ type: 'track', userId, event, properties },
});
const page = (userId: string, properties: object) => ({ type: 'page', userId, properties });

it('fires each of the nine presets at once, in both directions (P-05, S-10)', async () => {
  const fired: Readonly<Record<string, readonly [object, object]>> = {
    added: [{}, identify('new', { email: 'new@example.com' })],
    tagged: [{ tags: ['vip'] }, identify('C', { tags: ['VIP'] })],
    page_visited: [{ url: '/sale' }, page('C', { url: 'https://shop.example/sale' })],
    email_opened: [{ message: 'May' }, track('C', 'Email Opened', { campaign_name: 'May' })],
    email_link_clicked: [{}, track('C', 'Email Link Clicked', { link_url: 'https://a.example' })],
    score_reached: [{ value: 10 }, identify('C', { score: 12 })],
    funnel_stage: [{ stage: 'offer' }, identify('C', { funnel_stage: 'offer' })],
    external_event: [{ event: 'PURCHASE' }, track('C', 'PURCHASE', { value: 5 })],
    consent_changed: [{ state: 'sms_subscribed' }, identify('C', { sms_consent: true })],
  };
  for (const [preset, [params]] of Object.entries(fired)) {
    await make(preset, { preset, with: params, do: 'add' });
  }
  for (const [preset, [, call]] of Object.entries(fired)) {
    expect(await desk.members(preset)).toEqual([]);
    await calls(call);
    expect(await desk.members(preset)).toEqual([preset === 'added' ? 'new' : 'C']);
  }
  await make('not gold', { preset: 'tagged', with: { tags: 'gold' }, do: 'remove' });
  await keepAsMembers('not gold', ['C', 'D']);
  await calls(identify('C', { tags: ['vip', 'gold'] }));
  expect(await desk.members('not gold')).toEqual(['D']);
});

/** Fills it by hand and hands it over to what fills it now. */
async function keepAsMembers(name: string, ids: readonly string[]): Promise<void> {
  const { muster } = desk.place;
  const { definition } = await findEither(muster.store, { kind: 'automation', name });
  await fillAnotherWay(muster, name, byHand, { members: 'drop', dryRun: false });
  await editByHand(muster, name, { include: { ...nobody, ids }, exclude: nobody });
  const how = { members: 'keep', dryRun: false } as const;
  await fillAnotherWay(muster, name, byAutomation(definition), how);
}

it('fires for one tag set by hand and for none of an import (P-08)', async () => {
  await make('tagged', { preset: 'tagged', with: { tags: ['vip'] }, do: 'add' });
  const lines = ['A', 'C', 'D', 'E'].map((id) => `${id},${id}@example.com,gold,yes,vip`);
  await desk.place.receive(`id,email,plan,marketing_consent,tags\n${lines.join('\n')}\n`);
  await desk.refresh();
  expect(await desk.members('tagged')).toEqual([]);
  await calls(identify('C', { tags: 'other' }), identify('D', { tags: ['other', 'vip'] }));
  expect(await desk.members('tagged')).toEqual([]);
  await calls(identify('C', { tags: ['other', 'vip'] }));
  expect(await desk.members('tagged')).toEqual(['C']);
});

it('waits, asks and takes either side (P-06)', async () => {
  await make('buyers', {
    ...{ on: [{ on: 'external_event', event: 'Order' }, { on: 'note_added' }] },
    ...{ after: { hours: 2 }, if: { not: isGold }, do: 'add', else: 'remove' },
  });
  await calls(track('A', 'Order'), track('C', 'Note Added'), track('C', 'Other'));
  const { muster } = desk.place;
  expect(await goOn(muster)).toBe(false);
  desk.later(2);
  while (await goOn(muster));
  expect(await desk.members('buyers')).toEqual(['C']);
  expect(await showWalks(muster, { kind: 'automation', name: 'buyers' }, 'A')).toMatchObject([
    { steps: [{ outcome: 'waits' }, { outcome: 'no' }, { outcome: 'was not in it' }], next: null },
  ]);
});

it('keeps to the limit and the interval, and is off when it is off (P-07)', async () => {
  const on = [{ on: 'external_event', event: 'Order' }];
  await make('twice', { on, do: 'add', again: { atMost: 2 } });
  await make('daily', { on, do: 'add', again: { interval: { days: 1 } } });
  const { muster } = desk.place;
  const started = async (name: string) =>
    (await showWalks(muster, { kind: 'automation', name }, 'C')).length;
  await calls(track('C', 'Order'), track('C', 'Order'), track('C', 'Order'));
  expect([await started('twice'), await started('daily')]).toEqual([2, 1]);
  desk.later(24);
  await calls(track('C', 'Order'));
  expect([await started('twice'), await started('daily')]).toEqual([2, 2]);
  await switchScenario(muster, { kind: 'automation', name: 'daily' }, 'stopped');
  desk.later(24);
  await calls(track('C', 'Order'), track('D', 'Order'));
  expect([await started('daily'), await desk.members('daily')]).toEqual([2, ['C']]);
});

it('can be run by hand, with its condition or without (P-07)', async () => {
  await make('gold only', { on: [{ on: 'note_added' }], if: isGold, do: 'add' });
  const { muster } = desk.place;
  const run = (ids: readonly string[], cause: string, unasked: boolean) =>
    startByName(muster, (tx) => findEither(tx, { kind: 'automation', name: 'gold only' }), {
      people: { ids, emails: [] },
      rule: null,
      cause,
      unasked,
    });
  expect(await run(['A', 'C', 'nobody'], 'first', false)).toMatchObject({
    ...{ started: 2, held: 0, unknown: { count: 1, ids: ['nobody'] } },
  });
  expect(await desk.members('gold only')).toEqual(['A']);
  expect(await run(['A', 'C'], 'first', true)).toMatchObject({ started: 0, held: 2 });
  expect(await run(['C', 'B'], 'second', true)).toMatchObject({ started: 2 });
  expect(await desk.members('gold only')).toEqual(['A', 'C']);
});

it('goes along with somebody who turns out to be another', async () => {
  await make('seen', { preset: 'page_visited', with: { url: '/' }, do: 'add' });
  const url = 'https://shop.example/';
  await calls({ type: 'page', anonymousId: 'anon', properties: { url } });
  await calls({ ...identify('C', { plan: 'gold' }), anonymousId: 'anon' });
  await desk.refresh();
  expect(await desk.members('seen')).toEqual(['C']);
});

it('starts somebody once for a date that comes near', async () => {
  await make('renew', { on: [{ on: 'date_near', name: 'ends', days: 30 }], do: 'add' });
  await desk.place.receive(
    'id,email,plan,marketing_consent,ends\nC,c@example.com,free,yes,2026-12-02\nD,d@example.com,free,yes,2027-12-02\n',
  );
  const { muster } = desk.place;
  const names = async () =>
    (await showWalks(muster, { kind: 'automation', name: 'renew' }, null)).map(
      ({ cause }) => cause,
    );
  await startByLooking(muster);
  expect(await names()).toEqual([]);
  for (let day = 0; day < 4; day++) {
    desk.later(24);
    expect(await startByLooking(muster)).toBe(true);
    expect(await startByLooking(muster)).toBe(false);
  }
  expect([await names(), await desk.members('renew')]).toEqual([['ends 2026-12-02'], ['C']]);
});

it('takes in nothing that it cannot do, and holds up no call', async () => {
  await make('asks', { on: [{ on: 'note_added' }], if: { member_of: 'asks' }, do: 'add' });
  const { store } = desk.place.muster;
  await store.query(`update audience set name = 'other' where name = 'asks'`);
  await calls(track('C', 'Note Added'), identify('C', { plan: 'gold' }));
  expect(await store.query(`select 1 from profile where traits->>'plan' = 'gold'`)).toHaveLength(3);
  await expect(goOn(desk.place.muster)).rejects.toMatchObject({ code: 'RULE_AUDIENCE_UNKNOWN' });
  expect(await goOn(desk.place.muster)).toBe(false);
});

it('is the one way of its audience, also for whoever writes there (A-13)', async () => {
  await make('one', { on: [{ on: 'note_added' }], do: 'add' });
  const { store } = desk.place.muster;
  await expect(
    store.query(`update audience set way = 'hand' where name = 'one'`),
  ).rejects.toMatchObject({ constraint: 'automation_of_audience' });
  await desk.make('list', byHand);
  await expect(
    store.query(
      `insert into scenario (database_id, audience_id, definition)
       select database_id, id, '{}' from audience where name = 'list'`,
    ),
  ).rejects.toMatchObject({ constraint: 'automation_of_audience' });
});

it('does not let a “no” in, and says so on the way of that person (G-01)', async () => {
  await make('tagged', { preset: 'tagged', with: { tags: ['vip'] }, do: 'add' });
  await desk.place.receive(csv('C,c@example.com,free,no'));
  await calls(identify('C', { tags: ['vip'] }));
  expect(await desk.members('tagged')).toEqual([]);
  const way = await showWalks(desk.place.muster, { kind: 'automation', name: 'tagged' }, 'C');
  expect(way).toMatchObject([{ steps: [{ outcome: 'not added: negative consent' }] }]);
});

it('fires for a yes or a no that somebody gave directly', async () => {
  await make('yes', { preset: 'consent_changed', with: { state: 'opted_in' }, do: 'add' });
  const { muster } = desk.place;
  const wish = { externalId: 'B', database: 'main', consent: 'yes' } as const;
  await setConsent(muster, wish);
  expect(await desk.members('yes')).toEqual(['B']);
  await setConsent(muster, wish);
  const ways = await showWalks(muster, { kind: 'automation', name: 'yes' }, 'B');
  expect(ways).toHaveLength(1);
});
