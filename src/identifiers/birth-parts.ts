import { fullYear, isYear, splitBirthDate, twoDigits } from './birth-date.ts';
import { asciiDigits, isAscii, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { monthOfName } from './month-names.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import type { Context } from './setting.ts';

interface Part {
  readonly text: string;
  /** Null when it is not a whole number: a month's name, or a whole date in the wrong column. */
  readonly number: number | null;
}

const wholeNumber = /^['’]?(\d{1,4})(?:[.,]0+)?(?:st|nd|rd|th|[年月日년월일])?$/i;

function readPart(raw: string, label: string): Part | Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  const plain = isAscii(text) ? text : asciiDigits(withoutInvisible(text).normalize('NFKC'));
  const digits = wholeNumber.exec(plain)?.[1];
  return digits === undefined
    ? { text: plain, number: null }
    : { text: digits, number: Number(digits) };
}

/** YYYY from 1900 to now; of a whole date its year. */
export function normaliseBirthYear(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth year');
  if ('kind' in part) return part;
  if (part.number === null) return splitBirthDate(raw, setting).year;
  const year = fullYear(part.text, setting);
  return isYear(year, setting) ? value(String(year)) : unusable('birth year: out of range');
}

/** MM from 01 to 12, also from a name; of a whole date its month. */
export function normaliseBirthMonth(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth month');
  if ('kind' in part) return part;
  const month = part.number ?? monthOfName(part.text);
  if (month === null) return splitBirthDate(raw, setting).month;
  return inRange(month, 12, 'birth month');
}

/** DD from 01 to 31; of a whole date its day. */
export function normaliseBirthDay(raw: string, { setting }: Context): Outcome {
  const part = readPart(raw, 'birth day');
  if ('kind' in part) return part;
  if (part.number === null) return splitBirthDate(raw, setting).day;
  return inRange(part.number, 31, 'birth day');
}

function inRange(number: number, most: number, label: string): Outcome {
  if (number >= 1 && number <= most) return value(twoDigits(number));
  return unusable(`${label}: out of range`);
}
