import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { createAudience } from '#store/audiences.ts';
import { ensureDatabase } from '#store/databases.ts';
import { writeInbox } from '#store/inbox.ts';
import { receiveBeforeRun } from '#sync/receive-events.ts';
import { refreshMembers } from '#sync/refresh.ts';
import { Chance } from '../exact/chance.ts';
import { type FileOptions, openPlace, type Place } from '../exact/place.ts';

const MAP = 'group=company,group=clubs,group.plan=company_plan';
let place: Place;
let databaseId = 0;
let messages = 0;

beforeEach(async () => {
  place = await openPlace(new Chance(11));
  databaseId = (await ensureDatabase(place.muster.store, 'b2b')).database.id;
});
afterEach(() => place[Symbol.asyncDispose]());

/** Rows of id,company,clubs,company_plan. */
async function take(rows: readonly string[], options: FileOptions = {}) {
  const csv = `id,company,clubs,company_plan\n${rows.join('\n')}\n`;
  return await place.receive(csv, { database: 'b2b', map: MAP, ...options });
}

async function call(one: object): Promise<void> {
  const at = { timestamp: place.clock.nowMs, sentAt: place.clock.nowMs };
  const calls = JSON.stringify([{ messageId: `m${++messages}`, ...at, ...one }]);
  const { store } = place.muster;
  await store.tx((tx) => writeInbox(tx, [{ databaseId, callCount: 1, calls }], []));
  await receiveBeforeRun(place.muster, databaseId);
}

/** Who is in which groups, as “person: group=plan”. */
async function groups(): Promise<string[]> {
  const rows = await place.muster.store.query<{ line: string }>(
    `select p.external_id || ': ' || string_agg(distinct g.external_id
       || coalesce('=' || (g.traits ->> 'plan'), ''), ' ') as line
     from group_member m join people_group g on g.id = m.group_id
     join profile p on p.database_id = m.database_id and p.id = m.profile_id
     where m.database_id = $1 group by p.external_id order by p.external_id`,
    [databaseId],
  );
  return rows.map(({ line }) => line);
}

async function knownGroups(): Promise<number> {
  const [row] = await place.muster.store.query<{ count: number }>(
    'select count(*) as count from people_group where database_id = $1',
    [databaseId],
  );
  return row?.count ?? 0;
}

it('takes people into the groups that their rows name, and out when they no longer do', async () => {
  const rows = ['A,acme,,gold', 'B,old,,', 'B,acme,"[""club"",""acme""]",', 'C,solo,,free', 'D,,,'];
  expect(await take(rows, { dryRun: true })).toMatchObject({ created: 4 });
  expect(await knownGroups()).toBe(0);
  await take(rows);
  const all = ['A: acme=gold', 'B: acme=gold club', 'C: solo=free'];
  expect(await groups()).toEqual(all);
  expect(await take(rows)).toMatchObject({ unchanged: 4 });
  expect(await groups()).toEqual(all);

  await take(['A,solo,,', 'B,,,', 'C,solo,,silver']);
  expect(await groups()).toEqual(['A: solo=silver', 'C: solo=silver']);
  // A group that nobody is left in is only about people who are gone.
  expect(await knownGroups()).toBe(1);
  await take(['A,acme,,gold'], { mirror: true });
  expect(await groups()).toEqual(['A: acme=gold']);
  expect(await knownGroups()).toBe(1);
});

it('is followed by the audiences that ask for groups, also when nothing else changes', async () => {
  const rule = parseRule({ group: 'plan', op: 'equals', value: 'gold' });
  const { store } = place.muster;
  await take(['A,acme,,free', 'B,acme,,', 'C,solo,,']);
  await createAudience(store, {
    ...{ databaseId, name: 'gold firms', rule, ruleVersion: ruleVersion(rule) },
    ...{ integrationId: null, customerFileSource: 'USER_PROVIDED_ONLY' },
  });
  const members = async () => {
    const rows = await store.query<{ id: string }>(
      `select p.external_id as id from member m join audience a on a.id = m.audience_id
       join profile p on p.database_id = a.database_id and p.id = m.profile_id
       where a.name = 'gold firms' order by 1`,
    );
    return rows.map(({ id }) => id);
  };
  await store.query(`update audience set activated_at = muster_now() where name = 'gold firms'`);
  await refreshMembers(place.muster, { databaseId, atOnce: null });
  expect(await members()).toEqual([]);
  await take(['A,acme,,gold']);
  expect(await members()).toEqual(['A', 'B']);
  await take(['B,solo,,']);
  expect(await members()).toEqual(['A']);
});

it('leaves alone what calls said, of people and, where it is newer, of groups', async () => {
  await take(['A,acme,,gold', 'anonymous,solo,,']);
  place.clock.nowMs += 60_000;
  await call({ type: 'group', userId: 'A', properties: { groupId: 'acme', plan: 'platinum' } });
  await call({ type: 'group', userId: 'A', properties: { groupId: 'team' } });
  expect(await groups()).toEqual(['A: acme=platinum team', 'anonymous: solo']);
  await take(['A,solo,,']);
  expect(await groups()).toEqual(['A: acme=platinum solo team', 'anonymous: solo']);
});

it('goes along with somebody who turns out to be somebody else', async () => {
  await take(['old,acme,,gold', 'known,solo,,']);
  await call({ type: 'identify', userId: 'old', traits: {} });
  await call({ type: 'alias', userId: 'new', previousId: 'old' });
  expect(await groups()).toEqual(['known: solo', 'new: acme=gold']);
  await call({ type: 'identify', userId: 'known', traits: {} });
  await call({ type: 'alias', userId: 'known', previousId: 'new' });
  // What the file says of the one who stays holds, as with traits.
  expect(await groups()).toEqual(['known: solo']);
});

it('counts ids of groups that are too long, and takes the person', async () => {
  const report = await take([`A,${'x'.repeat(1_001)},,gold`]);
  expect(report).toMatchObject({
    created: 1,
    unusable: { group: { 'longer than 1000 bytes': 1 } },
    mapped: { company: 'group', clubs: 'group', company_plan: 'group.plan' },
  });
  expect(await groups()).toEqual([]);
});
