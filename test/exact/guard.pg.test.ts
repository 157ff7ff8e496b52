import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { changeApprovalLimits, decideApproval, lastApproval } from '#store/approvals.ts';
import { findAudience } from '#store/audiences.ts';
import { findDatabase, setExpectedEvery } from '#store/databases.ts';
import { noteTypedDepartures } from '#store/departures.ts';
import { applyPlan, planAudience, releaseHeldRun } from '#sync/apply.ts';
import { deleteProfiles } from '#store/profiles.ts';
import { deleteProfile } from '#sync/profiles.ts';
import type { SyncReport } from '#sync/reports.ts';
import { relinkAudience } from '#sync/relink.ts';
import { syncAudience } from '#sync/sync.ts';
import { explainPerson } from '#sync/why.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place, startMs } from './place.ts';
import { Scene } from './scene.ts';

/** What the guard looks at besides numbers (docs/delivery.md §6). */
let place: Place;
const hourMs = 3_600_000;

beforeEach(async () => {
  place = await openPlace(new Chance(4));
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const silent = () => {};

async function synchronise(): Promise<SyncReport> {
  return await syncAudience(place.muster, 'gold', { wait: true, trigger: 'manual' }, silent);
}

interface Person {
  readonly email?: string;
  readonly phone?: string;
  readonly seen?: string;
  readonly plan?: string;
}

/** So many people by number; what `change` says of one goes over what everybody has. */
function people(count: number, change: (i: number) => Person | null = () => ({})): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const own = change(i);
    if (own === null) return '';
    const person = {
      ...{ email: `p${i}@x.org`, phone: `+49171${3_000_000 + i}` },
      ...{ seen: '2026-10-31', plan: 'gold' },
      ...own,
    };
    return `${i},${person.email},${person.phone},${person.seen},${person.plan}`;
  });
  return `id,email,phone,seen,plan\n${lines.filter((line) => line !== '').join('\n')}\n`;
}

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

describe('a run that waits for a second person', () => {
  const conclusionOf = async (externalId: string) => {
    const { conclusion, next } = await explainPerson(place.muster, 'gold', externalId);
    return { conclusion, next };
  };

  it('is why somebody is not at Meta yet, or still is', async () => {
    const { store } = place.muster;
    await place.createAudience('gold', gold);
    await place.receive(people(4));
    await synchronise();
    await changeApprovalLimits(store, 1, { peopleAtMost: 2, removalsAtMost: 0 }, false);
    await place.receive(people(8, (i) => (i === 0 ? { plan: 'free' } : {})));
    const held = await synchronise();
    expect(held).toMatchObject({ state: 'held', error: { code: 'APPROVAL_NEEDED' } });
    const { runId } = held;
    const next = `muster approve ${runId} --by ADDRESS, or muster refuse ${runId} --by ADDRESS`;
    const open = `run ${runId} waits for a second person, and nobody has answered.`;
    expect(await conclusionOf('6')).toEqual({
      ...{ conclusion: `Belongs, and was not sent yet: ${open}`, next },
    });
    expect(await conclusionOf('0')).toEqual({
      conclusion: `Does not belong: the rule does not find them, and is still at Meta: ${open}`,
      next,
    });
    expect((await conclusionOf('2')).conclusion).toBe('Belongs, and Meta has acknowledged it.');
    const asked = await lastApproval(store, (await findAudience(store, 'gold')).id);
    const by = { kind: 'terminal', id: null, name: 'Bo', personId: null } as const;
    const answer = { state: 'refused', by, via: 'terminal', note: null } as const;
    await store.tx((tx) => decideApproval(tx, asked?.id ?? 0, answer));
    expect(await conclusionOf('6')).toEqual({
      conclusion: `Belongs, and was not sent yet: Bo said no to what run ${runId} was to send.`,
      next: 'muster sync gold asks again',
    });
  });
});

describe('a column that goes blank', () => {
  beforeEach(async () => {
    await place.createAudience('gold', gold);
    await place.receive(people(50));
    expect(await synchronise()).toMatchObject({ added: 50 });
  });
  const without = (lost: number) => people(50, (i) => (i < lost ? { email: '' } : {}));

  it('passes below a fifth', async () => {
    await place.receive(without(9));
    expect(await synchronise()).toMatchObject({ state: 'succeeded', updates: 9 });
  });

  it('holds from a fifth on, sends what is new, and goes on when the column is back', async () => {
    await place.receive(`${without(10)}50,new@x.org,,,gold\n`);
    const held = await synchronise();
    expect(held).toMatchObject({ state: 'held', added: 1, removed: 0 });
    expect(held.guard).toMatchObject({ holds: 'all', held: 10, removes: 0 });
    expect(held.guard.reasons).toEqual([
      '10 of 50 people who had EMAIL have none any more within 24 hours; the limit is a fifth',
    ]);
    await place.receive(people(50));
    expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 0 });
    expect(await place.heldRows(held.metaAudienceId)).toHaveLength(51);
  });

  it('adds up what went blank within the day, and no longer', async () => {
    await place.receive(without(6));
    expect(await synchronise()).toMatchObject({ state: 'succeeded' });
    await place.receive(without(10));
    expect(await synchronise()).toMatchObject({ state: 'held' });
    place.clock.nowMs += 25 * hourMs;
    expect(await synchronise()).toMatchObject({ state: 'succeeded', updates: 4 });
  });

  it('lets them go when somebody releases them', async () => {
    await place.receive(without(50));
    const held = await synchronise();
    const released = await releaseHeldRun(place.muster, Number(held.runId), 'ana', silent);
    expect(released).toMatchObject({ state: 'succeeded', updates: 50, removed: 0 });
    const rows = await place.heldRows(held.metaAudienceId);
    expect(rows.filter((row) => (JSON.parse(row) as string[])[1] !== '')).toEqual([]);
    expect(rows).toHaveLength(50);
  });
});

describe('people who come late', () => {
  const lately = { trait: 'seen', op: 'within_last', value: { days: 2 } };
  beforeEach(async () => {
    await place.createAudience('gold', lately);
    const { id } = await findDatabase(place.muster.store, 'main');
    await setExpectedEvery(place.muster.store, id, 12 * 60);
    // Ten of thirty fall out of the rule by the clock alone, within the day.
    await place.receive(
      people(30, (i) => ({ seen: i < 10 ? '2026-10-31T00:00:00Z' : '2026-11-01T09:00:00Z' })),
    );
    expect(await synchronise()).toMatchObject({ added: 30 });
  });

  it('are no reason to hold until twice the time has passed', async () => {
    place.clock.nowMs = startMs + 24 * hourMs;
    expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 10 });
  });

  it('hold whom time alone removes, and nobody else', async () => {
    place.clock.nowMs = startMs + 24 * hourMs + 1;
    await deleteProfile(place.muster, { database: 'main', externalId: '29' });
    const held = await synchronise();
    expect(held).toMatchObject({ state: 'held', removed: 1 });
    expect(held.guard).toMatchObject({ holds: 'time', held: 10, removes: 10 });
    expect(held.guard.reasons).toEqual([
      '10 people would leave because time has passed, but people of “main” last came in 2026-11-01 10:00 UTC and are expected every 12 hours',
    ]);
    const why = await explainPerson(place.muster, 'gold', '3');
    expect(why.conclusion).toContain('is still at Meta: the removals of run');
    expect(why.next).toBe(`muster plan gold, then muster release ${held.runId} --by YOUR_NAME`);
    // Somebody looks and finds that it is so.
    const released = await releaseHeldRun(place.muster, Number(held.runId), 'ana', silent);
    expect(released).toMatchObject({ state: 'succeeded', removed: 10 });
  });

  it('count as evidence again when they come', async () => {
    place.clock.nowMs = startMs + 25 * hourMs;
    expect(await synchronise()).toMatchObject({ state: 'held' });
    // Five are seen again, five come as they were: those leave.
    await place.receive(
      people(10, (i) => ({
        seen: i < 5 ? '2026-11-02T10:00:00Z' : '2026-10-31T00:00:00Z',
        email: `new${i}@x.org`,
      })),
    );
    expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 5 });
  });
});

describe('what a person typed', () => {
  beforeEach(async () => {
    await place.createAudience('gold', gold);
    await place.receive(people(22));
    expect(await synchronise()).toMatchObject({ added: 22 });
  });

  it('is not counted: deleting profiles one after the other', async () => {
    for (let i = 0; i < 15; i++) {
      await deleteProfile(place.muster, { database: 'main', externalId: String(i) });
    }
    place.clock.nowMs += 3_000;
    const plan = await planAudience(place.muster, 'gold', silent);
    expect(plan).toMatchObject({ removes: 15, guard: { verdict: 'pass', removes: 0 } });
    expect(await applyPlan(place.muster, plan.checksum, silent)).toMatchObject({ removed: 15 });
    // Nor does it count later: seven are left, and five of them go on evidence.
    await place.receive(people(22, (i) => (i >= 17 ? { plan: 'silver' } : null)));
    expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 5 });
  });

  it('goes though the rest is held', async () => {
    await deleteProfile(place.muster, { database: 'main', externalId: '0' });
    await place.receive(people(22, (i) => (i === 0 ? null : { plan: 'silver' })));
    const held = await synchronise();
    expect(held).toMatchObject({ state: 'held', removed: 1, guard: { held: 21, removes: 21 } });
    expect(await place.heldRows(held.metaAudienceId)).toHaveLength(21);
  });

  it('is kept until the removal is done, and no longer', async () => {
    const { store } = place.muster;
    const { id } = await findAudience(store, 'gold');
    const [someone] = await store.query<{ id: number }>('select id from profile limit 1');
    await store.tx((tx) => noteTypedDepartures(tx, id, [someone?.id ?? 0]));
    const typed = () => store.query('select cause from departure where audience_id = $1', [id]);
    expect(await typed()).toEqual([{ cause: 'hand' }]);
    await deleteProfile(place.muster, { database: 'main', externalId: '0' });
    expect(await synchronise()).toMatchObject({ removed: 1 });
    expect(await typed()).toEqual([{ cause: 'hand' }].slice(someone?.id === undefined ? 0 : 1));
  });

  it('is what a release says: the removals it let go do not count against the next', async () => {
    await place.receive(people(22, (i) => (i < 12 ? { plan: 'silver' } : null)));
    const held = await synchronise();
    expect(held.state).toBe('held');
    const released = await releaseHeldRun(place.muster, Number(held.runId), 'ana', silent);
    expect(released).toMatchObject({ state: 'succeeded', removed: 12 });
    await place.receive(people(22, (i) => (i === 12 ? { plan: 'silver' } : null)));
    expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 1 });
  });
});

describe('a snapshot without anybody', () => {
  it('holds an audience of any size; who is deleted by hand goes', async () => {
    await place.createAudience('gold', gold);
    await place.receive(people(3));
    expect(await synchronise()).toMatchObject({ added: 3 });
    await deleteProfile(place.muster, { database: 'main', externalId: '0' });
    // What no door lets in: a way by which everybody is gone at once.
    await place.muster.store.tx(async (tx) => {
      const ids = await tx.query<{ id: number }>('select id from profile');
      await deleteProfiles(
        tx,
        1,
        ids.map(({ id }) => id),
        { typed: false },
      );
    });
    const held = await synchronise();
    expect(held).toMatchObject({ state: 'held', removed: 1, guard: { held: 2 } });
    expect(held.guard.reasons).toEqual(['2 people would leave because nobody is left in “main”']);
    const released = await releaseHeldRun(place.muster, Number(held.runId), 'ana', silent);
    expect(released).toMatchObject({ state: 'succeeded', removed: 2 });
  });
});

describe('the size of a day ago', () => {
  it('is not smaller because additions had to be said again', async () => {
    await using scene = await Scene.open();
    await scene.receive(people(24));
    expect(await scene.sync()).toMatchObject({ added: 24 });
    scene.place.clock.nowMs += 25 * hourMs;
    // Ten leave, six come, and twice nobody hears that the six have come.
    const changed = (leaving: number) => people(30, (i) => (i < leaving ? { plan: 'silver' } : {}));
    scene.fates = ['answered', 'done', 'done'];
    await scene.receive(changed(10));
    expect(await scene.sync()).toMatchObject({ removed: 10, added: 6 });
    expect(scene.fates).toEqual([]);
    await scene.receive(changed(17));
    const held = await scene.sync();
    expect(held).toMatchObject({ state: 'held', removed: 0 });
    expect(held.guard.reasons).toEqual([
      'more than half of 24 people would leave: 17 within 24 hours',
    ]);
  });
});

it('a day goes on where an audience is linked to the same Meta audience again', async () => {
  const adAccount = must(place.sandbox.adAccounts[0], 'an ad account').id;
  await place.createAudience('gold', gold);
  await place.receive(people(100));
  const { metaAudienceId } = await synchronise();
  place.clock.nowMs += 25 * hourMs;
  const left = (count: number) => people(100, (i) => (i < count ? { plan: 'none' } : {}));
  await place.receive(left(40));
  expect(await synchronise()).toMatchObject({ state: 'succeeded', removed: 40 });
  await relinkAudience(place.muster, 'gold', null);
  await relinkAudience(place.muster, 'gold', {
    adAccount,
    metaAudienceId: must(metaAudienceId, 'it has one'),
  });
  await place.receive(left(60));
  expect(await synchronise()).toMatchObject({ state: 'held', removed: 0 });
});
