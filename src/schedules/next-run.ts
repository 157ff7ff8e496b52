import { Cron } from 'croner';
import type { RunningPeriod, Schedule, Weekday } from './schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface Anchored {
  readonly schedule: Schedule;
  readonly period: RunningPeriod;
  /** *Activated on*. */
  readonly anchor: Date;
}

/**
 * The first planned run after a moment, or null when there is none: by hand, or the running period
 * is over. The start of the running period is a run of its own. Whatever was missed before `after`
 * is not made up for one by one.
 */
export function nextRunAfter({ schedule, period, anchor }: Anchored, after: Date): Date | null {
  const { from, until } = period;
  if (from !== null && after < from) return isBefore(from, until) ? from : null;
  const next = nextOf(schedule, anchor, after);
  return next !== null && isBefore(next, until) ? next : null;
}

export function isWithin({ from, until }: RunningPeriod, moment: Date): boolean {
  return (from === null || moment >= from) && isBefore(moment, until);
}

function isBefore(moment: Date, end: Date | null): boolean {
  return end === null || moment < end;
}

function nextOf(schedule: Schedule, anchor: Date, after: Date): Date | null {
  switch (schedule.kind) {
    case 'by hand':
      return null;
    case 'hourly':
    case 'at once':
      return nextStep(anchor, HOUR_MS, after);
    case 'interval':
      return nextStep(anchor, schedule.minutes * MINUTE_MS, after);
    case 'calendar':
      return nextOnCalendar(schedule, after);
  }
}

/** The next multiple of a step from the anchor: neither a restart nor a late run moves it. */
function nextStep(anchor: Date, stepMs: number, after: Date): Date {
  const steps = Math.max(0, Math.floor((after.getTime() - anchor.getTime()) / stepMs));
  return new Date(anchor.getTime() + (steps + 1) * stepMs);
}

const cronDays: Readonly<Record<Weekday, number>> = {
  ...{ sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 },
};

/**
 * A time that the clocks skip in spring is run at the moment they skip; one that comes twice in
 * autumn is run the first time (croner's rule for fixed times).
 */
function nextOnCalendar(
  { weekdays, times, zone }: Extract<Schedule, { kind: 'calendar' }>,
  after: Date,
): Date | null {
  const days = weekdays.map((day) => cronDays[day]).join(',');
  const runs = times
    .map((time) => {
      const [hour, minute] = time.split(':').map(Number);
      return new Cron(`0 ${minute} ${hour} * * ${days}`, { timezone: zone }).nextRun(after);
    })
    .filter((run) => run !== null);
  return runs.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
}
