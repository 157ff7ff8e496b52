import { fc } from '../../test/support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { isWithin, nextRunAfter } from './next-run.ts';
import { calendarSchedule, intervalSchedule, type Schedule } from './schedule.ts';

const anchor = new Date('2026-11-22T10:17:30Z');
const always = { from: null, until: null };

function next(schedule: Schedule, after: string, period: Parameters<typeof isWithin>[0] = always) {
  return nextRunAfter({ schedule, period, anchor }, new Date(after))?.toISOString() ?? null;
}

describe('hourly from Activated on', () => {
  it.each([
    ['2026-11-22T10:17:30Z', '2026-11-22T11:17:30.000Z'],
    ['2026-11-22T11:17:29.999Z', '2026-11-22T11:17:30.000Z'],
    ['2026-11-22T11:17:30Z', '2026-11-22T12:17:30.000Z'],
    // Three hours nobody ran: one run, and the next is on its own moment again.
    ['2026-11-22T14:40:00Z', '2026-11-22T15:17:30.000Z'],
  ])('after %s comes %s', (after, expected) => {
    expect(next({ kind: 'hourly' }, after)).toBe(expected);
  });

  it('never leaves its minute and second, whatever time it is', () => {
    const moments = fc.date({ min: anchor, max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, (after) => {
        const run = new Date(next({ kind: 'hourly' }, after.toISOString()) ?? '');
        expect(run.toISOString().slice(14)).toBe('17:30.000Z');
        const distanceMs = run.getTime() - after.getTime();
        expect(distanceMs > 0 && distanceMs <= 3_600_000).toBe(true);
      }),
    );
  });
});

describe('intervals', () => {
  it.each([
    ['15m', '2026-11-22T10:32:30.000Z'],
    ['30m', '2026-11-22T10:47:30.000Z'],
    ['1h', '2026-11-22T11:17:30.000Z'],
    ['2h', '2026-11-22T12:17:30.000Z'],
    ['4h', '2026-11-22T14:17:30.000Z'],
    ['6h', '2026-11-22T16:17:30.000Z'],
    ['8h', '2026-11-22T18:17:30.000Z'],
    ['12h', '2026-11-22T22:17:30.000Z'],
    ['1d', '2026-11-23T10:17:30.000Z'],
  ])('of %s', (text, expected) => {
    expect(next(intervalSchedule(text), '2026-11-22T10:17:30Z')).toBe(expected);
  });

  it.each(['5m', '10m', '3h', '2d', '', 'toString'])('of %j there are none', (text) => {
    expect(() => intervalSchedule(text)).toThrow('there are 15m, 30m');
  });
});

describe('days and times', () => {
  const half8 = { times: '08:30', zone: 'Europe/Berlin' };

  it.each([
    // Friday, Berlin is an hour ahead: Monday comes next.
    ['mon,wed', '2026-11-27T12:00:00Z', '2026-11-30T07:30:00.000Z'],
    ['Monday,Wednesday', '2026-11-30T07:30:00Z', '2026-12-02T07:30:00.000Z'],
    [undefined, '2026-11-27T12:00:00Z', '2026-11-28T07:30:00.000Z'],
  ])('%s after %s', (days, after, expected) => {
    expect(next(calendarSchedule({ ...half8, days }), after)).toBe(expected);
  });

  const half3 = calendarSchedule({ days: undefined, times: '02:30', zone: 'Europe/Berlin' });
  it.each([
    ['spring: 02:30 does not exist', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['the day after', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00.000Z'],
    ['autumn: 02:30 comes twice', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['the second is not run', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
  ])('%s', (_, after, expected) => {
    expect(next(half3, after)).toBe(expected);
  });

  it('runs once a day, and later each time, in every zone of half a century', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const moments = fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2070-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        moments,
        fc.nat(23),
        fc.nat(59),
        (zone, from, h, m) => {
          const time = `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`;
          const schedule = calendarSchedule({ days: undefined, times: time, zone });
          let before = from;
          for (let i = 0; i < 4; i++) {
            const run = nextRunAfter({ schedule, period: always, anchor }, before);
            const distanceMs = (run?.getTime() ?? 0) - before.getTime();
            expect(distanceMs).toBeGreaterThan(0);
            expect(distanceMs).toBeLessThanOrEqual(26 * 3_600_000);
            before = run ?? before;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [{ days: 'someday', times: '08:30', zone: 'UTC' }, 'no day of the week'],
    [{ days: 'mon', times: '24:00', zone: 'UTC' }, 'no time of day'],
    [{ days: 'mon', times: '', zone: 'UTC' }, 'is named'],
    [{ days: 'mon', times: '08:30', zone: 'Mars/Olympus' }, 'no time zone'],
  ])('refuses %j', (wish, words) => {
    expect(() => calendarSchedule(wish)).toThrow(words);
  });
});

describe('a running period', () => {
  const period = {
    from: new Date('2026-12-01T00:00:00Z'),
    until: new Date('2026-12-03T00:00:00Z'),
  };

  it('begins with a run of its own, goes on by the anchor, and ends', () => {
    expect(next({ kind: 'hourly' }, '2026-11-22T10:17:30Z', period)).toBe(
      '2026-12-01T00:00:00.000Z',
    );
    expect(next({ kind: 'hourly' }, '2026-12-01T00:00:00Z', period)).toBe(
      '2026-12-01T00:17:30.000Z',
    );
    expect(next({ kind: 'hourly' }, '2026-12-02T23:17:30Z', period)).toBeNull();
  });

  it('has its start inside and its end outside', () => {
    expect(isWithin(period, period.from)).toBe(true);
    expect(isWithin(period, period.until)).toBe(false);
  });
});

it('by hand nothing is planned', () => {
  expect(next({ kind: 'by hand' }, '2026-11-22T10:17:30Z')).toBeNull();
});
