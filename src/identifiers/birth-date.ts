import { asciiDigits, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { monthOfName } from './month-names.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import type { Context, Setting } from './setting.ts';

/** One birth date as Meta's three keys. */
export interface BirthDate {
  readonly year: Outcome;
  readonly month: Outcome;
  readonly day: Outcome;
}

type DateSetting = Pick<Setting, 'currentYear' | 'dateOrder'>;

interface Parts {
  readonly year: number;
  readonly month: number | null;
  readonly day: number | null;
}

const label = 'birth date';
const timeOfDay = /[T ,]+\d{1,2}:\d{2}.*$/i;
const yearFirst = /^(\d{4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,2})$/;
const yearLast = /^(\d{1,2})([-/. ]+)(\d{1,2})[-/. ]+(\d{4}|\d{2})$/;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const youngestMember = 13; // Meta's minimum age decides which century a two-digit year is in.

/**
 * Year, month and day of one date in any common spelling, without any shift of time zone. When day
 * and month could be swapped the year goes and the other two are held back, not guessed.
 */
export function splitBirthDate(raw: string, setting: DateSetting): BirthDate {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early?.kind === 'hashed') return all(unusable(`${label}: hashed whole, cannot be split`));
  if (early !== null) return all(early);
  const plain = asciiDigits(withoutInvisible(text)).replace(timeOfDay, '').trim();
  const parts = readParts(plain, setting);
  return typeof parts === 'string' ? all(unusable(`${label}: ${parts}`)) : outcomes(parts, setting);
}

function all(outcome: Outcome): BirthDate {
  return { year: outcome, month: outcome, day: outcome };
}

/** The parts, or why there are none. */
function readParts(text: string, setting: DateSetting): Parts | string {
  const big = yearFirst.exec(text) ?? compact.exec(text);
  if (big !== null) return { year: Number(big[1]), month: Number(big[2]), day: Number(big[3]) };
  const small = yearLast.exec(text);
  if (small !== null) {
    const year = fullYear(small[4] ?? '', setting);
    return inOrder(year, Number(small[1]), Number(small[3]), small[2] ?? '', setting);
  }
  if (/^\d{4}(?:\.0+)?$/.test(text)) return { year: Number(text), month: null, day: null };
  return namedParts(text, setting);
}

/** 31/12 and 12/31 say which is which; 03/04 does not, unless dots or the setting do. */
function inOrder(
  year: number,
  first: number,
  second: number,
  separator: string,
  { dateOrder }: DateSetting,
): Parts | string {
  if (first > 31 || second > 31 || (first > 12 && second > 12)) return 'not a date';
  if (first > 12) return { year, month: second, day: first };
  if (second > 12) return { year, month: first, day: second };
  if (first === second) return { year, month: first, day: second };
  // No locale of CLDR puts the month first between dots.
  if (dateOrder === 'day-first' || separator.includes('.'))
    return { year, month: second, day: first };
  if (dateOrder === 'month-first') return { year, month: first, day: second };
  return { year, month: null, day: null };
}

/** 6 May 1990, May 6th, 1990, Sun May 06 1990: a month by name settles the order. */
function namedParts(text: string, setting: DateSetting): Parts | string {
  let month: number | null = null;
  const numbers: string[] = [];
  for (const word of text.split(/[\s,./年月日-]+/u)) {
    const digits = /^(\d{1,4})(?:st|nd|rd|th|er|º|ª)?$/i.exec(word)?.[1];
    if (digits !== undefined) numbers.push(digits);
    else month ??= monthOfName(word);
  }
  if (/^\d{4}年\d{1,2}月\d{1,2}日$/.test(text)) {
    const [year = '', at = '', day = ''] = numbers;
    return { year: Number(year), month: Number(at), day: Number(day) };
  }
  if (month === null || numbers.length !== 2) return 'not a date we can read';
  const [first = '', second = ''] = numbers;
  if (first.length === 4) return { year: Number(first), month, day: Number(second) };
  return { year: fullYear(second, setting), month, day: Number(first) };
}

/** 85 → 1985, 05 → 2005: the latest year in which this person would be old enough for an account. */
function fullYear(digits: string, { currentYear }: DateSetting): number {
  const year = Number(digits);
  if (digits.length !== 2) return year;
  const latest = currentYear - youngestMember;
  const inThisCentury = latest - (latest % 100) + year;
  return inThisCentury <= latest ? inThisCentury : inThisCentury - 100;
}

function outcomes({ year, month, day }: Parts, { currentYear }: DateSetting): BirthDate {
  if (year < 1900 || year > currentYear) return all(unusable(`${label}: year out of range`));
  const held = unusable(`${label}: day and month could be swapped`);
  if (month === null || day === null) {
    return { year: value(String(year)), month: held, day: held };
  }
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return all(unusable(`${label}: no such day`));
  }
  return { year: value(String(year)), month: value(twoDigits(month)), day: value(twoDigits(day)) };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

const wholeNumber = /^(\d{1,4})(?:[.,]0+)?(?:st|nd|rd|th)?$/i;

/** The number of a part, its text for names, or what ends the matter. */
function readPart(raw: string, name: string): { text: string; number: number | null } | Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, name);
  if (early !== null) return early;
  const plain = asciiDigits(withoutInvisible(text));
  const number = wholeNumber.exec(plain)?.[1];
  return { text: plain, number: number === undefined ? null : Number(number) };
}

export function normaliseBirthYear(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth year');
  if ('kind' in part) return part;
  if (part.number === null) return splitBirthDate(raw, setting).year;
  const year = part.text.length === 2 ? fullYear(part.text, setting) : part.number;
  if (year >= 1900 && year <= setting.currentYear) return value(String(year));
  return unusable('birth year: out of range');
}

export function normaliseBirthMonth(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth month');
  if ('kind' in part) return part;
  const month = part.number ?? monthOfName(part.text);
  if (month === null) return splitBirthDate(raw, setting).month;
  if (month >= 1 && month <= 12) return value(twoDigits(month));
  return unusable('birth month: out of range');
}

export function normaliseBirthDay(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth day');
  if ('kind' in part) return part;
  if (part.number === null) return splitBirthDate(raw, setting).day;
  if (part.number >= 1 && part.number <= 31) return value(twoDigits(part.number));
  return unusable('birth day: out of range');
}
