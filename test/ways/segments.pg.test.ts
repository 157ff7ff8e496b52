import { expect, it } from 'vitest';
import { parseRule } from '#audiences/rule.ts';
import { findAudience } from '#store/audiences.ts';
import { SEARCH_FIRST_PARAM, searchProfiles } from '#store/profile-details.ts';
import { editByHand, nobody } from '#sync/by-hand.ts';
import { createScenario, findEither, switchScenario } from '#sync/scenarios.ts';
import { startByName } from '#sync/scenario-starts.ts';
import { membershipOf } from '#sync/scope.ts';
import { syncAudience } from '#sync/sync.ts';
import { byAutomation, byHand, byRule, byScenario } from '#sync/ways.ts';
import { csv, isGold, openWaysDesk, type WaysDesk } from './_desk.ts';

type Move = (desk: WaysDesk, id: string) => Promise<unknown>;

/** How somebody comes into a segment and out of it. A and B are gold, and B says no. */
const segments: Readonly<Record<string, { enter: Move; leave: Move }>> = {
  hand: {
    enter: (desk, id) => byHandOf(desk, { include: [id], exclude: [] }),
    leave: (desk, id) => byHandOf(desk, { include: [], exclude: [id] }),
  },
  automation: {
    enter: (desk, id) => begin(desk, 'automation', 'automation', id),
    async leave(desk, id) {
      await desk.place.receive(csv(`${id},${id}@example.com,free,yes`));
      await begin(desk, 'automation', 'automation', id);
    },
  },
  scenario: {
    enter: (desk, id) => begin(desk, 'scenario', 'in', id),
    leave: (desk, id) => begin(desk, 'scenario', 'out', id),
  },
};

async function byHandOf(
  { place }: WaysDesk,
  ids: { include: readonly string[]; exclude: readonly string[] },
): Promise<void> {
  await editByHand(place.muster, 'hand', {
    include: { ...nobody, ids: ids.include },
    exclude: { ...nobody, ids: ids.exclude },
  });
}

let begun = 0;
async function begin(
  { place }: WaysDesk,
  kind: 'scenario' | 'automation',
  name: string,
  id: string,
): Promise<void> {
  await startByName(place.muster, (tx) => findEither(tx, { kind, name }), {
    ...{ people: { ids: [id], emails: [] }, rule: null, cause: `${++begun}`, unasked: false },
  });
}

async function open(): Promise<WaysDesk> {
  const desk = await openWaysDesk();
  const { muster } = desk.place;
  await desk.make('hand', byHand);
  await desk.make('scenario', byScenario);
  const onNote = { on: [{ on: 'note_added' }], if: isGold, do: 'add', else: 'remove' };
  await desk.make('automation', byAutomation(onNote));
  for (const [name, key] of [
    ['in', 'add'],
    ['out', 'remove'],
  ] as const) {
    const definition = { start: { by: 'hand' }, steps: [{ [key]: 'scenario' }] };
    await createScenario(muster, { name, database: 'main', definition });
    await switchScenario(muster, { kind: 'scenario', name }, 'active');
  }
  return desk;
}

const shown = async ({ place }: WaysDesk, name: string) => {
  const { state, memberCount, membersChangedAt, synchronizedAt } = await findAudience(
    place.muster.store,
    name,
  );
  return { state, memberCount, membersChangedAt, synchronizedAt };
};

async function atMeta({ place }: WaysDesk, name: string): Promise<unknown[]> {
  const how = { wait: true, trigger: 'manual' } as const;
  const { metaAudienceId } = await syncAudience(place.muster, name, how, () => {});
  const held = await place.heldRows(metaAudienceId);
  return held.map((row) => (JSON.parse(row) as unknown[])[0]);
}

it('who enters a segment of whichever kind is added at Meta, who leaves is removed (P-12, G-03)', async () => {
  await using desk = await open();
  for (const [name, { enter, leave }] of Object.entries(segments)) {
    const asking = `asks ${name}`;
    await desk.make(asking, byRule(parseRule({ member_of: name })));
    const before = await shown(desk, name);
    await enter(desk, 'B');
    expect(await shown(desk, name), name).toEqual(before);
    await enter(desk, 'A');
    expect([name, await atMeta(desk, name), await atMeta(desk, asking)]).toEqual([
      ...[name, ['A'], ['A']],
    ]);
    const synchronized = await shown(desk, name);
    expect(synchronized).toMatchObject({ state: 'up to date', memberCount: 1 });
    desk.later(1);
    // Whoever said no changes neither the count nor a moment, however often they are tried.
    await enter(desk, 'B');
    expect(await shown(desk, name), name).toEqual(synchronized);
    await leave(desk, 'A');
    expect([name, await atMeta(desk, name), await atMeta(desk, asking)]).toEqual([name, [], []]);
    await desk.place.receive(csv('A,a@example.com,gold,yes'));
  }
});

it('is asked about by hand and in search (T-01)', async () => {
  await using desk = await open();
  const { store } = desk.place.muster;
  await byHandOf(desk, { include: ['A', 'C'], exclude: [] });
  await desk.make('picked', byHand);
  const asked = { all: [{ member_of: 'hand' }, { not: isGold }] };
  await editByHand(desk.place.muster, 'picked', {
    include: { ...nobody, rules: [parseRule(asked)] },
    exclude: nobody,
  });
  expect(await desk.members('picked')).toEqual(['C']);
  const search = async (rule: object) => {
    const membership = await membershipOf(store, 1, rule, SEARCH_FIRST_PARAM);
    const from = { text: null, afterId: '0', limit: 10 };
    const found = await searchProfiles(store, 1, { membership, ...from });
    return found.map(({ externalId }) => externalId);
  };
  expect(await search({ member_of: 'hand' })).toEqual(['A', 'C']);
  expect(await search({ not: { member_of: 'hand' } })).toEqual(['B', 'D', 'E']);
});
