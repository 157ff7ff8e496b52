import type { AddParam } from './node.ts';
import { readOnce } from './cells.ts';

/*
 * Moments: ISO dates and date-times, 2026-03-31, 2026-03-31T18:30, 2026-03-31 18:30:00.123+02:00.
 * A date alone is its midnight, a time without zone is UTC, so everything is a timestamp in UTC.
 */

const isoMoment =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Whether the text is a moment that exists: neither 31 February nor 24:00 nor year 0. */
export function isMoment(text: string): boolean {
  const { date = '', time = '00:00', zone = 'Z' } = isoMoment.exec(text)?.groups ?? {};
  // 31 February would be taken for 3 March, so the day must come back as it went in.
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

/** The same as a timestamptz. */
export function instantParam(text: string, param: AddParam): string {
  const zone = isoMoment.exec(text)?.groups?.['zone'] ?? 'Z';
  return zone === 'Z'
    ? `(${param(text, 'timestamp')} at time zone 'UTC')`
    : param(text, 'timestamptz');
}

const twoDigits = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const monthsAndDays = daysOfMonths.flatMap((days, month) =>
  twoDigits.slice(1, days + 1).map((day) => `-${twoDigits[month + 1]}-${day}`),
);

const hours = twoDigits.slice(0, 24).flatMap((hour) => [`T${hour}:`, ` ${hour}:`]);
const minutes = twoDigits.slice(0, 60);
const seconds = ['', ...minutes.map((second) => `:${second}`)].flatMap((end) => [end, `${end}Z`]);

const time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?';
const timeInUtc = `^${time}(Z|[+-]00(:?00)?)?$`;
const timeElsewhere = `^${time}[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?$`;

/** 2026-03-31T18:30:00.123456789+02:00 */
const momentLengthMax = 35;

/**
 * The cell as a timestamp in UTC, or NULL. Spaces around it do not count. What stands at a fixed
 * place is looked up in a list, which Postgres hashes: a third of the price of a regular expression
 * that knows the months, which would be 3 s for a million cells. Fractions and zones pay for one.
 */
export function asMoment(cell: string, param: AddParam): string {
  const isAmong = (slice: string, list: readonly string[]): string =>
    `${slice} = any (${param(list, 'text[]')})`;
  const isDate =
    `octet_length(v) between 10 and ${momentLengthMax}` +
    ` and ${isAmong('substr(v, 5, 6)', monthsAndDays)}` +
    ` and ${isAmong('substr(v, 1, 2)', twoDigits)} and ${isAmong('substr(v, 3, 2)', twoDigits)}` +
    ` and left(v, 4) <> '0000'`;
  const isNoLeapDay =
    `substr(v, 5, 6) = '-02-29'` +
    ` and extract(day from make_date(left(v, 4)::int, 3, 1) - 1) = 28`;
  const hasPlainTime =
    `${isAmong('substr(v, 11, 4)', hours)} and ${isAmong('substr(v, 15, 2)', minutes)}` +
    ` and ${isAmong('substr(v, 17)', seconds)}`;
  // The casts are safe only behind the checks, and only CASE promises that order.
  return readOnce(
    cell,
    `case when ${isDate} then` +
      ` case when ${isNoLeapDay} then null` +
      ` when octet_length(v) = 10 or ${hasPlainTime} or substr(v, 11) ~ '${timeInUtc}'` +
      ` then v::timestamp` +
      ` when substr(v, 11) ~ '${timeElsewhere}' then v::timestamptz at time zone 'UTC'` +
      ` end end`,
  );
}
