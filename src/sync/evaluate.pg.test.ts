import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { changedAudiences, moveOn } from '#store/change-feed.ts';
import { openStore, type Store } from '#store/db.ts';
import { addEvents } from '#store/events.ts';
import { memberExternalIds } from '#store/members.ts';
import { changedTraits } from '#store/profile-news.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { evaluateAudience } from './evaluate.ts';
import { refuseCycle } from './rule-references.ts';

const databaseId = 1;
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  await store.query(`insert into trait (database_id, name, type) values (1, 'spent', 'number')`);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});
beforeEach(async () => {
  await store.query(
    'truncate profile, event, event_summary, member, member_news, blocked, audience cascade',
  );
  for (const [id, spent] of [10, 50, 30, 20, 40].entries()) await put(id + 1, { spent });
});

/** One person whose external id is the letter of their number. */
async function put(id: number, traits: object, consent: boolean | null = null): Promise<void> {
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     values ($1, $2, bucket_of($2), chr(96 + $2::integer), $4, 2, 0, pg_current_xact_id(), '{}', '{}', $3)
     on conflict (database_id, id) do update set traits = excluded.traits,
       consent = excluded.consent, changed_xid = excluded.changed_xid`,
    [databaseId, id, JSON.stringify(traits), consent],
  );
}

async function happen(profileId: number, name: string): Promise<void> {
  const atMs = Date.parse('2026-01-01T00:00Z');
  const event = { profileId, identityId: 0, name, atMs, receivedMs: atMs, messageId: 'm' };
  await store.tx((tx) => addEvents(tx, databaseId, [{ ...event, properties: {} }]));
}

async function make(name: string, json: unknown): Promise<void> {
  const rule = parseRule(json);
  await store.tx((tx) => refuseCycle(tx, databaseId, { name, rule }));
  await createAudience(store, {
    ...{ databaseId, integrationId: null, name, rule, ruleVersion: ruleVersion(rule) },
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
}

async function evaluated(name: string): Promise<string> {
  await evaluateAudience(store, await findAudience(store, name));
  return await members(name);
}

async function members(name: string): Promise<string> {
  const found: string[] = [];
  for await (const page of memberExternalIds(store, await findAudience(store, name))) {
    found.push(...page);
  }
  return found.join('');
}

async function awake(): Promise<string[]> {
  const all = await changedAudiences(store, { databaseId, atOnce: null });
  return all.map(({ name }) => name);
}

const spends = (value: number): object => ({ trait: 'spent', op: 'at_least', value });

it('looks again at who did something, and at nobody else', async () => {
  await make('buyers', { event: 'Order', count: { at_least: 2 } });
  await make('rich', spends(40));
  expect(await evaluated('buyers')).toBe('');
  expect(await evaluated('rich')).toBe('be');
  await happen(3, 'Order');
  await happen(3, 'Order');
  await happen(4, 'Order');
  expect(await awake()).toEqual(['buyers']);
  expect(await evaluated('buyers')).toBe('c');
  expect(await awake()).toEqual([]);
  // A member that nobody has a reason to look at stays as it is.
  await store.query(`update event_summary set count = 0`);
  await happen(4, 'Order');
  await store.query(`update event_summary set count = 5 where profile_id = 4`);
  expect(await evaluated('buyers')).toBe('cd');
});

it('passes by whoever changed in nothing that a rule asks for, however often and whenever it looks', async () => {
  const change = (traits: object, traitsAlone = true) =>
    store.query(
      `update profile p set traits = $1::jsonb, ${changedTraits('$1::jsonb', String(traitsAlone))}
       where id = 1`,
      [JSON.stringify(traits)],
    );
  await make('rich', spends(30));
  expect(await evaluated('rich')).toBe('bce');
  // Who is missing though the rule finds them shows whether anybody looked.
  await put(1, { spent: 99 });
  expect(await evaluated('rich')).toBe('abce');
  await store.query('delete from member where profile_id = 1');
  await change({ spent: 99, city: 'Wien' });
  expect(await evaluated('rich')).toBe('bce');
  await change({ spent: 99, plan: 'gold' });
  await change({ spent: 99 });
  expect(await evaluated('rich')).toBe('bce');
  // A trait that the rule asks for, and then another one before it looks.
  await change({ spent: 98 });
  await change({ spent: 98, city: 'Graz' });
  expect(await evaluated('rich')).toBe('abce');
  await store.query('delete from member where profile_id = 1');
  // So many names that a new list is begun, which does not say everything to whoever looked before.
  await change({ spent: 97 });
  for (let i = 0; i < 30; i++) await change({ spent: 97, [`trait ${i}`]: 1 });
  expect(await evaluated('rich')).toBe('abce');
  await store.query('delete from member where profile_id = 1');
  await change({ spent: 97, city: 'Rom' }, false);
  expect(await evaluated('rich')).toBe('abce');
  await change({ city: 'Rom' });
  expect(await evaluated('rich')).toBe('bce');
});

it('evaluates what a rule asks about first, and wakes who asks when it changes', async () => {
  await make('rich', spends(30));
  await make('poor', { not: { member_of: 'rich' } });
  await make('poor buyers', { all: [{ member_of: 'poor' }, { event: 'Order' }] });
  await happen(1, 'Order');
  await happen(3, 'Order');
  expect(await evaluated('poor buyers')).toBe('a');
  expect([await members('rich'), await members('poor')]).toEqual(['bce', 'ad']);
  await moveOn(store);
  expect(await awake()).toEqual([]);
  await put(3, { spent: 1 });
  await evaluated('rich');
  await evaluated('poor');
  // Nothing of their own has changed since, but that.
  await store.query(
    `update audience set feed_position = pg_current_snapshot() where name = 'rich'`,
  );
  expect(await awake()).toContain('poor buyers');
  expect(await evaluated('poor buyers')).toBe('ac');
  expect(await evaluated('poor buyers')).toBe('ac');
});

it('refuses a rule that would ask about its own answer, with the way', async () => {
  await make('a', spends(1));
  await make('b', { any: [spends(1), { not: { member_of: 'a' } }] });
  await make('c', { include: { synchronized_in: 'b' } });
  const refused = (name: string, json: unknown) =>
    store.tx((tx) => refuseCycle(tx, databaseId, { name, rule: parseRule(json) }));
  await expect(refused('a', { member_of: 'a' })).rejects.toMatchObject({
    code: 'RULE_CYCLE',
    measured: '“a” → “a”',
  });
  await expect(refused('a', { all: [spends(1), { member_of: 'c' }] })).rejects.toMatchObject({
    measured: '“a” → “c” → “b” → “a”',
  });
  await expect(refused('d', { member_of: 'c' })).resolves.toBeUndefined();
  await make('lost', { member_of: 'nobody made it' });
  await expect(evaluated('lost')).rejects.toMatchObject({ code: 'RULE_AUDIENCE_UNKNOWN' });
});

it('looks at those alone who joined or left what a rule asks about', async () => {
  await make('rich', spends(30));
  await make('others', { not: { member_of: 'rich' } });
  expect([await evaluated('rich'), await evaluated('others')]).toEqual(['bce', 'ad']);
  // Missing, though the rule finds them: back as soon as anybody looks at them.
  const lose = (id: number) => store.query('delete from member where profile_id = $1', [id]);
  await lose(1);
  await put(2, { spent: 1 });
  await put(4, { spent: 99 });
  expect([await evaluated('rich'), await evaluated('others')]).toEqual(['cde', 'b']);
  // A run of the other one ended: nobody's membership changed.
  await store.query(`update audience set answers_xid = pg_current_xact_id() where name = 'rich'`);
  expect(await awake()).toEqual(['others']);
  expect(await evaluated('others')).toBe('b');
  // More than it says: everybody is looked at.
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, sufficiency, fingerprint, changed_xid,
       match_row_ids, identifiers, traits)
     select 1, 1000 + i, 0, 'x' || i, 2, 0, pg_current_xact_id(), '{}', '{}', '{"spent": 31}'
     from generate_series(1, 10001) i`,
  );
  await evaluated('rich');
  expect(await evaluated('others')).toBe('ab');
  const told = await store.query('select profile_id as id from member_news order by 1');
  expect(told).toEqual([{ id: 2 }, { id: 4 }]);
});

it('forgets who joined and left when all who ask have seen it, and a day has passed', async () => {
  await make('rich', spends(30));
  await make('others', { not: { member_of: 'rich' } });
  await evaluated('others');
  await put(1, { spent: 99 });
  const told = async () => (await store.query('select from member_news')).length;
  expect([await evaluated('others'), await told()]).toEqual(['d', 1]);
  await store.query(`update member_news set at = at - interval '2 days'`);
  await make('third', { member_of: 'rich' });
  await put(4, { spent: 99 });
  expect([await evaluated('rich'), await told()]).toEqual(['abcde', 2]);
  expect([await evaluated('others'), await told()]).toEqual(['', 1]);
});

it('limits to a number or a share, the highest or the lowest first', async () => {
  const by = { trait: 'spent' };
  await make('two', { include: spends(0), limit: { count: 2, by } });
  await make('low', { include: spends(20), limit: { percent: 50, by: { ...by, order: 'asc' } } });
  await make('rest', { include: { member_of: 'two' }, invert: true, limit: { count: 1, by } });
  await make('drawn', { include: spends(0), exclude: spends(50), limit: { count: 3 } });
  expect(await evaluated('two')).toBe('be');
  expect(await evaluated('low')).toBe('cd');
  expect(await evaluated('rest')).toBe('c');
  const drawn = await evaluated('drawn');
  expect(drawn).toHaveLength(3);
  expect(drawn).not.toContain('b');
  // Somebody richer comes, so somebody falls out whose own record is as it was; a "no" has no place.
  await put(6, { spent: 60 });
  expect(await evaluated('two')).toBe('bf');
  await put(2, { spent: 50 }, false);
  expect(await evaluated('two')).toBe('ef');
  expect(await evaluated('drawn')).not.toContain('b');
});

it('tells members whom Meta has from those it has not, and others from both', async () => {
  await make('rich', spends(30));
  await make('there', { synchronized_in: 'rich' });
  await make('not there', { not_synchronized_in: 'rich' });
  expect(await evaluated('there')).toBe('');
  expect(await evaluated('not there')).toBe('bce');
  // One run that ended well has told Meta of b; c came after it.
  await store.query(
    `insert into match_row (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
     select 1, id, id, 2, 10, '{}', '' from generate_series(1, 6) id`,
  );
  await store.query('update profile set match_row_ids = array[id]');
  await store.query(
    `with l as (insert into link (audience_id, database_id, ad_account, meta_audience_id)
       select id, 1, 'act_1', '1' from audience where name = 'rich' returning id),
     o as (insert into operation (link_id, kind, schema, row_count, sent_at, settles_at, outcome)
       select id, 'add', '{}', 1, muster_now(), muster_now(), 'clean' from l returning id, link_id)
     insert into ledger (link_id, match_row_id, bucket, op_id, base)
     select link_id, r, 0, id, 0 from o, unnest(array[2, 3]) r`,
  );
  await store.query(
    `update member set since = muster_now() + interval '1 hour' where profile_id = 3`,
  );
  await store.query(
    `update audience set covered_at = muster_now(), answers_xid = pg_current_xact_id()
     where name = 'rich'`,
  );
  expect(await awake()).toContain('there');
  expect(await evaluated('there')).toBe('b');
  expect(await evaluated('not there')).toBe('ce');
});
