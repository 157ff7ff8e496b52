import type { AddParam } from './node.ts';
import { readOnce } from './cells.ts';

/*
 * Moments: ISO dates and date-times, 2026-03-31, 2026-03-31T18:30, 2026-03-31 18:30:00.123+02:00.
 * A date alone is its midnight, a time without zone is UTC, so everything is a timestamp in UTC.
 */

const isoMoment =
  /^(?<date>(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d))(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Whether the text is a moment that exists: neither 31 February nor 24:00 nor year 0. */
export function isMoment(text: string): boolean {
  const { date = '', time = '00:00', zone = 'Z' } = isoMoment.exec(text)?.groups ?? {};
  // Date.parse takes 31 February for 3 March, so the day must come back as it went in.
  const midnight = new Date(`${date}T00:00Z`);
  return (
    !Number.isNaN(midnight.getTime()) &&
    midnight.toISOString().startsWith(date) &&
    !date.startsWith('0000') &&
    time.split(/[:.]/, 3).every((part, i) => part <= (i === 0 ? '23' : '59')) &&
    (zone === 'Z' || (zone.slice(1, 3) <= '14' && zone.slice(-2) <= '59'))
  );
}

/** The moment of a rule's value as a timestamp in UTC; `text` passed isMoment. */
export function momentParam(text: string, param: AddParam): string {
  const zone = isoMoment.exec(text)?.groups?.['zone'] ?? 'Z';
  return zone === 'Z'
    ? param(text, 'timestamp')
    : `(${param(text, 'timestamptz')} at time zone 'UTC')`;
}

const twoDigits = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(i).padStart(2, '0'));
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** All that may stand at each place of a moment. */
const slices = {
  digit: twoDigits(10).map((text) => text.slice(1)),
  twoDigits: twoDigits(100),
  monthAndDay: daysOfMonths.flatMap((days, i) =>
    twoDigits(days + 1)
      .slice(1)
      .map((day) => `-${String(i + 1).padStart(2, '0')}-${day}`),
  ),
  hour: twoDigits(24).flatMap((hour) => [`T${hour}:`, ` ${hour}:`]),
  minute: twoDigits(60),
  second: twoDigits(60).map((second) => `:${second}`),
  zoneHour: twoDigits(15).flatMap((hour) => [`+${hour}`, `-${hour}`]),
  zoneMinute: ['', ...twoDigits(60), ...twoDigits(60).map((minute) => `:${minute}`)],
} as const satisfies Record<string, readonly string[]>;

/** 2026-03-31T18:30:00.123456789+02:00 */
const momentLengthMax = 35;

/** The cell as a timestamp in UTC, or NULL. Spaces around it do not count. */
export function asMoment(cell: string, param: AddParam): string {
  const among = (slice: string, list: keyof typeof slices): string =>
    `${slice} = any (${param(slices[list], 'text[]')})`;
  // Behind the minutes, less the seconds and their fraction.
  const zone =
    `case when ${among('substr(v, 17, 3)', 'second')} then` +
    ` case when substr(v, 20, 1) = '.' and ${among('substr(v, 21, 1)', 'digit')}` +
    ` then ltrim(substr(v, 21), '0123456789') else substr(v, 20) end` +
    ` else substr(v, 17) end`;
  // The casts are safe only behind the checks, and only CASE promises that order.
  return readOnce(
    cell,
    `case when octet_length(v) between 10 and ${momentLengthMax}` +
      ` and ${among('substr(v, 5, 6)', 'monthAndDay')}` +
      ` and ${among('substr(v, 1, 2)', 'twoDigits')} and ${among('substr(v, 3, 2)', 'twoDigits')}` +
      ` and left(v, 4) <> '0000' then` +
      ` case when substr(v, 5, 6) = '-02-29' and` +
      ` extract(day from make_date(left(v, 4)::int, 3, 1) - 1) = 28 then null` +
      ` when octet_length(v) = 10 then v::timestamp` +
      ` when ${among('substr(v, 11, 4)', 'hour')} and ${among('substr(v, 15, 2)', 'minute')} then` +
      ` case when (${zone}) in ('', 'Z') then v::timestamp` +
      ` when ${among(`substr(${zone}, 1, 3)`, 'zoneHour')}` +
      ` and ${among(`substr(${zone}, 4)`, 'zoneMinute')} then v::timestamptz at time zone 'UTC'` +
      ` end end end`,
  );
}
