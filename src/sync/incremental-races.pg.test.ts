import { setTimeout as delay } from 'node:timers/promises';
import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { createAudience, findAudience } from '#store/audiences.ts';
import { changedAudiences } from '#store/change-feed.ts';
import { openStore, type Store, type Tx } from '#store/db.ts';
import { addEvents } from '#store/events.ts';
import { changedTraits } from '#store/profile-news.ts';
import { deleteProfiles } from '#store/profiles.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { evaluate, evaluateAudience } from './evaluate.ts';
import { membershipOf } from './scope.ts';
import { byRule } from './ways.ts';

/*
 * Incremental equals full with everything that a rule can ask, while several write at once and one of
 * them commits long after it wrote. `MUSTER_RULE_HISTORIES=2000 vitest run src/sync/incremental-races`
 * tries that many histories; one that fails prints its seed.
 */
const histories = Number(process.env['MUSTER_RULE_HISTORIES'] ?? 2);

const databaseId = 1;
const startMs = Date.parse('2026-07-15T12:00:00Z');
const hourMs = 3_600_000;
let nowMs = startMs;
let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date(nowMs), connectionsMax: 12 });
  await store.query(
    `insert into trait (database_id, name, type, is_list)
     values (1, 'plan', 'text', false), (1, 'spent', 'number', false), (1, 'day', 'date', true)`,
  );
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});
beforeEach(begin);

/** Six people, of whom three are at Meta in the audience that others ask about. */
async function begin(): Promise<void> {
  nowMs = startMs;
  await store.query(
    `truncate profile, match_row, event, event_summary, member, member_news, blocked, recheck, departure, placed,
       ledger, operation, link, audience restart identity cascade`,
  );
  await store.query(
    `insert into match_row (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
     select 1, id, id, 2, 10, '{}', '' from generate_series(1, 9) id`,
  );
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, 0, 'p' || i, 2, 0, pg_current_xact_id(), array[i], '{}',
       case when i % 2 = 0 then '{"plan": "gold", "spent": "5"}'::jsonb else '{}' end
     from generate_series(1, 6) i`,
  );
  await make('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await store.query(
    `with l as (insert into link (audience_id, database_id, ad_account, meta_audience_id)
       select id, 1, 'act_1', '1' from audience where name = 'gold' returning id),
     o as (insert into operation (link_id, kind, schema, row_count, sent_at, settles_at, outcome)
       select id, 'add', '{}', 1, muster_now(), muster_now(), 'clean' from l returning id, link_id)
     insert into ledger (link_id, match_row_id, bucket, op_id, base)
     select link_id, r, 0, id, 0 from o, unnest(array[1, 2, 3]) r`,
  );
}

async function make(name: string, rule: object): Promise<void> {
  await createAudience(store, {
    ...{ databaseId, integrationId: null, name, ...byRule(parseRule(rule)) },
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
}

const age = fc.record({ hours: fc.constantFrom(1, 3, 24) });
/** One of each kind that needs no chance to be itself: every history has them all. */
const questions: readonly object[] = [
  { trait: 'plan', op: 'equals', value: 'gold' },
  { trait: 'plan', op: 'missing' },
  { trait: 'spent', op: 'at_least', value: 5 },
  { consent: 'yes' },
  { consent: 'unknown' },
  { sample: { percent: 50, seed: 'a' } },
  { member_of: 'gold' },
  { synchronized_in: 'gold' },
  { not_synchronized_in: 'gold' },
  { event: 'Order' },
  { event: 'Order', count: { at_most: 1 } },
  { event: 'Order', sum: { property: 'total', at_least: 6 } },
  { event: 'Order', average: { property: 'total', less: 4 } },
  { event: 'View', followed_by: { event: 'Order', within: { hours: 2 } } },
  { event: 'View', not_followed_by: { event: 'Order' } },
  { event: 'Order', where: { property: 'on', op: 'within_last', value: { hours: 3 } } },
  { include: { trait: 'plan', op: 'exists' }, limit: { count: 2, by: { trait: 'spent' } } },
];
const leaf: fc.Arbitrary<object> = fc.oneof(
  fc.constantFrom(...questions),
  fc.record({
    trait: fc.constant('day'),
    op: fc.constantFrom('within_last', 'older_than', 'within_next', 'beyond_next'),
    value: age,
  }),
  fc.record(
    {
      event: fc.constantFrom('Order', 'View'),
      within_last: age,
      count: fc.record({ at_least: fc.constantFrom(1, 2) }),
      last: fc.record({ older_than: age }),
    },
    { requiredKeys: ['event', 'within_last'] },
  ),
);
const { rule } = fc.letrec<{ rule: object }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    leaf,
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
    fc.record(
      {
        include: tie('rule'),
        exclude: tie('rule'),
        invert: fc.boolean(),
        limit: fc.constantFrom<object>(
          { count: 2, by: { trait: 'spent' } },
          { percent: 50 },
          { count: 3, by: { trait: 'spent', order: 'asc' } },
        ),
      },
      { requiredKeys: ['include'] },
    ),
  ),
}));

const momentMs = fc.integer({ min: -50, max: 10 }).map((half) => startMs + (half * hourMs) / 2);
const profile = fc.record({
  plan: fc.constantFrom('gold', 'free', undefined),
  spent: fc.constantFrom('1', '5', '9', undefined),
  dayMs: fc.option(momentMs),
  consent: fc.constantFrom(true, false, null),
});
const happened = fc.record({
  name: fc.constantFrom('Order', 'View'),
  atMs: momentMs,
  total: fc.constantFrom(1, 4, 7),
  onMs: momentMs,
});
/** What one writer does to one person: says what is known of them, or what they did. */
interface Write {
  readonly of: number;
  readonly profile?: {
    readonly plan: string | undefined;
    readonly spent: string | undefined;
    readonly dayMs: number | null;
    readonly consent: boolean | null;
  };
  readonly did?: {
    readonly name: string;
    readonly atMs: number;
    readonly total: number;
    readonly onMs: number;
  };
}

const writeTo = (of: fc.Arbitrary<number>): fc.Arbitrary<Write> =>
  fc.oneof(fc.record({ of, profile }), fc.record({ of, did: happened }));

interface Round {
  readonly waitMs: number;
  readonly writes: readonly Write[];
  readonly gone: number | null;
  /** A run of the audience that others ask about has ended well. */
  readonly reached: boolean;
  /** Written now, and committed in the next round. */
  readonly late: Write | null;
}

/** Whoever writes for long writes to people of their own: nobody else could go on before. */
const round: fc.Arbitrary<Round> = fc.record({
  waitMs: fc.constantFrom(0, 0, hourMs / 2, 3 * hourMs, 26 * hourMs, -hourMs),
  writes: fc.array(writeTo(fc.integer({ min: 1, max: 6 })), { maxLength: 4 }),
  gone: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 4 }),
  reached: fc.boolean(),
  late: fc.option(writeTo(fc.integer({ min: 7, max: 9 })), { freq: 2 }),
});

async function perform(tx: Tx, { of, profile: known, did }: Write): Promise<void> {
  if (known !== undefined) {
    const { plan, spent, dayMs, consent } = known;
    const day = dayMs === null ? [] : [new Date(dayMs).toISOString()];
    await tx.query(
      `insert into profile as p (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
         changed_xid, match_row_ids, identifiers, traits)
       values (1, $1, 0, 'p' || $1::bigint, $2, 2, 0, pg_current_xact_id(), array[$1::bigint], '{}', $3)
       on conflict (database_id, id) do update set traits = excluded.traits,
         consent = excluded.consent,
         ${changedTraits('excluded.traits', 'p.consent is not distinct from excluded.consent')}`,
      [of, consent, JSON.stringify({ plan, spent, day })],
    );
  }
  if (did !== undefined) {
    const { name, atMs, total, onMs } = did;
    const properties = { total, on: new Date(onMs).toISOString() };
    const event = { profileId: of, identityId: 0, name, atMs, receivedMs: atMs, messageId: 'm' };
    await addEvents(tx, databaseId, [{ ...event, properties }]);
  }
}

/** A transaction that has written and is not over; ends with what it gives back. */
async function hold(work: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  const { promise: written, resolve: wrote } = Promise.withResolvers<undefined>();
  const over = store.tx(async (tx) => {
    await work(tx);
    wrote(undefined);
    await ended;
  });
  await Promise.race([written, over]);
  return async () => {
    end(undefined);
    await over;
  };
}

async function lookAtAwake(): Promise<number> {
  const awake = await changedAudiences(store, { databaseId, atOnce: null });
  for (const { name } of awake) await evaluateAudience(store, await findAudience(store, name));
  return awake.length;
}

const members = async (name: string): Promise<number[]> => {
  const found = await store.query<{ id: number }>(
    `select m.profile_id as id from member m join audience a on a.id = m.audience_id
     where a.name = $1 order by 1`,
    [name],
  );
  return found.map(({ id }) => id);
};

/** Everybody whom the rule finds and who did not say no, asked anew. */
async function full(asked: object): Promise<number[]> {
  const { sql, params } = await membershipOf(store, databaseId, asked, 1);
  const found = await store.query<{ id: number }>(
    `select p.id from profile p where ${sql} and p.consent is not false order by p.id`,
    params,
  );
  return found.map(({ id }) => id);
}

/** Lets a history happen; after each of its rounds the members are those whom the rule finds. */
async function happen(asked: readonly object[], rounds: readonly Round[]): Promise<void> {
  await begin();
  const rules = [...questions, ...asked].map((one, i) => [`asking ${i}`, one] as const);
  for (const [name, one] of rules) {
    await make(name, one);
    await evaluateAudience(store, await findAudience(store, name));
  }
  let commitLate = async (): Promise<void> => {};
  try {
    for (const { waitMs, writes, gone, reached, late } of rounds) {
      nowMs += waitMs;
      await Promise.all([
        ...writes.map((one) => store.tx((tx) => perform(tx, one))),
        ...(gone === null ? [] : [store.tx((tx) => deleteProfiles(tx, databaseId, [gone]))]),
        lookAtAwake(),
        commitLate(),
      ]);
      // As the end of a run does.
      if (reached) {
        await store.query(
          `update audience set covered_at = muster_now(), answers_xid = pg_current_xact_id()
           where name = 'gold'`,
        );
      }
      commitLate = late === null ? async () => {} : await hold((tx) => perform(tx, late));
      while ((await lookAtAwake()) > 0);
      // What is looked at whole, and a clock that went back, is seen by every run and wakes nobody.
      for (const [name, one] of rules) {
        await evaluateAudience(store, await findAudience(store, name));
        expect([one, await members(name)]).toEqual([one, await full(one)]);
      }
    }
  } finally {
    await commitLate();
  }
}

it('ends with the same members as if everybody were looked at, whoever writes and whenever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 6, maxLength: 6 }),
      fc.array(round, { minLength: 3, maxLength: 6 }),
      happen,
    ),
    // Making it smaller would take longer than finding it; its seed says the same again.
    { numRuns: histories, endOnFailure: true },
  );
}, 600_000);

it('leaves nobody a member who was deleted while an evaluation saw them', async () => {
  const { id } = await findAudience(store, 'gold');
  const endEvaluation = await hold((tx) => evaluate(tx, { id }));
  const deleting = store.tx((tx) => deleteProfiles(tx, databaseId, [4]));
  // Without a lock it would be over before.
  await delay(300);
  await endEvaluation();
  await deleting;
  expect(await members('gold')).toEqual([2, 6]);
  expect((await findAudience(store, 'gold')).memberCount).toBe(2);
});
