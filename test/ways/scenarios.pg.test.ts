import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '#store/db.ts';
import { parseRule } from '#audiences/rule.ts';
import { renameEverywhere } from '#sync/rename.ts';
import {
  createScenario,
  findEither,
  showScenario,
  showWalks,
  switchScenario,
} from '#sync/scenarios.ts';
import { startByLooking, startByName } from '#sync/scenario-starts.ts';
import { goOn } from '#sync/walks.ts';
import { byHand, byRule, byScenario, fillAnotherWay } from '#sync/ways.ts';
import { csv, isGold, openWaysDesk, type WaysDesk } from './_desk.ts';

let desk: WaysDesk;
beforeEach(async () => {
  desk = await openWaysDesk();
  await desk.make('vip', byScenario);
  await desk.make('buyers', byScenario);
});
afterEach(() => desk[Symbol.asyncDispose]());

const definition = {
  start: { by: 'hand' },
  steps: [
    { add: 'buyers' },
    { wait: { days: 2 } },
    { branch: { if: isGold, yes: [{ add: 'vip' }], no: [{ wait: { days: 1 } }, 'exit'] } },
    { remove: 'buyers' },
  ],
};

const which = { kind: 'scenario', name: 'welcome' } as const;

async function create(json: object = definition): Promise<void> {
  const { muster } = desk.place;
  await createScenario(muster, { name: 'welcome', database: 'main', definition: json });
  await switchScenario(muster, which, 'active');
}

const start = (ids: readonly string[], cause = 'test') =>
  startByName(desk.place.muster, (tx) => findEither(tx, which), {
    ...{ people: { ids, emails: [] }, rule: null, cause, unasked: false },
  });

async function work(): Promise<void> {
  while (await goOn(desk.place.muster));
}

it('goes on under the new names of its audiences, in steps and in rules', async () => {
  const { muster } = desk.place;
  await desk.make('gold', byRule(parseRule(isGold)));
  const asks = { member_of: 'gold' };
  const steps = [
    { wait: { days: 1 } },
    { branch: { if: asks, yes: [{ filter: { not: { not: asks } } }, { add: 'vip' }], no: [] } },
    { remove: 'buyers' },
  ];
  await create({ start: { daily: asks }, steps: [{ add: 'buyers' }, ...steps] });
  await start(['A', 'C']);
  const rename = (name: string, newName: string) =>
    renameEverywhere(muster, name, { newName, atMeta: false });
  // Each takes the name that another one just gave up.
  await rename('buyers', 'customers');
  await rename('gold', 'buyers');
  await rename('vip', 'gold');
  const { definition: after } = await showScenario(muster, which);
  const now = { member_of: 'buyers' };
  expect(after).toEqual({
    start: { daily: now },
    steps: [
      ...[{ add: 'customers' }, { wait: { days: 1 } }],
      { branch: { if: now, yes: [{ filter: { not: { not: now } } }, { add: 'gold' }], no: [] } },
      { remove: 'customers' },
    ],
  });
  desk.later(24);
  await work();
  expect([await desk.members('gold'), await desk.members('customers')]).toEqual([['A'], []]);
});

it('goes step by step, and everybody’s way can be seen (P-10)', async () => {
  await create();
  expect(await start(['A', 'C'])).toMatchObject({ started: 2 });
  expect(await desk.members('buyers')).toEqual(['A', 'C']);
  await work();
  const twoDays = new Date(desk.place.clock.nowMs + 2 * 86_400_000).toISOString();
  expect(await showWalks(desk.place.muster, which, 'A')).toMatchObject([
    {
      steps: [
        { step: 1, outcome: 'added' },
        { step: 2, outcome: 'waits' },
      ],
      next: { step: 3, at: twoDays },
    },
  ]);
  desk.later(48);
  await work();
  expect([await desk.members('vip'), await desk.members('buyers')]).toEqual([['A'], ['C']]);
  desk.later(24);
  await work();
  expect(await desk.members('buyers')).toEqual(['C']);
  expect(await showWalks(desk.place.muster, which, 'C')).toMatchObject([
    { endedAt: desk.place.now(), steps: [{}, {}, { outcome: 'no' }, {}, { outcome: 'left' }] },
  ]);
});

it('cannot be changed once it was activated', async () => {
  await create();
  const { store } = desk.place.muster;
  await expect(store.query(`update scenario set definition = '{}'`)).rejects.toThrow(
    'is active and cannot be changed',
  );
  await switchScenario(desk.place.muster, which, 'stopped');
  await expect(store.query(`update scenario set definition = '{}'`)).rejects.toThrow();
  await expect(start(['A'])).rejects.toMatchObject({ code: 'SCENARIO_INACTIVE' });
});

it('does every step once, however many work at it', async () => {
  await create();
  const names = Array.from({ length: 60 }, (_, i) => `N${i}`);
  await desk.place.receive(csv(...names.map((name) => `${name},${name}@example.com,gold,yes`)));
  await start(names);
  desk.later(48);
  const { muster } = desk.place;
  await Promise.all(Array.from({ length: 6 }, () => work()));
  expect(await desk.members('vip')).toEqual(names.toSorted());
  expect(await desk.members('buyers')).toEqual([]);
  const counts = await muster.store.query(
    `select name, member_count as members, (select count(*) from member m where m.audience_id = a.id)
       as rows from audience a order by name`,
  );
  expect(counts).toEqual([
    { name: 'buyers', members: 0, rows: 0 },
    { name: 'vip', members: 60, rows: 60 },
  ]);
  expect(await muster.store.query('select 1 from walk where ended_at is null')).toEqual([]);
  expect(await muster.store.query('select 1 from walk_step')).toHaveLength(60 * 5);
});

it('goes on where it was when a worker dies in the middle', async () => {
  await create();
  await start(['A', 'C']);
  desk.later(48);
  const { muster } = desk.place;
  const dying = { store: dyingAfter(muster.store, 9) };
  await expect(goOn(dying)).rejects.toThrow('the process died');
  expect(await desk.members('vip')).toEqual([]);
  await work();
  expect([await desk.members('vip'), await desk.members('buyers')]).toEqual([['A'], ['C']]);
});

/** Its transactions break after so many statements, and nothing of them stays. */
function dyingAfter(store: Store, statements: number): Store {
  let left = statements;
  return {
    ...store,
    tx: (workOnIt) =>
      store.tx((tx) =>
        workOnIt({
          ...tx,
          query: (text, params) => {
            if (--left < 0) throw new Error('the process died');
            return tx.query(text, params);
          },
        }),
      ),
  };
}

it('starts whom a rule finds, looked at once a day and once a person', async () => {
  await create({ start: { daily: isGold }, steps: [{ add: 'vip' }] });
  const { muster } = desk.place;
  expect(await startByLooking(muster)).toBe(true);
  expect(await desk.members('vip')).toEqual(['A']);
  await desk.place.receive(csv('C,c@example.com,gold,yes'));
  expect(await startByLooking(muster)).toBe(false);
  desk.later(24);
  expect(await startByLooking(muster)).toBe(true);
  expect(await desk.members('vip')).toEqual(['A', 'C']);
  expect(await showWalks(muster, which, 'A')).toHaveLength(1);
});

it('waits while it is stopped', async () => {
  await create();
  await start(['A']);
  const { muster } = desk.place;
  await switchScenario(muster, which, 'stopped');
  desk.later(48);
  await work();
  expect(await desk.members('vip')).toEqual([]);
  await switchScenario(muster, which, 'active');
  await work();
  expect(await desk.members('vip')).toEqual(['A']);
});

it('fills only audiences whose way it is, and those stay so (A-13)', async () => {
  const { muster } = desk.place;
  await desk.make('list', byHand);
  const wish = { name: 'welcome', database: 'main' };
  const steps = [{ add: 'list' }];
  await expect(
    createScenario(muster, { ...wish, definition: { start: { by: 'hand' }, steps } }),
  ).rejects.toMatchObject({ code: 'AUDIENCE_OTHER_WAY' });
  await create();
  await expect(
    fillAnotherWay(muster, 'vip', byHand, { members: 'keep', dryRun: false }),
  ).rejects.toMatchObject({ code: 'AUDIENCE_OTHER_WAY' });
  await expect(
    muster.store.query(`update audience set way = 'hand' where name = 'vip'`),
  ).rejects.toMatchObject({ constraint: 'scenario_of_audience' });
});

it('knows its audiences whatever they are called since', async () => {
  await create();
  await desk.place.muster.store.query(`update audience set name = 'gold' where name = 'vip'`);
  await start(['A']);
  desk.later(48);
  await work();
  expect(await desk.members('gold')).toEqual(['A']);
});
