import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { findAudience } from '#store/audiences.ts';
import { editByHand, nobody } from '#sync/by-hand.ts';
import { syncAudience } from '#sync/sync.ts';
import { applyRuleNow, byHand, byRule, fillAnotherWay, keepUpdated } from '#sync/ways.ts';
import { explainPerson } from '#sync/why.ts';
import { csv, isGold, openWaysDesk, type WaysDesk } from './_desk.ts';

let desk: WaysDesk;
beforeEach(async () => {
  desk = await openWaysDesk();
  await desk.make('list', byHand);
});
afterEach(() => desk[Symbol.asyncDispose]());

const ids = (...names: string[]) => ({ ...nobody, ids: names });
const put = (include = nobody, exclude = nobody, dryRun = false) =>
  editByHand(desk.place.muster, 'list', { include, exclude }, { dryRun });
const list = () => findAudience(desk.place.muster.store, 'list');

it('puts in and takes out in one save, and says both numbers (P-01, P-02, P-03)', async () => {
  expect(await put(ids('A', 'C', 'C'))).toMatchObject({ added: 2, removed: 0, members: 2 });
  const emails = { ...nobody, emails: [' D@Example.com', 'x@example.com', 'no address@'] };
  expect(await put({ ...emails, ids: ['E', 'C', 'nobody'] }, ids('A', 'E'))).toMatchObject({
    ...{ added: 1, removed: 1, unchanged: 2, refused: 0, members: 2 },
    unknown: { count: 3, ids: ['nobody'] },
  });
  expect(await desk.members('list')).toEqual(['C', 'D']);
});

it('counts before saving, and changes nothing by that', async () => {
  const before = await list();
  const look = await put({ ...nobody, rules: [parseRule(isGold)] }, nobody, true);
  expect(look).toMatchObject({ added: 1, refused: 1, members: 1, dryRun: true });
  expect(await list()).toEqual(before);
  expect(await put({ ...nobody, rules: [parseRule(isGold)] })).toEqual({ ...look, dryRun: false });
});

it('does not let a “no” in; the attempt is written down and no count moves (G-01, G-03)', async () => {
  await put(ids('A'));
  const before = await list();
  desk.later(1);
  expect(await put(ids('B'))).toMatchObject({ added: 0, refused: 1, members: 1 });
  expect(await list()).toEqual(before);
  const seen = async () => (await explainPerson(desk.place.muster, 'list', 'B')).blockedSince;
  expect(await seen()).toBe(desk.place.now().toISOString());
  desk.later(1);
  await put(ids('B'));
  expect(await seen()).toBe(desk.place.now().toISOString());
  expect(await list()).toEqual(before);
});

it('is a snapshot unless it is kept updated (P-04)', async () => {
  const gold = { ...nobody, rules: [parseRule(isGold)] };
  await put(gold);
  await desk.place.receive(csv('A,a@example.com,free,yes', 'C,c@example.com,gold,yes'));
  expect(await desk.members('list')).toEqual(['A']);
  const { muster } = desk.place;
  const edit = { include: gold, exclude: nobody };
  const look = await keepUpdated(muster, 'list', edit, { dryRun: true });
  expect(look).toMatchObject({ joined: 1, left: 1, members: 1 });
  expect(await desk.members('list')).toEqual(['A']);
  expect(await keepUpdated(muster, 'list', edit, { dryRun: false })).toMatchObject({ way: 'rule' });
  expect(await desk.members('list')).toEqual(['C']);
  await expect(put(ids('D'))).rejects.toMatchObject({ code: 'AUDIENCE_OTHER_WAY' });
});

it('goes to Meta with the next run, and leaves with it', async () => {
  await put(ids('A', 'C'));
  const { muster } = desk.place;
  const sync = () => syncAudience(muster, 'list', { wait: true, trigger: 'manual' }, () => {});
  const { metaAudienceId } = await sync();
  const held = async () =>
    (await desk.place.heldRows(metaAudienceId)).map((row) => (JSON.parse(row) as string[])[0]);
  expect(await held()).toEqual(['A', 'C']);
  await put(ids('D'), ids('A'));
  expect((await list()).synchronizedAt).toBeNull();
  expect(await sync()).toMatchObject({ added: 1, removed: 1 });
  expect(await held()).toEqual(['C', 'D']);
});

it('is not held by the guard, whoever is taken out by name (protocol.md §6)', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `N${i}`);
  await desk.place.receive(csv(...names.map((name) => `${name},${name}@example.com,free,yes`)));
  await put(ids(...names));
  const { muster } = desk.place;
  const sync = () => syncAudience(muster, 'list', { wait: true, trigger: 'manual' }, () => {});
  await sync();
  await put(nobody, ids(...names.slice(0, 25)));
  expect(await sync()).toMatchObject({ state: 'succeeded', removed: 25 });
});

it('holds back who says no later, and who is deleted is gone for good', async () => {
  await put(ids('A', 'C'));
  await desk.place.receive(csv('A,a@example.com,gold,no'));
  expect(await desk.members('list')).toEqual(['C']);
  await desk.place.receive(csv('A,a@example.com,gold,yes'));
  expect(await desk.members('list')).toEqual(['A', 'C']);
  await desk.place.receive(csv('C,c@example.com,free,yes'), { mirror: true });
  await desk.place.receive(csv('A,a@example.com,gold,yes'));
  expect(await desk.members('list')).toEqual(['C']);
});

it('has one way, and another only for who says what becomes of its members (A-13)', async () => {
  await put(ids('C'));
  const { muster } = desk.place;
  const gold = byRule(parseRule(isGold));
  const to = (members: 'keep' | 'drop' | undefined, filling = gold) =>
    fillAnotherWay(muster, 'list', filling, { members, dryRun: false });
  await expect(to(undefined)).rejects.toMatchObject({ code: 'AUDIENCE_WAY_MEMBERS' });
  expect(await to('keep')).toMatchObject({ way: 'rule', joined: 1, left: 1, members: 1 });
  expect(await to('keep', byHand)).toMatchObject({ way: 'hand', joined: 0, left: 0, members: 1 });
  expect(await desk.members('list')).toEqual(['A']);
  expect(await to('drop', byHand)).toMatchObject({ members: 0 });
});

it('holds the one way in the database, whoever writes there', async () => {
  const { store } = desk.place.muster;
  for (const change of [`rule = '{}'`, `event_key = 'k'`, `way = 'rule'`, `rule_mode = 'add'`]) {
    await expect(store.query(`update audience set ${change}`)).rejects.toMatchObject({
      constraint: 'audience_one_way',
    });
  }
});

it('only adds by a rule that only adds, and only removes by one that only removes (P-09)', async () => {
  await desk.make('once gold', byRule(parseRule(isGold), { ruleMode: 'add' }));
  expect(await desk.members('once gold')).toEqual(['A']);
  await desk.place.receive(csv('A,a@example.com,free,yes', 'C,c@example.com,gold,yes'));
  expect(await desk.members('once gold')).toEqual(['A', 'C']);

  await put(ids('A', 'C', 'D'));
  const removing = byRule(parseRule(isGold), { ruleMode: 'remove' });
  const how = { members: 'keep', dryRun: false } as const;
  expect(await fillAnotherWay(desk.place.muster, 'list', removing, how)).toMatchObject({ left: 1 });
  expect(await desk.members('list')).toEqual(['A', 'D']);
  await desk.place.receive(csv('A,a@example.com,gold,yes', 'C,c@example.com,free,yes'));
  await desk.place.receive(csv('A,a@example.com,free,yes', 'E,e@example.com,free,yes'));
  expect(await desk.members('list')).toEqual(['D']);
});

it('applies a daily rule once a day, or when it is asked to (P-09)', async () => {
  await desk.make('daily', byRule(parseRule(isGold), { ruleDaily: true }));
  expect(await desk.members('daily')).toEqual(['A']);
  desk.later(23);
  await desk.place.receive(csv('A,a@example.com,free,yes', 'C,c@example.com,gold,yes'));
  expect(await desk.members('daily')).toEqual(['A']);
  await desk.place.receive(csv('A,a@example.com,free,no'));
  expect(await desk.members('daily')).toEqual([]);
  desk.later(1);
  await desk.refresh();
  expect(await desk.members('daily')).toEqual(['C']);
  await desk.place.receive(csv('D,d@example.com,gold,yes'));
  expect(await desk.members('daily')).toEqual(['C']);
  expect(await applyRuleNow(desk.place.muster, 'daily')).toMatchObject({ joined: 1, members: 2 });
});
