import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackRow } from '#domain/match-row.ts';
import type { Call } from '#ingest/call.ts';
import { ensureDatabase } from '#store/databases.ts';
import { openStore, type Store } from '#store/db.ts';
import { IdSupply } from '#store/id-supply.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { matchRowMaker } from './match-rows.ts';
import { receiveCalls, type Receiving, type TimedCall } from './receive-calls.ts';
import { settingOf } from './row-version.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let receiving: Receiving;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, connectionsMax: 2 });
  receiving = {
    makeMatchRows: matchRowMaker(settingOf({ defaultCountry: 'DE', normalising: {} }, 2026)),
    profileIds: new IdSupply('profile_id'),
    matchRowIds: new IdSupply('match_row_id'),
    identityIds: new IdSupply('identity_id'),
  };
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

let populations = 0;

async function newPopulation(): Promise<number> {
  const { database: made } = await ensureDatabase(store, `population ${populations++}`);
  return made.id;
}

const start = Date.UTC(2026, 10, 22);
let messages = 0;

/** At a minute of a day, and received a day later. */
function at(minute: number, call: Omit<Call, 'messageId'> & { messageId?: string }): TimedCall {
  const messageId = call.messageId ?? `m${messages++}`;
  const atMs = start + minute * 60_000;
  return { call: { ...call, messageId }, atMs, receivedMs: start + 86_400_000 };
}

async function receive(
  databaseId: number,
  calls: readonly TimedCall[],
  eventKeys: readonly string[] = [],
): Promise<void> {
  const keys = new Set(eventKeys);
  await store.tx((tx) => receiveCalls(tx, databaseId, receiving, calls, keys));
}

interface Person {
  readonly id: string;
  readonly consent: boolean | null;
  readonly consents: unknown;
  readonly identifiers: Record<string, unknown>;
  readonly traits: Record<string, unknown>;
  readonly rows: readonly Record<string, string>[];
  readonly events: readonly string[];
  readonly summary: readonly string[];
  readonly groups: readonly object[];
}

/** Everything that can be seen of a population, by external id. */
async function look(databaseId: number): Promise<Person[]> {
  const people = await store.query<Person & { cells: Buffer[] }>(
    `select p.external_id as id, p.consent, p.consents, p.identifiers, p.traits,
       (select coalesce(array_agg(m.cells order by x.place), '{}')
         from unnest(p.match_row_ids) with ordinality x (id, place)
         join match_row m on m.database_id = $1 and m.id = x.id) as cells,
       (select coalesce(array_agg(name || ' ' || extract(epoch from at)::bigint || ' ' || message_id
           order by at, message_id), '{}')
         from event e where e.database_id = $1 and e.profile_id = p.id) as events,
       (select coalesce(array_agg(concat_ws(' ', name, extract(epoch from first_at)::bigint,
           extract(epoch from last_at)::bigint, count) order by name), '{}')
         from event_summary s where s.database_id = $1 and s.profile_id = p.id) as summary,
       (select coalesce(jsonb_agg(g.traits order by g.external_id), '[]') from people_group g
         where g.database_id = $1 and g.id in (select m.group_id from group_member m
           where m.database_id = $1 and m.profile_id = p.id)) as groups
     from profile p where p.database_id = $1 order by p.external_id`,
    [databaseId],
  );
  return people.map(({ cells, ...person }) => ({ ...person, rows: cells.map(unpackRow) }));
}

/** What the group call of an SDK is once it was read. */
function group(groupId: string, traits: object, who: Pick<Call, 'userId' | 'anonymousId'>) {
  return { type: 'group' as const, event: 'group', properties: { ...traits, groupId }, ...who };
}

describe('a call', () => {
  it('makes a person with identifiers, traits and consent', async () => {
    const db = await newPopulation();
    const traits = {
      ...{ email: ['A@example.com', 'b@example.com'], firstName: 'Ana', phone: 491713920012 },
      ...{ address: { city: 'München', postalCode: '80331', street: 'Weg 1' } },
      ...{ plan: { name: 'gold', seats: 3 }, age: 41, marketing_consent: false, nickname: '' },
    };
    await receive(db, [at(1, { type: 'identify', userId: 'u1', traits })]);
    const [ana] = await look(db);
    expect(ana).toMatchObject({
      ...{ id: 'u1', consent: false, events: [] },
      identifiers: {
        ...{ email: ['A@example.com', 'b@example.com'], 'name.first': 'Ana' },
        ...{ phone: '491713920012', city: 'München', zip: '80331' },
      },
      traits: {
        ...{ 'address.street': 'Weg 1', plan: { name: 'gold', seats: 3 }, age: 41 },
        marketing_consent: false,
      },
    });
    expect(ana?.rows.map(({ EXTERN_ID }) => EXTERN_ID)).toEqual(['u1', 'u1']);
    expect(ana?.traits).not.toHaveProperty('nickname');
  });

  it('has one effect, whether it comes again now or later', async () => {
    const db = await newPopulation();
    const order = at(1, { type: 'track', userId: 'u1', event: 'Order', messageId: 'same' });
    const other = at(2, { type: 'track', userId: 'u1', event: 'Order', messageId: 'same' });
    await receive(db, [order, order, other]);
    await receive(db, [order]);
    expect((await look(db))[0]?.summary).toEqual([
      `Order ${start / 1000 + 60} ${start / 1000 + 60} 1`,
    ]);
    const elsewhere = await newPopulation();
    await receive(elsewhere, [order]);
    expect((await look(elsewhere))[0]?.events).toHaveLength(1);
  });

  it('says by identify and by track alike whether somebody belongs', async () => {
    const db = await newPopulation();
    const key = 'order_completed_last_30days';
    await receive(
      db,
      [
        at(1, { type: 'identify', userId: 'i', traits: { [key]: true } }),
        at(1, { type: 'track', userId: 't', event: 'Anything', properties: { [key]: true, x: 1 } }),
      ],
      [key],
    );
    expect((await look(db)).map(({ traits }) => traits)).toEqual([
      { [key]: true },
      { [key]: true },
    ]);
  });

  it('without a user id makes somebody whose id is never sent', async () => {
    const db = await newPopulation();
    const traits = { email: 'a@example.com' };
    await receive(db, [at(1, { type: 'identify', anonymousId: 'a1', traits })]);
    const [somebody] = await look(db);
    expect(somebody?.id).toBe('anonymous:a1');
    expect(somebody?.rows[0]).toMatchObject({ EXTERN_ID: '' });
    expect(somebody?.rows[0]?.['EMAIL']).toHaveLength(64);
  });
});

describe('who is who', () => {
  it('an anonymous past belongs to the user it turns out to be, events and all', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(1, { type: 'page', anonymousId: 'a1', event: 'page' }),
      at(2, { type: 'identify', anonymousId: 'a1', traits: { email: 'a@example.com' } }),
    ]);
    const before = await store.query('select id from profile where database_id = $1', [db]);
    await receive(db, [at(3, { type: 'identify', userId: 'u1', anonymousId: 'a1' })]);
    await receive(db, [at(4, { type: 'page', anonymousId: 'a1', event: 'page' })]);
    const people = await look(db);
    expect(people).toMatchObject([{ id: 'u1', identifiers: { email: 'a@example.com' } }]);
    expect(people[0]?.events).toHaveLength(2);
    // The same profile goes on: nobody leaves an audience because of logging in.
    expect(await store.query('select id from profile where database_id = $1', [db])).toEqual(
      before,
    );
  });

  it('two people at one device stay two; what nobody signed belongs to the first', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(5, { type: 'track', userId: 'late', anonymousId: 'a1', event: 'Login' }),
      at(6, { type: 'page', anonymousId: 'a1', event: 'page' }),
    ]);
    await receive(db, [
      at(1, { type: 'track', userId: 'early', anonymousId: 'a1', event: 'Login' }),
    ]);
    const people = await look(db);
    expect(people.map(({ id, summary }) => [id, summary.length])).toEqual([
      ['early', 2],
      ['late', 1],
    ]);
  });

  it('an alias joins what a file said under the old id with what calls said', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(1, { type: 'identify', userId: 'old', traits: { plan: 'silver', city: 'Köln' } }),
      at(2, { type: 'identify', userId: 'new', traits: { plan: 'gold' } }),
    ]);
    await store.query(
      `update profile set traits = traits || '{"from_file": "x", "plan": "file"}', consent = false
       where database_id = $1 and external_id = 'old'`,
      [db],
    );
    await receive(db, [at(3, { type: 'alias', userId: 'new', previousId: 'old' })]);
    expect(await look(db)).toMatchObject([
      {
        ...{ id: 'new', consent: false, identifiers: { city: 'Köln' } },
        traits: { plan: 'gold', from_file: 'x' },
      },
    ]);
  });

  it('an opt-out under the old id goes along, and no later call lifts it', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(1, { type: 'identify', userId: 'old', traits: { consent: true } }),
      at(2, { type: 'identify', userId: 'new', traits: { consent: true } }),
    ]);
    await store.query(
      `update profile set consent = false, opted_out = true
       where database_id = $1 and external_id = 'old'`,
      [db],
    );
    await receive(db, [at(3, { type: 'alias', userId: 'new', previousId: 'old' })]);
    await receive(db, [at(4, { type: 'identify', userId: 'new', traits: { consent: true } })]);
    expect(await look(db)).toMatchObject([{ id: 'new', consent: false }]);
  });

  it('takes consent to categories, and keeps the stricter answer of two that come together', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(1, { type: 'track', event: 'View', userId: 'u1', consents: { ads: true, news: true } }),
      at(2, {
        type: 'page',
        event: 'page',
        anonymousId: 'a1',
        consents: { ads: false, marketing: true },
      }),
      at(3, { type: 'identify', userId: 'u2', traits: { consent: { ads: 'no' }, gpc: true } }),
      at(4, { type: 'identify', userId: 'u1', anonymousId: 'a1' }),
    ]);
    const no = { given: false };
    expect(await look(db)).toMatchObject([
      { id: 'u1', consent: true, consents: { ads: no, news: { given: true } } },
      { id: 'u2', consent: null, consents: { ads: no, sale_sharing: no } },
    ]);
    await receive(db, [at(5, { type: 'identify', userId: 'u1', consents: { ads: true } })]);
    expect(await look(db)).toMatchObject([{ consents: { ads: { given: true } } }, {}]);
  });

  it('touches nobody whose consent is what it was', async () => {
    const db = await newPopulation();
    const versions = () =>
      store.query('select changed_xid::text as version from profile where database_id = $1', [db]);
    const call = { type: 'track', event: 'View', userId: 'u1', consents: { ads: true } } as const;
    await receive(db, [at(1, call)]);
    const before = await versions();
    await receive(db, [at(2, call)]);
    expect(await versions()).toEqual(before);
    await receive(db, [at(3, { ...call, consents: { ads: false } })]);
    expect(await versions()).not.toEqual(before);
  });

  const consents = (anonymous: boolean, user: boolean, later?: boolean) => [
    at(1, { type: 'identify', userId: 'u1', traits: { consent: user } }),
    at(2, { type: 'identify', anonymousId: 'a1', traits: { consent: anonymous } }),
    at(3, { type: 'track', userId: 'u1', anonymousId: 'a1', event: 'Login' }),
    ...(later === undefined
      ? []
      : [at(4, { type: 'identify', userId: 'u1', traits: { consent: later } })]),
  ];

  it.each([
    ['no and yes', consents(false, true), false],
    ['yes and no', consents(true, false), false],
    ['no, and a yes once they are one', consents(false, true, true), true],
    ['yes, and a no once they are one', consents(true, true, false), false],
  ])('keeps the stricter consent of two that come together: %s', async (_, calls, consent) => {
    const db = await newPopulation();
    for (const call of calls.toReversed()) await receive(db, [call]);
    expect(await look(db)).toMatchObject([{ id: 'u1', consent }]);
  });

  it.each([
    ['to marketing', (given: boolean) => ({ traits: { consent: given } })],
    ['to a category', (given: boolean) => ({ consents: { ads: given } })],
  ])('hears late that two were one all along, and lets the later yes %s count', async (_, say) => {
    const calls = [
      at(1, { type: 'alias', userId: 'u1', previousId: 'a1' }),
      at(1, { type: 'identify', userId: 'u1', ...say(false) }),
      at(2, { type: 'identify', userId: 'u1', anonymousId: 'a1', traits: { plan: 'gold' } }),
      at(2, { type: 'identify', anonymousId: 'a1', ...say(true) }),
    ];
    const [inOrder, reversed] = [await newPopulation(), await newPopulation()];
    for (const call of calls) await receive(inOrder, [call]);
    for (const call of calls.toReversed()) await receive(reversed, [call]);
    const people = await look(reversed);
    expect(people).toEqual(await look(inOrder));
    const consents = people[0]?.consents as { ads?: { given: boolean } } | null;
    expect(people[0]?.consent ?? consents?.ads?.given).toBe(true);
  });

  it('goes on when ids are aliased in a circle', async () => {
    const db = await newPopulation();
    const calls = [
      at(1, { type: 'alias', userId: 'x', previousId: 'y' }),
      at(2, { type: 'alias', userId: 'y', previousId: 'x' }),
      at(3, { type: 'identify', userId: 'y', traits: { plan: 'gold' } }),
    ];
    for (const call of calls.toReversed()) await receive(db, [call]);
    expect(await look(db)).toMatchObject([{ id: 'x', traits: { plan: 'gold' } }]);
  });

  it('with a profile goes everything about it', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(1, { type: 'track', userId: 'u1', anonymousId: 'a1', event: 'Order' }),
      at(1, { type: 'track', userId: 'u2', event: 'Order' }),
      at(2, group('both', {}, { userId: 'u1' })),
      at(2, group('both', {}, { userId: 'u2' })),
      at(2, group('alone', { plan: 'gold' }, { userId: 'u1' })),
    ]);
    await store.query(`delete from profile where database_id = $1 and external_id = 'u1'`, [db]);
    const left = await store.query(
      `select (select count(*) from identity where database_id = $1) as identities,
         (select count(*) from event where database_id = $1) as events,
         (select count(*) from event_summary where database_id = $1) as summaries,
         (select array_agg(external_id) from people_group where database_id = $1) as groups`,
      [db],
    );
    expect(left).toEqual([{ identities: 1, events: 2, summaries: 2, groups: ['both'] }]);
  });
});

describe('groups', () => {
  it('hold what was said of them last, and somebody may be in several', async () => {
    const db = await newPopulation();
    await receive(db, [
      at(3, group('acme', { plan: 'gold', seats: 5 }, { userId: 'u1' })),
      at(1, group('acme', { plan: 'silver', city: 'Köln' }, { userId: 'u2' })),
    ]);
    await receive(db, [
      at(2, group('acme', { plan: 'none', seats: '' }, { userId: 'u2' })),
      at(4, group('team 7', { size: 2 }, { userId: 'u2' })),
    ]);
    const acme = { groupId: 'acme', plan: 'gold', seats: 5, city: 'Köln' };
    expect(await look(db)).toMatchObject([
      { id: 'u1', groups: [acme] },
      { id: 'u2', groups: [acme, { groupId: 'team 7', size: 2 }] },
    ]);
  });

  it('go along with an anonymous past, and are news only if other traits hold', async () => {
    const db = await newPopulation();
    const acme = group('acme', { plan: 'gold' }, { anonymousId: 'a1' });
    await receive(db, [at(1, acme)]);
    await receive(db, [at(2, { type: 'identify', userId: 'u1', anonymousId: 'a1' })]);
    const versions = () =>
      store.query('select changed_xid::text from people_group where database_id = $1', [db]);
    const before = await versions();
    await receive(db, [at(3, acme)]);
    expect(await versions()).toEqual(before);
    await receive(db, [at(4, group('acme', { plan: 'silver' }, { userId: 'u1' }))]);
    expect(await versions()).not.toEqual(before);
    expect(await look(db)).toMatchObject([
      { id: 'u1', groups: [{ groupId: 'acme', plan: 'silver' }] },
    ]);
  });
});

describe('any order of arrival', () => {
  const userId = fc.constantFrom('u1', 'u2', 'u3');
  const anonymousId = fc.constantFrom('a1', 'a2');
  const traits = fc.record(
    {
      plan: fc.constantFrom('gold', 'silver', null),
      email: fc.constantFrom('a@example.com', ['a@example.com', 'b@example.com'], null),
      consent: fc.constantFrom(true, false, null),
      gold: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const consents = fc.option(
    fc.dictionary(fc.constantFrom('ads', 'sale_sharing'), fc.boolean(), { minKeys: 1 }),
    { nil: undefined },
  );
  const person = fc.oneof(
    fc.record({ userId }),
    fc.record({ anonymousId }),
    fc.record({ userId, anonymousId }),
  );
  const said = fc.oneof(
    fc.tuple(person, traits, consents).map(([who, what, to]) => ({
      ...{ type: 'identify' as const, ...who, traits: what },
      ...(to === undefined ? {} : { consents: { ...to } }),
    })),
    fc.tuple(person, fc.constantFrom('Order', 'View'), fc.boolean()).map(([who, event, gold]) => ({
      type: 'track' as const,
      ...who,
      event,
      properties: { gold },
    })),
    fc
      .tuple(
        fc.constantFrom('g1', 'g2'),
        fc.record({ plan: fc.constantFrom('gold', null), size: fc.nat() }, { requiredKeys: [] }),
        person,
      )
      .map((parts) => group(...parts)),
    fc
      .record({ userId, previousId: fc.oneof(userId, anonymousId) })
      .map((who) => ({ type: 'alias' as const, ...who })),
  );
  const history = fc
    .array(fc.tuple(fc.nat({ max: 5 }), said), { minLength: 2, maxLength: 14 })
    .map((all) => all.map(([minute, call], i) => at(minute, { ...call, messageId: `call ${i}` })));
  const arrivals = history.chain((calls) =>
    fc.tuple(
      fc.constant(calls),
      fc.shuffledSubarray(calls, { minLength: calls.length, maxLength: calls.length }),
      fc.array(fc.nat({ max: 4 }), { minLength: 14, maxLength: 14 }),
    ),
  );

  it('gives the same people', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ([calls, shuffled, cuts]) => {
        const together = await newPopulation();
        await receive(together, calls, ['gold']);
        const apart = await newPopulation();
        let rest = shuffled;
        for (const cut of cuts) {
          await receive(apart, rest.slice(0, cut + 1), ['gold']);
          rest = rest.slice(cut + 1);
        }
        expect(await look(apart)).toEqual(await look(together));
      }),
      { numRuns: 50 },
    );
  });
});
