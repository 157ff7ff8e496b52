import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueSweeps } from '#jobs/plan-runs.ts';
import { findAudience } from '#store/audiences.ts';
import { activeLink } from '#store/links.ts';
import { tallySoFar } from '#store/run-tally.ts';
import { setSweep } from '#store/sweep.ts';
import { planAudience } from '#sync/apply.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place, startMs } from './place.ts';

/** What was told long ago is told again (docs/delivery.md §9), on a clock that is set by hand. */
let place: Place;
const dayMs = 86_400_000;

beforeEach(async () => {
  place = await openPlace(new Chance(3));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const manual = { wait: false, trigger: 'manual' } as const;

async function synchronise(): Promise<SyncReport> {
  return await syncAudience(place.muster, 'gold', manual, () => {});
}

/** The day counts from the first one. */
async function onDay(day: number): Promise<SyncReport> {
  place.clock.nowMs = startMs + day * dayMs;
  return await synchronise();
}

function people(from: number, until: number, plan = 'gold'): string {
  const lines = Array.from({ length: until - from }, (_, i) => from + i);
  return `id,email,plan\n${lines.map((i) => `${i},p${i}@x.org,${plan}`).join('\n')}\n`;
}

async function link() {
  const { id } = await findAudience(place.muster.store, 'gold');
  const found = await activeLink(place.muster.store, id);
  if (found === null) throw new Error('not linked');
  return found;
}

async function retain(days: number): Promise<void> {
  const { id } = await link();
  await place.muster.store.query('update link set retention_days = $2 where id = $1', [id, days]);
}

describe('the sweep', () => {
  it('says again after 30 days what was told, and nothing before', async () => {
    await place.receive(people(0, 5));
    expect(await synchronise()).toMatchObject({ added: 5, swept: 0, requestsUsed: 1 });
    expect(await onDay(29)).toMatchObject({ swept: 0, requestsUsed: 0 });
    place.clock.nowMs = startMs + 31 * dayMs;
    const plan = await planAudience(place.muster, 'gold', () => {});
    expect(plan).toMatchObject({ adds: 0, repeats: 0, requests: 0, swept: 5 });
    const swept = await synchronise();
    expect(swept).toMatchObject({ state: 'succeeded', added: 0, accepted: 5, swept: 5 });
    expect(swept.requestsUsed).toBe(1);
    // Whoever takes the run over from a dead worker counts the same.
    const soFar = await tallySoFar(place.muster.store, Number(swept.runId));
    expect(soFar).toMatchObject({ accepted: 5, swept: 5, added: 0, rejected: 0 });
    expect(await place.heldRows(swept.metaAudienceId)).toHaveLength(5);
    expect(await onDay(31.1)).toMatchObject({ swept: 0, requestsUsed: 0 });
    expect(await onDay(60)).toMatchObject({ swept: 5 });
  });

  it('never lets a row get as old as 80 days, however rarely an audience runs', async () => {
    await place.receive(people(0, 5));
    await synchronise();
    for (const day of [14, 28, 42, 56, 70, 84, 98]) {
      await place.receive(people(day, day + 1));
      await onDay(day);
      const { id } = await link();
      const [oldest] = await place.muster.store.query<{ days: number }>(
        `select max(extract(epoch from muster_now() - sent_at))::float8 / 86400 as days
         from ledger_state where link_id = $1 and state = 'in'`,
        [id],
      );
      expect(oldest?.days).toBeLessThan(45);
    }
  });

  it('heals what Meta lost', async () => {
    await place.receive(people(0, 3));
    const { metaAudienceId } = await synchronise();
    const lost = await place.heldRows(metaAudienceId);
    await place.muster.openClient(1).then(({ meta, adAccount }) =>
      meta.users({
        account: adAccount,
        audienceId: metaAudienceId ?? '',
        direction: 'remove',
        body: new TextEncoder().encode(
          JSON.stringify({ payload: { schema: ['EXTERN_ID'], data: [['0'], ['1']] } }),
        ),
        openByMs: Infinity,
      }),
    );
    place.clock.nowMs += dayMs;
    expect(await place.heldRows(metaAudienceId)).toHaveLength(1);
    expect(await synchronise()).toMatchObject({ requestsUsed: 0 });
    await onDay(31);
    expect(await place.heldRows(metaAudienceId)).toEqual(lost);
  });

  it('says a removal once more after a month, and then never again', async () => {
    await place.receive(people(0, 4));
    const { metaAudienceId } = await synchronise();
    await place.receive(people(0, 2, 'free'));
    expect(await onDay(1)).toMatchObject({ removed: 2 });
    // An addition that nobody expected any more lands.
    await place.muster.openClient(1).then(({ meta, adAccount }) =>
      meta.users({
        account: adAccount,
        audienceId: metaAudienceId ?? '',
        direction: 'add',
        body: new TextEncoder().encode(
          JSON.stringify({ payload: { schema: ['EXTERN_ID'], data: [['0']] } }),
        ),
        openByMs: Infinity,
      }),
    );
    place.clock.nowMs += dayMs;
    expect(await place.heldRows(metaAudienceId)).toHaveLength(3);
    expect(await onDay(29)).toMatchObject({ swept: 0 });
    expect(await onDay(31)).toMatchObject({ state: 'succeeded', removed: 0, swept: 4 });
    expect(await place.heldRows(metaAudienceId)).toHaveLength(2);
    expect(await onDay(62)).toMatchObject({ swept: 2, requestsUsed: 1 });
  });

  it('says after such a removal again whom it may have taken along', async () => {
    const shared = (plan: string) =>
      `id,email,phone,plan\n0,p0@x.org,+491713920012,${plan}\n1,p1@x.org,+491713920012,gold\n`;
    await place.receive(shared('gold'));
    const { metaAudienceId } = await synchronise();
    await place.receive(shared('free'));
    await onDay(1);
    place.clock.nowMs += dayMs;
    const held = await place.heldRows(metaAudienceId);
    expect(held).toHaveLength(1);
    await onDay(31);
    place.clock.nowMs += dayMs;
    expect(await synchronise()).toMatchObject({ state: 'succeeded' });
    expect(await place.heldRows(metaAudienceId)).toEqual(held);
  });

  it('comes after fresh changes, and leaves those alone who are to leave', async () => {
    await place.receive(people(0, 30));
    await synchronise();
    await place.receive(people(0, 20, 'free'));
    await place.receive(people(30, 31));
    const report = await onDay(31);
    // The guard holds the twenty; nobody says them again meanwhile.
    expect(report).toMatchObject({ state: 'held', added: 1, swept: 10, requestsUsed: 2 });
  });

  it('says again a part at a time, the oldest first', async () => {
    await place.receive(people(0, 12_000));
    await synchronise();
    expect(await onDay(31)).toMatchObject({ swept: 10_000, requestsUsed: 1 });
    expect(await onDay(31.05)).toMatchObject({ swept: 2_000, requestsUsed: 1 });
    expect(await onDay(31.1)).toMatchObject({ swept: 0, requestsUsed: 0 });
  });

  it('does so in less than half of the days after which Meta lets people go', async () => {
    await place.receive(people(0, 3));
    await synchronise();
    await retain(20);
    expect(await onDay(9)).toMatchObject({ swept: 0 });
    expect(await onDay(9.6)).toMatchObject({ swept: 3 });
  });

  it('can be switched off and on', async () => {
    await place.receive(people(0, 3));
    await synchronise();
    const { id } = await findAudience(place.muster.store, 'gold');
    expect(await setSweep(place.muster.store, id, false)).toBe(true);
    expect(await setSweep(place.muster.store, id, false)).toBe(false);
    expect(await onDay(50)).toMatchObject({ swept: 0, requestsUsed: 0 });
    expect(await setSweep(place.muster.store, id, true)).toBe(true);
    expect(await onDay(51)).toMatchObject({ swept: 3 });
  });

  it('has a run of its own where without a change there is none', async () => {
    await place.receive(people(0, 3));
    await synchronise();
    await place.muster.store.query(`update audience set schedule = '{"kind":"at once"}'`);
    place.clock.nowMs = startMs + 29 * dayMs;
    expect(await queueSweeps(place.muster)).toBe(0);
    place.clock.nowMs = startMs + 31 * dayMs;
    expect(await queueSweeps(place.muster)).toBe(1);
    expect(await queueSweeps(place.muster)).toBe(0);
    expect(await synchronise()).toMatchObject({ swept: 3 });
    expect(await queueSweeps(place.muster)).toBe(0);
  });
});
