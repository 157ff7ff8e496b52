import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#config/log.ts';
import {
  cancelModel,
  changeModelSchedule,
  queueDueModels,
  showModelSchedule,
  takeOneModel,
} from '#jobs/model-runs.ts';
import { calendarSchedule, intervalSchedule } from '#schedules/schedule.ts';
import { findDatabase } from '#store/databases.ts';
import { requestModelRun, whileNoModelRuns } from '#store/model-queue.ts';
import { listModelRuns } from '#store/model-runs.ts';
import { addModel, type Model } from '#store/models.ts';
import { addSource } from '#store/sources.ts';
import { lockAlone } from '#store/suppressions.ts';
import { errorOf, forgetRows, syncModel } from '#sync/model-runs.ts';
import type { Muster } from '#sync/muster.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

let place: Place;
let muster: Muster;
let directory = '';
let source: DatabaseSync;
let buyers: Model;
let path = '';
const log: string[] = [];
const workerLog = createLog('text', (line) => log.push(line), Date.now);

beforeEach(async () => {
  place = await openPlace(new Chance(7));
  directory = await mkdtemp(join(tmpdir(), 'muster-model-'));
  path = join(directory, 'shop.sqlite');
  source = new DatabaseSync(path);
  source.exec(`create table buyer (id text, email text);
    insert into buyer values ('1', 'ana@example.com'), ('2', 'bo@example.com'), ('3', 'cy@example.com')`);
  const openSource = () =>
    Promise.resolve({ kind: 'sqlite', url: path, allowPrivate: false } as const);
  // The middle of what a retry may be early by.
  muster = { ...place.muster, openSource, random: () => 0.5 };
  const { store } = muster;
  const { id: databaseId } = await findDatabase(store, 'main');
  buyers = await store.tx(async (tx) => {
    const { id: sourceId } = await addSource(tx, {
      ...{ name: 'shop', kind: 'sqlite', place: 'shop', allowPrivate: false, settings: {} },
      seal: () => Buffer.alloc(1),
    });
    return await addModel(tx, {
      ...{ name: 'buyers', databaseId, sourceId, sql: 'select * from buyer', idColumn: 'id' },
      ...{ map: null, mode: 'mirror', enabled: true },
    });
  });
  log.length = 0;
});
afterEach(async () => {
  source.close();
  await place[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** Sets the time of the day and lets the workers do what is due. */
async function at(time: string): Promise<void> {
  place.clock.nowMs = Date.parse(`2026-11-02T${time}Z`);
  await queueDueModels(muster);
  while (await takeOneModel(muster, workerLog));
}

const runs = async () => await listModelRuns(muster.store, 'buyers', 50);
const nextRun = async () => (await showModelSchedule(muster, 'buyers')).nextRunAt;

async function ids(): Promise<string> {
  const rows = await muster.store.query<{ id: string }>(
    'select external_id as id from profile order by 1',
  );
  return rows.map(({ id }) => id).join(' ');
}

describe('S-06 the schedule of a model', () => {
  it('an interval runs at once, then on its steps, and once for all that was missed', async () => {
    await at('10:20:00');
    expect(await runs()).toEqual([]);
    await changeModelSchedule(muster, 'buyers', intervalSchedule('15m'));
    await at('10:20:00');
    expect(await runs()).toMatchObject([{ state: 'succeeded', trigger: 'schedule' }]);
    expect(await nextRun()).toBe('2026-11-02T10:35:00.000Z');
    source.exec(`insert into buyer values ('4', 'di@example.com')`);
    await at('10:34:59');
    expect(await ids()).toBe('1 2 3');
    await at('12:07:00');
    expect(await ids()).toBe('1 2 3 4');
    expect(await runs()).toHaveLength(2);
    expect(await nextRun()).toBe('2026-11-02T12:20:00.000Z');
  });

  it('days and times run at the set time first', async () => {
    await at('10:20:00');
    const wish = { days: 'mon,thu', times: '12:30', zone: 'Europe/Berlin' };
    await changeModelSchedule(muster, 'buyers', calendarSchedule(wish));
    await at('11:29:59');
    expect(await runs()).toEqual([]);
    await at('11:30:00');
    expect(await runs()).toHaveLength(1);
    expect(await nextRun()).toBe('2026-11-05T11:30:00.000Z');
  });

  it('a model that is off keeps its turn until it is on', async () => {
    await at('10:00:00');
    await changeModelSchedule(muster, 'buyers', intervalSchedule('1h'));
    await muster.store.query('update model set enabled = false');
    await at('10:00:00');
    expect(await runs()).toEqual([]);
    await muster.store.query('update model set enabled = true');
    await at('10:10:00');
    expect(await runs()).toHaveLength(1);
  });
});

describe('a planned run that fails', () => {
  it('keeps its reason, removes nobody, and is tried again later and later', async () => {
    await at('10:00:00');
    await changeModelSchedule(muster, 'buyers', intervalSchedule('1h'));
    await at('10:00:00');
    source.exec('alter table buyer rename to elsewhere');
    await at('11:00:00');
    const [last] = await runs();
    expect(last).toMatchObject({ state: 'failed', errorCode: 'SOURCE_QUERY', counts: null });
    expect(last && errorOf(last)).toMatchObject({ next: expect.stringContaining('the query') });
    expect(log.join()).toContain('SOURCE_QUERY');
    expect(await ids()).toBe('1 2 3');
    // A minute, two, four … and each by chance up to half sooner: here a quarter.
    expect(await nextRun()).toBe('2026-11-02T11:00:45.000Z');
    await at('11:00:45');
    expect(await nextRun()).toBe('2026-11-02T11:02:15.000Z');
    expect((await runs())[0]).toMatchObject({ trigger: 'retry', state: 'failed' });
    source.exec('alter table elsewhere rename to buyer');
    await at('11:02:15');
    expect((await runs())[0]).toMatchObject({ trigger: 'retry', state: 'succeeded' });
    expect(await showModelSchedule(muster, 'buyers')).toMatchObject({
      failures: 0,
      nextRunAt: '2026-11-02T12:00:00.000Z',
    });
  });

  it('has five tries between, and then its planned moments only', async () => {
    await at('10:00:00');
    source.exec('alter table buyer rename to elsewhere');
    await changeModelSchedule(muster, 'buyers', intervalSchedule('1d'));
    await at('10:00:00');
    for (let tries = 1; tries <= 5; tries++) await at((await nextRun())?.slice(11, 19) ?? '');
    expect(await runs()).toHaveLength(6);
    expect(await nextRun()).toBe('2026-11-03T10:00:00.000Z');
  });
});

describe('S-07 sync now, cancel, reset', () => {
  it('a run that is cancelled while it reads takes nothing over', async () => {
    const cancelled = syncModel(muster, buyers, { allowEmpty: false }, ({ step }) => {
      if (step === 'query') cancelling ??= cancelModel(muster, 'buyers', 'a wrong table');
    });
    let cancelling: Promise<unknown> | undefined;
    await expect(cancelled).rejects.toMatchObject({ code: 'MODEL_RUN_CANCELLED' });
    await cancelling;
    expect(await ids()).toBe('');
    expect(await runs()).toMatchObject([{ state: 'cancelled', cancelReason: 'a wrong table' }]);
    await syncModel(muster, buyers, { allowEmpty: false }, () => {});
    expect(await ids()).toBe('1 2 3');
  });

  it('one that waits is cancelled at once, and where there is none that is said', async () => {
    await requestModelRun(muster.store, { modelId: buyers.id, trigger: 'schedule' });
    expect(await cancelModel(muster, 'buyers', null)).toMatchObject({ state: 'cancelled' });
    await expect(cancelModel(muster, 'buyers', null)).rejects.toMatchObject({
      code: 'MODEL_RUN_NONE',
    });
    await at('10:00:00');
    expect(await ids()).toBe('');
  });

  it('whoever asks while it runs gets the same run', async () => {
    const how = { allowEmpty: false };
    const reports = await Promise.all(
      [1, 2, 3].map(() => syncModel(muster, buyers, how, () => {})),
    );
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe((await runs()).length);
    expect(reports[0]).toMatchObject({ new: 3, profiles: { created: 3 } });
    await expect(ids()).resolves.toBe('1 2 3');
  });

  it('after a reset every row is new, and one that went is still noticed', async () => {
    await syncModel(muster, buyers, { allowEmpty: false }, () => {});
    await forgetRows(muster, buyers);
    source.exec(`delete from buyer where id = '2'`);
    const report = await syncModel(muster, buyers, { allowEmpty: false }, () => {});
    expect(report).toMatchObject({ new: 2, unchanged: 0, deleted: 1 });
    expect(await ids()).toBe('1 3');
  });
});

it('a run whose process died is said to be lost, and comes again if it was planned', async () => {
  await at('10:00:00');
  await changeModelSchedule(muster, 'buyers', intervalSchedule('1h'));
  await queueDueModels(muster);
  await muster.store.query(`update model_run set state = 'running'`);
  await at('10:00:30');
  expect(await runs()).toMatchObject([{ state: 'failed', errorCode: 'MODEL_RUN_LOST' }]);
  await at('10:01:30');
  expect((await runs())[0]).toMatchObject({ state: 'succeeded', trigger: 'retry' });
});

it('sending and opt-outs go on while a model is read', async () => {
  const { store } = muster;
  const sent = await whileNoModelRuns(store, buyers.databaseId, () =>
    store.tx(async (tx) => {
      await tx.query(`set local lock_timeout = '5s'`);
      await lockAlone(tx, buyers.databaseId);
      return 'sent';
    }),
  );
  expect(sent).toBe('sent');
});
