import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeSchedule, pauseAudience } from '#jobs/control.ts';
import { calendarSchedule, intervalSchedule } from '#schedules/schedule.ts';
import { activateAudience } from '#sync/activate.ts';
import { syncAudience } from '#sync/sync.ts';
import { type Clockwork, openClockwork } from './clockwork.ts';

const on = (time: string) => new Date(`2026-11-02T${time}Z`);
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

describe('every hour from Activated on', () => {
  it('has its anchor whatever happens in between, and one run for all that it missed', async () => {
    const { at, audience, runs, place } = clockwork;
    await at('11:17:30');
    clockwork.sleepUntil('11:50:00');
    await syncAudience(place.muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
    expect((await audience()).nextRunAt).toEqual(on('12:17:30'));
    // Nobody worked for three hours.
    await at('15:40:00');
    expect((await runs()).map(({ trigger }) => trigger)).toEqual([
      'schedule',
      'manual',
      'schedule',
    ]);
    expect((await audience()).nextRunAt).toEqual(on('16:17:30'));
  });
});

describe('other schedules', () => {
  it('an interval runs now and then on its steps', async () => {
    const { at, audience, runs, place } = clockwork;
    clockwork.sleepUntil('10:20:00');
    await changeSchedule(place.muster, 'gold', { schedule: intervalSchedule('15m') });
    await clockwork.work();
    expect(await runs()).toMatchObject([{ startedAt: on('10:20:00'), added: 2 }]);
    expect((await audience()).nextRunAt).toEqual(on('10:32:30'));
    await at('10:32:30');
    expect(await runs()).toHaveLength(2);
  });

  it('days and times in a zone', async () => {
    const { at, runs, place } = clockwork;
    const schedule = calendarSchedule({ days: 'mon', times: '13:00', zone: 'Europe/Berlin' });
    const { nextRunAt } = await changeSchedule(place.muster, 'gold', { schedule });
    expect(nextRunAt).toBe('2026-11-02T12:00:00.000Z');
    await at('11:59:59');
    expect(await runs()).toEqual([]);
    await at('12:00:00');
    expect(await runs()).toHaveLength(1);
  });

  it('by hand nothing runs by itself', async () => {
    const { at, runs, place } = clockwork;
    await changeSchedule(place.muster, 'gold', { schedule: { kind: 'by hand' } });
    await at('23:00:00');
    expect(await runs()).toEqual([]);
  });

  it('at once: what comes within half a second goes together', async () => {
    const { at, audience, runs, place } = clockwork;
    await at('11:17:30');
    await changeSchedule(place.muster, 'gold', { schedule: { kind: 'at once' } });
    clockwork.sleepUntil('11:30:00');
    await place.receive(csv('c'));
    await clockwork.work();
    expect(await runs()).toMatchObject([{ state: 'queued', trigger: 'change' }, {}]);
    clockwork.sleepUntil('11:30:00.400');
    await place.receive(csv('d'));
    await clockwork.work();
    await at('11:30:00.500');
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', added: 2, requests: 1 });
    expect((await audience()).state).toBe('up to date');
    await at('11:40:00');
    expect(await runs()).toHaveLength(2);
  });
});

describe('a running period', () => {
  it('sends nothing outside, everybody at its start, and nothing after its end', async () => {
    const { at, runs, place } = clockwork;
    const { muster } = place;
    await at('11:17:30');
    const period = { from: on('13:00:00'), until: on('14:30:00'), zone: 'UTC' };
    await changeSchedule(muster, 'gold', { period });
    await place.receive(csv('c'));
    await at('12:59:59');
    const sync = () => syncAudience(muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
    await expect(sync()).rejects.toMatchObject({ code: 'AUDIENCE_OUTSIDE_PERIOD', exitCode: 2 });
    expect(await runs()).toHaveLength(1);

    await at('13:00:00');
    expect((await runs())[0]).toMatchObject({ state: 'succeeded', added: 1, accepted: 3 });
    await at('13:17:30');
    await at('15:00:00');
    expect(await runs()).toHaveLength(3);
    await expect(sync()).rejects.toMatchObject({ code: 'AUDIENCE_OUTSIDE_PERIOD' });
  });
});

describe('pausing', () => {
  it('keeps what waits, and makes up for what was missed with one run', async () => {
    const { at, runs, place } = clockwork;
    const { muster } = place;
    await pauseAudience(muster, 'gold', true);
    await at('14:00:00');
    expect(await runs()).toEqual([]);
    const sync = () => syncAudience(muster, 'gold', { wait: false, trigger: 'manual' }, () => {});
    await expect(sync()).rejects.toMatchObject({ code: 'AUDIENCE_PAUSED', exitCode: 2 });
    await pauseAudience(muster, 'gold', false);
    await clockwork.work();
    expect(await runs()).toMatchObject([{ trigger: 'schedule', added: 2 }]);
  });
});
