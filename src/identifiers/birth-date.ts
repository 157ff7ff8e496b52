import { asciiDigits, isAscii, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { monthOfName } from './month-names.ts';
import { blank, isTooLong, type Outcome, tooLong, unusable, value } from './outcome.ts';
import type { Setting } from './setting.ts';

/** One birth date as Meta's three keys. */
export interface BirthDate {
  readonly year: Outcome;
  readonly month: Outcome;
  readonly day: Outcome;
}

export type DateSetting = Pick<Setting, 'currentYear' | 'dateOrder'>;

/** Month and day are null where the date does not have them, `swappable` if nobody can say which. */
interface Parts {
  readonly year: number;
  readonly month: number | null;
  readonly day: number | null;
  readonly swappable?: true;
}

const label = 'birth date';
const unreadable = unusable(`${label}: not a date we can read`);
const noSuchDay = unusable(`${label}: no such day`);
const timeOfDay = /[T\s,]+\d{1,2}:\d{2}.*$/i;
const note = /\s*\([^)]*\)$/;
const threeNumbers = /^(\d{1,4})([-/._:|\s]+)(\d{1,2})[-/._:|\s]+(\d{1,4})$/;
const twoNumbers = /^(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))$/;
const eightDigits = /^(\d{2})(\d{2})(\d{2})(\d{2})$/;
const marked = /^(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]?$/;
const dashes = /[‐‑‒–—―−]/g;
const youngestMember = 13; // https://www.facebook.com/help/157793540954833, read 2026-11-22

/**
 * Year, month and day of one date in any common spelling, without any shift of time zone. When day
 * and month could be swapped the year goes and the other two are held back, not guessed.
 */
export function splitBirthDate(raw: string, setting: DateSetting): BirthDate {
  if (isTooLong(raw)) return all(tooLong(label));
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early?.kind === 'hashed') return all(unusable(`${label}: hashed whole, cannot be split`));
  if (early !== null) return all(early);
  const plain = isAscii(text) ? text : asciiDigits(withoutInvisible(text).normalize('NFKC'));
  const date = plain.replace(dashes, '-').replace(note, '').replace(timeOfDay, '').trim();
  const parts = readParts(date, setting);
  return 'kind' in parts ? all(parts) : outcomes(parts, setting);
}

function all(outcome: Outcome): BirthDate {
  return { year: outcome, month: outcome, day: outcome };
}

/** The parts, or why there are none. */
function readParts(text: string, setting: DateSetting): Parts | Outcome {
  const numbers = threeNumbers.exec(text);
  if (numbers !== null) {
    const [, first = '', separator = '', second = '', third = ''] = numbers;
    return fromNumbers(first, second, third, separator, setting);
  }
  const withMarks = marked.exec(text);
  if (withMarks !== null) {
    return { year: Number(withMarks[1]), month: Number(withMarks[2]), day: Number(withMarks[3]) };
  }
  const bare = text.replace(/\.0+$/, '');
  const eight = eightDigits.exec(bare);
  if (eight !== null) {
    const [, a = '', b = '', c = '', d = ''] = eight;
    const big = { year: Number(a + b), month: Number(c), day: Number(d) };
    if (isYear(big.year, setting) && isDay(big)) return big;
    return inOrder(Number(c + d), Number(a), Number(b), '', setting);
  }
  if (/^\d{4}$/.test(bare)) return { year: Number(bare), month: null, day: null };
  const two = twoNumbers.exec(text);
  if (two !== null) {
    return { year: Number(two[1] ?? two[4]), month: Number(two[2] ?? two[3]), day: null };
  }
  return namedParts(text, setting);
}

function fromNumbers(
  first: string,
  second: string,
  third: string,
  separator: string,
  setting: DateSetting,
): Parts | Outcome {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (first.length === 4) {
    return b > 12 && c <= 12 ? { year: a, month: c, day: b } : { year: a, month: b, day: c };
  }
  if (third.length === 4) return inOrder(c, a, b, separator, setting);
  if (first.length > 2 || third.length > 2) return unreadable;
  if (a > 31) return { year: fullYear(first, setting), month: b, day: c };
  // 05-06-07: some write the year first between dashes, so even the year would be a guess.
  if (c <= 31 && separator.includes('-') && setting.dateOrder === 'held-back') {
    return unusable(`${label}: any of the three numbers could be the year`);
  }
  return inOrder(fullYear(third, setting), a, b, separator, setting);
}

/** 31/12 and 12/31 say which is which; 03/04 does not, unless dots or the setting do. */
function inOrder(
  year: number,
  first: number,
  second: number,
  separator: string,
  { dateOrder }: DateSetting,
): Parts | Outcome {
  if (first > 31 || second > 31 || (first > 12 && second > 12)) return noSuchDay;
  if (first > 12) return { year, month: second, day: first };
  if (second > 12 || first === second) return { year, month: first, day: second };
  if (first === 0 || second === 0) return noSuchDay;
  // No locale of CLDR puts the month first between dots.
  const dotted = separator.includes('.');
  if (dateOrder === 'day-first' || dotted) return { year, month: second, day: first };
  if (dateOrder === 'month-first') return { year, month: first, day: second };
  return { year, month: null, day: null, swappable: true };
}

/** 6 May 1990, May 6th, 1990, Sun May 06 1990: a month by name settles the order. */
function namedParts(text: string, setting: DateSetting): Parts | Outcome {
  const months = new Set<number>();
  const numbers: string[] = [];
  for (const word of text.split(/[\s,./'’-]+/u)) {
    const digits = /^(\d{1,4})(?:st|nd|rd|th|er|[ºª°])?$/i.exec(word)?.[1];
    if (digits !== undefined) numbers.push(digits);
    const month = digits === undefined ? monthOfName(word) : null;
    if (month !== null) months.add(month);
  }
  const [month] = months;
  const [first = '', second = ''] = numbers;
  // Two months: one of them is a day of the week in another language (mar. 5 junio).
  if (month === undefined || months.size > 1 || numbers.length > 2) return unreadable;
  if (numbers.length === 1) {
    return first.length === 4 ? { year: Number(first), month, day: null } : unreadable;
  }
  if (first.length === 4) return { year: Number(first), month, day: Number(second) };
  return { year: fullYear(second, setting), month, day: Number(first) };
}

/** 85 → 1985, 05 → 2005: the latest year in which this person would be old enough for an account. */
export function fullYear(digits: string, { currentYear }: DateSetting): number {
  const year = Number(digits);
  if (digits.length !== 2) return year;
  const latest = currentYear - youngestMember;
  const inThisCentury = latest - (latest % 100) + year;
  return inThisCentury <= latest ? inThisCentury : inThisCentury - 100;
}

export function isYear(year: number, { currentYear }: DateSetting): boolean {
  return year >= 1900 && year <= currentYear;
}

function outcomes(parts: Parts, setting: DateSetting): BirthDate {
  if (!isYear(parts.year, setting)) return all(unusable(`${label}: year out of range`));
  const year = value(String(parts.year));
  if (parts.swappable) {
    const held = unusable(`${label}: day and month could be swapped`);
    return { year, month: held, day: held };
  }
  // Databases write 1990-00-00 when only the year is known.
  const month = parts.month === 0 && !parts.day ? null : parts.month;
  const day = parts.day === 0 ? null : parts.day;
  if (!isDay({ year: parts.year, month: month ?? 1, day: day ?? 1 })) return all(noSuchDay);
  return {
    year,
    month: month === null ? blank : value(twoDigits(month)),
    day: day === null ? blank : value(twoDigits(day)),
  };
}

function isDay(date: { year: number; month: number; day: number }): boolean {
  const { year, month, day } = date;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
