import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { editByHand, nobody } from '#sync/by-hand.ts';
import { changeHoldOut, changeSuppressions, showSuppressions } from '#sync/kept-out.ts';
import { createScenario, findEither, switchScenario } from '#sync/scenarios.ts';
import { startByName } from '#sync/scenario-starts.ts';
import { syncAudience } from '#sync/sync.ts';
import { byHand, byRule, byScenario } from '#sync/ways.ts';
import { explainPerson } from '#sync/why.ts';
import { Chance } from '../exact/chance.ts';
import { csv, openWaysDesk, type WaysDesk } from './_desk.ts';

let desk: WaysDesk;
beforeEach(async () => {
  desk = await openWaysDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const everybody = parseRule({ trait: 'email', op: 'exists' });
const none = { ids: [], emails: [], phones: [] };
const names = Array.from({ length: 40 }, (_, i) => `N${i}`);
const lines = names.map((name) => `${name},${name}@example.com,free,yes`);

/** Another ad account of the same login. */
const secondAccount = () => must(desk.place.sandbox.adAccounts[1], 'a second ad account').id;

/** One audience of each way and one in a second ad account, all with the same people. */
async function openAudiences(): Promise<void> {
  await desk.place.receive(csv(...lines), { mirror: true });
  await desk.make('rule', byRule(everybody));
  await desk.make('only adds', byRule(everybody, { ruleMode: 'add' }));
  await desk.make('abroad', byRule(everybody), secondAccount());
  await desk.make('hand', byHand);
  await desk.make('scenario', byScenario);
  const { muster } = desk.place;
  const definition = { start: { by: 'hand' }, steps: [{ add: 'scenario' }] };
  await createScenario(muster, { name: 's', database: 'main', definition });
  await switchScenario(muster, { kind: 'scenario', name: 's' }, 'active');
  await putIn();
}

const audiences = ['abroad', 'hand', 'only adds', 'rule', 'scenario'] as const;
let attempts = 0;

/** Tries everybody once more, by the ways that do not follow the people by themselves. */
async function putIn(): Promise<void> {
  const { muster } = desk.place;
  const people = { ids: names, emails: [] };
  await editByHand(muster, 'hand', { include: { ...nobody, ...people }, exclude: nobody });
  await startByName(muster, (tx) => findEither(tx, { kind: 'scenario', name: 's' }), {
    ...{ people, rule: null, cause: `${++attempts}`, unasked: false },
  });
}

async function syncAll(): Promise<void> {
  const how = { wait: true, trigger: 'manual' } as const;
  for (const name of audiences) await syncAudience(desk.place.muster, name, how, () => {});
}

/** External ids of whom any ledger says that they are, or may be, at Meta. */
async function told(): Promise<Set<string>> {
  const rows = await desk.place.muster.store.query<{ externalId: string }>(
    `select distinct p.external_id as "externalId" from ledger_state s
     join match_row mr on mr.id = s.match_row_id join profile p on p.id = mr.profile_id
     where s.state in ('in', 'unknown')`,
  );
  return new Set(rows.map(({ externalId }) => externalId));
}

/** The same by what the sandbox holds. */
async function held(): Promise<Set<string>> {
  const links = await desk.place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  const rows = await Promise.all(links.map(({ id }) => desk.place.heldRows(id)));
  return new Set(rows.flat().map((row) => String((JSON.parse(row) as unknown[])[0])));
}

async function membersAnywhere(): Promise<Set<string>> {
  return new Set((await Promise.all(audiences.map((name) => desk.members(name)))).flat());
}

it('keeps the hold-out and the list out of every audience, told or held (no leak)', async () => {
  await openAudiences();
  await syncAll();
  expect(await held()).toEqual(new Set(names));
  const { muster } = desk.place;
  const accounts = await muster.store.query<{ account: string; rows: number }>(
    `select l.ad_account as account, count(*)::integer as rows from ledger g
     join link l on l.id = g.link_id group by 1 order by count(*)`,
  );
  // The second account has one audience of everybody, the first one four.
  expect(accounts.map(({ rows }) => rows)).toEqual([names.length, 4 * names.length]);
  expect(accounts[0]?.account).toBe(secondAccount());
  const { heldOut, left } = await changeHoldOut(muster, 'main', 20);
  expect([heldOut > 0, heldOut < 25, left]).toEqual([true, true, heldOut]);
  const listed = { ids: ['N1'], emails: [' N2@Example.com'], phones: [] };
  expect(await changeSuppressions(muster, 'main', { add: listed, remove: none })).toMatchObject({
    ...{ added: 2, people: 2, values: { EXTERN_ID: 1, EMAIL: 1 } },
  });
  const allowed = await membersAnywhere();
  expect(allowed.size).toBeLessThanOrEqual(names.length - heldOut);
  expect(allowed.has('N1') || allowed.has('N2')).toBe(false);
  await putIn();
  await desk.refresh();
  expect(await membersAnywhere()).toEqual(allowed);
  await syncAll();
  expect([await told(), await held()]).toEqual([allowed, allowed]);
});

it('lets them back when it ends, those put in by hand too', async () => {
  await openAudiences();
  const { muster } = desk.place;
  const listed = { ids: ['N1'], emails: [], phones: [] };
  await changeHoldOut(muster, 'main', 30);
  await changeSuppressions(muster, 'main', { add: listed, remove: none });
  const fewer = await desk.members('hand');
  expect(fewer.length).toBeLessThan(names.length);
  await changeHoldOut(muster, 'main', null);
  await changeSuppressions(muster, 'main', { add: none, remove: listed });
  await syncAll();
  for (const name of audiences) expect(await desk.members(name)).toEqual(names.toSorted());
  expect(await held()).toEqual(new Set(names));
});

it('holds the same people out as the share grows', async () => {
  await openAudiences();
  const { muster } = desk.place;
  const out = async (percent: number) => {
    await changeHoldOut(muster, 'main', percent);
    await desk.refresh();
    const inside = await membersAnywhere();
    return names.filter((name) => !inside.has(name));
  };
  const [few, more] = [await out(10), await out(40)];
  expect(more).toEqual(expect.arrayContaining(few));
  expect(more.length).toBeGreaterThan(few.length);
});

it('says why somebody is in no audience, and counts nobody as a “no”', async () => {
  await openAudiences();
  const { muster } = desk.place;
  await changeSuppressions(muster, 'main', {
    add: { ...none, emails: ['n3@example.com', 'no address'] },
    remove: none,
  });
  expect(await explainPerson(muster, 'rule', 'N3')).toMatchObject({
    ...{ member: false, blockedSince: null },
    conclusion: expect.stringContaining('suppression list'),
  });
  expect(await showSuppressions(muster, 'main')).toMatchObject({ values: { EMAIL: 1 }, people: 1 });
  await desk.place.receive(csv('new,N3@example.com,free,yes'));
  expect(await desk.members('rule')).not.toContain('new');
});

it('leaks nobody, whatever happens in whichever order', async () => {
  await openAudiences();
  const { muster } = desk.place;
  const chance = new Chance(23);
  const listed = new Set<string>();
  for (let round = 0; round < 4; round++) {
    const percent = Math.floor(chance.next() * 40) + 1;
    await changeHoldOut(muster, 'main', chance.next() < 0.2 ? null : percent);
    const name = names[Math.floor(chance.next() * names.length)] ?? '';
    const change = { ...none, ids: [name] };
    const adds = !listed.has(name);
    await changeSuppressions(muster, 'main', {
      ...(adds ? { add: change, remove: none } : { add: none, remove: change }),
    });
    if (adds) listed.add(name);
    else listed.delete(name);
    if (chance.next() < 0.5) await putIn();
    await syncAll();
    const keptOut = new Set(await keptOutNow(listed));
    for (const id of [...(await told()), ...(await held()), ...(await membersAnywhere())]) {
      expect(keptOut.has(id)).toBe(false);
    }
  }
});

/** By another way than the product's: the hash worked out here, and the list kept here. */
async function keptOutNow(listed: ReadonlySet<string>): Promise<string[]> {
  const [setting] = await desk.place.muster.store.query<{ seed: string; percent: number | null }>(
    `select hold_out_seed::text as seed, hold_out_percent::float8 as percent
     from database where name = 'main'`,
  );
  const share = (name: string) =>
    createHash('md5').update(`${setting?.seed}\n${name}`).digest().readUInt32BE() / 2 ** 32;
  const isHeldOut = (name: string) => share(name) < (setting?.percent ?? 0) / 100;
  return names.filter((name) => listed.has(name) || isHeldOut(name));
}
