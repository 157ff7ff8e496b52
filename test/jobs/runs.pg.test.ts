import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelActiveRun, replayAudience } from '#jobs/control.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { deactivate } from '#store/lifecycle.ts';
import { countReplayable, requestReplays } from '#store/replay.ts';
import { createAudience } from '#store/audiences.ts';
import {
  type ClaimedRun,
  endRun,
  holdFence,
  pauseRun,
  renewLease,
  requestRun,
  withClaimedRun,
} from '#store/run-queue.ts';
import { takeOne } from '#jobs/workers.ts';
import { activateAudience } from '#sync/activate.ts';
import { applyPlan, planAudience } from '#sync/apply.ts';
import { relinkAudience } from '#sync/relink.ts';
import { syncAudience } from '#sync/sync.ts';
import { deactivateAudience } from '#sync/deactivate.ts';
import type { Muster } from '#sync/muster.ts';
import { explainPerson } from '#sync/why.ts';
import { silentLog } from '../support/silent-log.ts';
import { type Clockwork, openClockwork } from './clockwork.ts';

const csv = (...ids: string[]) =>
  `id,email,plan\n${ids.map((id) => `${id},${id}@example.com,gold`).join('\n')}\n`;

let clockwork: Clockwork;
beforeEach(async () => {
  clockwork = await openClockwork();
  clockwork.sleepUntil('10:17:30');
  await clockwork.place.receive(csv('a', 'b'));
  await activateAudience(clockwork.place.muster, 'gold');
});
afterEach(() => clockwork[Symbol.asyncDispose]());

const sync = () =>
  syncAudience(clockwork.place.muster, 'gold', { wait: false, trigger: 'manual' }, () => {});

const relink = (muster: Muster, name: string) => relinkAudience(muster, name, null);

const codeOf = (error: unknown) => (error instanceof MusterError ? error.code : error);

async function askForRun(): Promise<number> {
  const { id } = await clockwork.audience();
  return (await requestRun(clockwork.place.muster.store, { audienceId: id, trigger: 'manual' }))
    .runId;
}

/** Takes a run and never lets go of it by itself. */
async function takeAndStop(): Promise<{ run: ClaimedRun; die: () => Promise<void> }> {
  const { store } = clockwork.place.muster;
  const dying = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<ClaimedRun>();
  const held = withClaimedRun(store, {}, async (run) => {
    taken.resolve(run);
    await dying.promise;
  });
  const run = await taken.promise;
  return {
    run,
    async die() {
      dying.resolve();
      await held;
    },
  };
}

describe('one run an audience', () => {
  it('whoever asks while one waits to be taken joins it', async () => {
    expect(await askForRun()).toBe(await askForRun());
    await clockwork.work();
    expect(await clockwork.runs()).toMatchObject([{ added: 2, attempts: 1 }]);
  });

  it('four who ask at once are answered by at most two runs, and all the same', async () => {
    // Here a wait would move everybody's clock, and a run that works is dead when its lease is over.
    const muster = { ...clockwork.place.muster, sleep: () => setTimeout(5) };
    const ask = () => syncAudience(muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
    const reports = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(reports.map(({ state, members }) => [state, members])).toEqual(
      reports.map(() => ['succeeded', 2]),
    );
    const runs = await clockwork.runs();
    expect(runs.length).toBeLessThanOrEqual(2);
    expect(runs.reduce((sum, { added }) => sum + added, 0)).toBe(2);
    expect(await clockwork.place.uploads()).toBe(1);
  });

  it('asked for while it is under way, another one follows', async () => {
    await askForRun();
    const { run, die } = await takeAndStop();
    clockwork.sleepUntil('10:17:31');
    expect(await askForRun()).toBe(run.id);
    const end = { state: 'succeeded', counts: {} } as const;
    expect(await clockwork.place.muster.store.tx((tx) => endRun(tx, run, end))).toBe(true);
    await die();
    expect(await clockwork.runs()).toMatchObject([{ state: 'queued' }, { state: 'succeeded' }]);
  });

  it.each([
    [
      'hears that it was cancelled, where none comes in its place',
      deactivateAudience,
      'RUN_STOPPED',
    ],
    ['is answered by the one that comes in its place', relink, 'succeeded'],
  ] as const)('who waits for a run %s', async (_, cancelling, answer) => {
    const { muster } = clockwork.place;
    await askForRun();
    const { die } = await takeAndStop();
    const sleep = async () => void (await cancelling(muster, 'gold'));
    const asking = syncAudience(
      { ...muster, sleep },
      'gold',
      { wait: false, trigger: 'manual' },
      () => {},
    );
    expect(await asking.then(({ state }) => state, codeOf)).toBe(answer);
    await die();
  });

  it('who joined late hears of it when the run that was to follow is cancelled', async () => {
    const { muster } = clockwork.place;
    await askForRun();
    const { run, die } = await takeAndStop();
    clockwork.sleepUntil('10:17:31');
    const sleep = async () => {
      const end = { state: 'succeeded', counts: {}, report: { state: 'succeeded' } } as const;
      await muster.store.tx(async (tx) => {
        await endRun(tx, run, end);
        await deactivate(tx, run.audienceId);
      });
    };
    const asking = syncAudience(
      { ...muster, sleep },
      'gold',
      { wait: false, trigger: 'manual' },
      () => {},
    );
    await expect(asking).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    await die();
  });

  it('who waits for one that waited and was cancelled hears of it, and not what it said before', async () => {
    const { muster } = clockwork.place;
    await askForRun();
    const { run, die } = await takeAndStop();
    const sleep = async () => {
      const pause = { waitingFor: 'window', dueInMs: 1_000, counts: {} } as const;
      await pauseRun(muster.store, run, { ...pause, report: { state: 'waiting' } });
      await deactivateAudience(muster, 'gold');
    };
    const asking = syncAudience(
      { ...muster, sleep },
      'gold',
      { wait: true, trigger: 'manual' },
      () => {},
    );
    await expect(asking).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    await die();
  });

  it('the database itself allows no second one', async () => {
    const { id } = await clockwork.audience();
    await askForRun();
    const second = clockwork.place.muster.store.query(
      `insert into run (audience_id, trigger, state, started_at) values ($1, 'x', 'running', now())`,
      [id],
    );
    await expect(second).rejects.toMatchObject({ code: '23505' });
  });
});

describe('leases', () => {
  it('a run is nobody else’s while its process lives, and anybody’s as soon as it is dead', async () => {
    await askForRun();
    const { run, die } = await takeAndStop();
    await clockwork.work();
    expect(await clockwork.runs()).toMatchObject([{ state: 'running', attempts: 1 }]);
    await die();
    await clockwork.work();
    expect(await clockwork.runs()).toMatchObject([
      { runId: String(run.id), state: 'succeeded', added: 2, attempts: 2 },
    ]);
  });

  it('a process that was stopped finds its run taken over, and sends and writes nothing', async () => {
    const { store } = clockwork.place.muster;
    await askForRun();
    const { run, die } = await takeAndStop();
    await clockwork.at('10:18:01');
    expect(await clockwork.runs()).toMatchObject([{ state: 'succeeded', attempts: 2 }]);
    expect(await renewLease(store, run)).toBe('lost');
    expect(await store.tx((tx) => holdFence(tx, run))).toBe(false);
    const end = { state: 'failed', counts: {} } as const;
    expect(await store.tx((tx) => endRun(tx, run, end))).toBe(false);
    await die();
    expect(await clockwork.runs()).toMatchObject([{ state: 'succeeded' }]);
  });

  it('a renewed lease lasts', async () => {
    await askForRun();
    const { run, die } = await takeAndStop();
    clockwork.sleepUntil('10:17:55');
    expect(await renewLease(clockwork.place.muster.store, run)).toBe('go on');
    await clockwork.at('10:18:20');
    expect(await clockwork.runs()).toMatchObject([{ state: 'running', attempts: 1 }]);
    await die();
  });
});

describe('fairness', () => {
  it('ad accounts take turns', async () => {
    const { store } = clockwork.place.muster;
    const [other] = await store.query<{ id: number; databaseId: number }>(
      `insert into integration (name, database_id, connection_id, ad_account)
       select 'other', database_id, connection_id, 'act_77' from integration
       returning id, database_id as "databaseId"`,
    );
    const make = async (name: string, integrationId: number) => {
      const { id } = await createAudience(store, {
        ...{ databaseId: other?.databaseId ?? 0, integrationId, name, ruleVersion: 'x' },
        ...{ rule: {}, customerFileSource: 'USER_PROVIDED_ONLY' },
      });
      await requestRun(store, { audienceId: id, trigger: 'manual' });
    };
    const { integrationId } = await clockwork.audience();
    for (const name of ['a1', 'a2', 'a3']) await make(name, integrationId ?? 0);
    for (const name of ['b1', 'b2']) await make(name, other?.id ?? 0);
    const order: string[] = [];
    for (let i = 0; i < 5; i++) {
      clockwork.sleepUntil(`10:20:0${i}`);
      await withClaimedRun(store, {}, async (run) => {
        order.push(run.audience);
        const end = { state: 'succeeded', counts: {} } as const;
        await store.tx((tx) => endRun(tx, run, end));
      });
    }
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });
});

describe('cancel, replay, reset', () => {
  it('cancels what is queued at once, and asks what runs to end', async () => {
    const { muster } = clockwork.place;
    const wish = { by: 'Ana', reason: 'wrong file' };
    await expect(cancelActiveRun(muster, 'gold', wish)).rejects.toMatchObject({
      code: 'RUN_NONE',
    });
    await askForRun();
    expect(await cancelActiveRun(muster, 'gold', wish)).toMatchObject({ state: 'cancelled' });
    await askForRun();
    const { run, die } = await takeAndStop();
    expect(await cancelActiveRun(muster, 'gold', wish)).toMatchObject({ state: 'cancelling' });
    expect(await renewLease(muster.store, run)).toBe('cancel');
    await die();
    expect((await clockwork.runs())[1]).toMatchObject({
      ...{ state: 'cancelled', cancelledBy: 'Ana', cancelReason: 'wrong file', requests: 0 },
    });
  });

  it.each(['replay', 'reset'] as const)('%s sends every member again, once', async (kind) => {
    const { place, runs } = clockwork;
    await sync();
    expect(await place.uploads()).toBe(1);
    clockwork.sleepUntil('10:30:00');
    await replayAudience(place.muster, 'gold', kind);
    await clockwork.work();
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', accepted: 2, added: 0 });
    expect(await place.uploads()).toBe(2);
    await sync();
    expect(await place.uploads()).toBe(2);
    expect((await clockwork.audience()).state).toBe('up to date');
  });
});

describe('resync all', () => {
  const everything = { databaseId: null, integrationId: null };
  const olga = { kind: 'user', id: '1', name: 'Olga', personId: '1' } as const;

  it('sends everybody of every active audience once, however often it is asked for', async () => {
    const { place, runs } = clockwork;
    const { store } = place.muster;
    const ask = () => store.tx((tx) => requestReplays(tx, everything, olga));
    // Meta has nothing of it yet, so there is nothing to say again.
    await place.createAudience('silver', { trait: 'plan', op: 'equals', value: 'silver' });
    await sync();
    clockwork.sleepUntil('10:30:00');
    const [first, ...others] = await ask();
    expect([first, others]).toMatchObject([{ audience: 'gold', state: 'queued' }, []]);
    expect(await ask()).toEqual([{ ...first, state: 'under way' }]);
    const noted = await store.query('select asked_by as "askedBy" from audience where name = $1', [
      'gold',
    ]);
    expect(noted).toEqual([{ askedBy: olga }]);
    const { run, die } = await takeAndStop();
    expect(run.replay).toBe(true);
    expect(await ask()).toEqual([{ ...first, state: 'under way' }]);
    await die();
    await clockwork.work();
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', accepted: 2, added: 0 });
    expect(await place.uploads()).toBe(2);
    await sync();
    expect(await place.uploads()).toBe(2);
    expect((await ask())[0]?.runId).not.toBe(first?.runId);
  });

  it('keeps to a database or an integration', async () => {
    const { store } = clockwork.place.muster;
    await sync();
    for (const scope of [{ databaseId: 1 }, { integrationId: 1 }]) {
      expect(await countReplayable(store, { ...everything, ...scope })).toBe(1);
    }
    for (const scope of [{ databaseId: 999 }, { integrationId: 999 }]) {
      expect(await countReplayable(store, { ...everything, ...scope })).toBe(0);
      expect(await store.tx((tx) => requestReplays(tx, { ...everything, ...scope }, olga))).toEqual(
        [],
      );
    }
  });
});

describe('waiting', () => {
  it('a run that waits for a window gives its worker back and comes back by itself', async () => {
    const { place, runs } = clockwork;
    await sync();
    await place.receive('id,email,plan\na,a@example.com,free\n');
    // The addition may still land for two seconds, so its opposite waits.
    await askForRun();
    await clockwork.work();
    expect((await runs())[0]).toMatchObject({ state: 'waiting', waitingFor: 'window' });
    await clockwork.at('10:17:31');
    expect((await runs())[0]).toMatchObject({ state: 'waiting' });
    await clockwork.at('10:17:33');
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', removed: 1, attempts: 2 });
  });

  it('a reviewed plan goes before a run that waits, and that goes on afterwards', async () => {
    const { place, runs } = clockwork;
    const plan = await planAudience(place.muster, 'gold', () => {});
    await askForRun();
    expect(await applyPlan(place.muster, plan.checksum, () => {})).toMatchObject({ added: 2 });
    expect(await runs()).toMatchObject([
      { trigger: 'schedule', state: 'queued' },
      { trigger: 'apply', state: 'succeeded' },
      { state: 'cancelled', cancelReason: 'a reviewed plan went first' },
    ]);
  });
});

describe('an audience that was deleted at Meta', () => {
  it('is said to be missing, and can be linked anew with everybody', async () => {
    const { place, runs } = clockwork;
    await sync();
    await deleteAtMeta();
    clockwork.sleepUntil('10:40:00');
    await place.receive(csv('c'));
    await askForRun();
    await clockwork.work();
    expect((await runs())[0]).toMatchObject({
      ...{ state: 'failed', error: { code: 'LINKED_AUDIENCE_MISSING' } },
    });
    expect((await clockwork.audience()).state).toBe('error');
    await relinkAudience(place.muster, 'gold', null);
    await clockwork.work();
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', added: 3 });
    expect(await explainPerson(place.muster, 'gold', 'a')).toMatchObject({ synchronized: true });
  });
});

async function deleteAtMeta(): Promise<void> {
  const { muster } = clockwork.place;
  const { integrationId } = await clockwork.audience();
  const { meta, adAccount } = await muster.openClient(integrationId ?? 0);
  const [link] = await muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link where ended_at is null',
  );
  const answer = await meta.deleteAudience({ account: adAccount, audienceId: link?.id ?? '' });
  expect(answer.outcome).toBe('clean');
}

it('a process that is about to end gives its run back, and the next one goes on', async () => {
  const { place, runs } = clockwork;
  await askForRun();
  await takeOne(place.muster, false, silentLog, AbortSignal.abort());
  expect((await runs())[0]).toMatchObject({ state: 'waiting', attempts: 1, accepted: 0 });
  await clockwork.work();
  expect((await runs())[0]).toMatchObject({ state: 'succeeded', attempts: 2, accepted: 2 });
});
