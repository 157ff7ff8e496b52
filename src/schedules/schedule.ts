import { MusterError } from '#domain/errors/muster-error.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

/** When an audience is sent, as it is stored and as --json prints it. */
export type Schedule =
  /** Every hour from *Activated on*, the first time after an hour. */
  | { readonly kind: 'hourly' }
  /** A first run now, then every so many minutes counted from *Activated on*. */
  | { readonly kind: 'interval'; readonly minutes: number }
  /** Soon after a change; hourly besides, for what nobody noticed. */
  | { readonly kind: 'at once' }
  | {
      readonly kind: 'calendar';
      readonly weekdays: readonly Weekday[];
      /** `08:30`, in the zone. */
      readonly times: readonly string[];
      /** As in the IANA list: `Europe/Berlin`. */
      readonly zone: string;
    }
  | { readonly kind: 'by hand' };

/** Nothing is sent before `from` or from `until` on; null is without end. */
export interface RunningPeriod {
  readonly from: Date | null;
  readonly until: Date | null;
}

/** features.md §3.3-29. */
const intervals: Readonly<Record<string, number>> = {
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '6h': 360,
  '8h': 480,
  '12h': 720,
  '1d': 1_440,
};

/** @throws MusterError SCHEDULE_INVALID */
export function intervalSchedule(text: string): Schedule {
  const minutes = Object.hasOwn(intervals, text) ? intervals[text] : undefined;
  if (minutes !== undefined) return { kind: 'interval', minutes };
  const known = Object.keys(intervals).join(', ');
  throw new MusterError('SCHEDULE_INVALID', `an interval of “${text}”; there are ${known}`);
}

/** @throws MusterError SCHEDULE_INVALID */
export function calendarSchedule(wish: {
  days: string | undefined;
  times: string;
  zone: string;
}): Schedule {
  const days = list(wish.days ?? weekdays.join(',')).map(readWeekday);
  const times = list(wish.times).map(readTime);
  if (days.length === 0 || times.length === 0) {
    throw new MusterError('SCHEDULE_INVALID', 'no day, or no time of day, is named');
  }
  return {
    kind: 'calendar',
    weekdays: weekdays.filter((day) => days.includes(day)),
    times: [...new Set(times)].toSorted(),
    zone: readZone(wish.zone),
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readWeekday(text: string): Weekday {
  const found = weekdays.find((day) => text.toLowerCase().startsWith(day));
  if (found !== undefined && fullName(found).startsWith(text.toLowerCase())) return found;
  throw new MusterError('SCHEDULE_INVALID', `“${text}” is no day of the week`);
}

function fullName(day: Weekday): string {
  const rest = { mon: '', tue: 's', wed: 'nes', thu: 'rs', fri: '', sat: 'ur', sun: '' }[day];
  return `${day}${rest}day`;
}

function readTime(text: string): string {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) {
    throw new MusterError('SCHEDULE_INVALID', `“${text}” is no time of day such as 08:30`);
  }
  return `${hour.padStart(2, '0')}:${minute}`;
}

/**
 * The zone under the name that was given, if this machine knows it.
 * @throws MusterError SCHEDULE_INVALID
 */
export function readZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new MusterError('SCHEDULE_INVALID', `“${text}” is no time zone such as Europe/Berlin`);
  }
}

/** As a sentence without its full stop. */
export function describeSchedule(schedule: Schedule, anchor = 'Activated on'): string {
  switch (schedule.kind) {
    case 'hourly':
      return `every hour, counted from ${anchor}`;
    case 'interval':
      return `every ${describeMinutes(schedule.minutes)}, counted from ${anchor}`;
    case 'at once':
      return 'at once: seconds after a change, and every hour besides';
    case 'calendar':
      return `${describeDays(schedule.weekdays)} at ${schedule.times.join(', ')} (${schedule.zone})`;
    case 'by hand':
      return 'by hand';
  }
}

function describeMinutes(minutes: number): string {
  if (minutes < 60) return `${minutes} minutes`;
  if (minutes === 1_440) return 'day';
  return minutes === 60 ? 'hour' : `${minutes / 60} hours`;
}

function describeDays(days: readonly Weekday[]): string {
  if (days.length === weekdays.length) return 'every day';
  return days.map((day) => day.charAt(0).toUpperCase() + day.slice(1)).join(', ');
}
