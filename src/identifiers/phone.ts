import { asciiDigits, isAscii, withoutInvisible } from './characters.ts';
import type { PhoneNumber } from 'libphonenumber-js/core';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { internationalNumber, nationalNumber } from './phone-library.ts';
import {
  dialsDoubleZero,
  hasCallingCode,
  lightInternational,
  lightNational,
} from './phone-plan.ts';
import { type Context, countryOf } from './setting.ts';

const label = 'phone';
const withPlus = /^\+\d[\d\s().-]{5,24}$/;
const notDigit = /\D/g;
const rounded = /^[+-]?\d[.,]\d+e\+?\d+$/i;
const decimalTail = /^(\+?\d{7,15})[.,]0+$/;
// What follows a whole number: a mark or a word and an extension, another last digit (1234567/8),
// or a second number.
const afterNumber = [
  String.raw`[;,#~].*`,
  String.raw`\s*(?:ext(?:ension|n)?|xtn|x|int(?:erno)?|poste|anexo|ramal|доб|durchwahl|dw)[.:=\s]*\d{1,7}\D*`,
  String.raw`\s*/\s*\d{1,2}`,
  String.raw`(?:\s*[/|&]|\s+(?:or|oder|ou|und|and|et))\s*\+?(?:\D*\d){7,}.*`,
];
const tail = new RegExp(String.raw`^((?:\D*\d){7}.*?)(?:${afterNumber.join('|')})$`, 'isu');
const bracketedAreaCode = /^0*1\D{0,2}\(\d{3}\)/;
const northAmerican = /^1[2-9]\d{9}$/;
const fewestDigits = 7;
const mostDigits = 15; // ITU-T E.164

const countryMissing = unusable(`${label}: no country code and no default country`);

/** Whether a number may be usable once somebody says whose it is. */
export function isWithoutCountry(outcome: Outcome): boolean {
  return outcome === countryMissing;
}

/**
 * Digits with the calling code; no plus, no trunk zero, no extension. A country is needed only for
 * numbers that do not carry a calling code themselves.
 */
export function normalisePhone(raw: string, context: Context): Outcome {
  const text = raw.trim();
  if (withPlus.test(text) && !decimalTail.test(text)) {
    return international(text.replace(notDigit, '').replace(/^0+/, ''));
  }
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (rounded.test(text)) return unusable(`${label}: a number rounded by a spreadsheet`);
  const ascii = isAscii(text) ? text : asciiDigits(withoutInvisible(text).normalize('NFKC'));
  const number = ascii.replace(decimalTail, '$1').replace(tail, '$1');
  return fromDigits(number, number.replace(notDigit, ''), countryOf(context));
}

function fromDigits(number: string, digits: string, country: string | null): Outcome {
  const significant = digits.replace(/^0+/, '');
  if (digits === '') return unusable(`${label}: no digits`);
  if (significant.length > mostDigits + 5) return unusable(`${label}: too many digits`);
  const plus = number.indexOf('+');
  if (plus >= 0 && plus < number.search(/\d/)) return international(significant);
  if (digits.startsWith('00')) {
    // 0011 is Australia's way abroad and 00 + carrier is Brazil's: their own plan goes first.
    const own =
      country === null || dialsDoubleZero(country) ? null : nationalNumber(number, country);
    return own?.isValid() ? international(own.number.slice(1)) : international(significant);
  }
  return country === null ? withoutCountry(number, digits) : national(number, digits, country);
}

/** Digits that begin with a calling code. */
function international(digits: string): Outcome {
  if (digits === '') return unusable(`${label}: all zeros`);
  if (digits.length < fewestDigits) return unusable(`${label}: too few digits`);
  const light = digits.length <= mostDigits ? lightInternational(digits) : null;
  if (light !== null) return value(light);
  if (!hasCallingCode(digits)) return unusable(`${label}: no such calling code`);
  // Mexico dropped the 1 of its mobile numbers in August 2019; address books have not.
  const today = /^521\d{10}$/.test(digits) ? `52${digits.slice(3)}` : digits;
  const read = withoutTrunk(today);
  if (read !== null && hasImpossibleStart(read)) return unusable(`${label}: no such area code`);
  const number = read?.isPossible() ? read.number.slice(1) : '';
  if (number.length >= fewestDigits && number.length <= mostDigits) return value(number);
  return unusable(`${label}: wrong number of digits for its calling code`);
}

/** A trunk zero that could not be dropped, or North America's 0 or 1, which no area code begins with. */
function hasImpossibleStart(read: PhoneNumber): boolean {
  const start = read.countryCallingCode === '1' ? /^[01]/ : /^0/;
  return start.test(read.nationalNumber) && !read.isValid();
}

/** A valid number once a zero after its calling code is gone, where the library kept it. */
function withoutTrunk(digits: string): PhoneNumber | null {
  const read = internationalNumber(`+${digits}`);
  if (read === null || read.isValid() || !read.nationalNumber.startsWith('0')) return read;
  const again = internationalNumber(
    `+${read.countryCallingCode}${read.nationalNumber.replace(/^0+/, '')}`,
  );
  return again?.isValid() ? again : read;
}

/**
 * Nobody says whose number it is. Only what can hardly be a national number passes: 1 and ten digits
 * as in North America, or eleven digits and more that are valid with a calling code.
 */
function withoutCountry(number: string, digits: string): Outcome {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return unusable(`${label}: all zeros`);
  if (significant.length < fewestDigits) return unusable(`${label}: too few digits`);
  if (northAmerican.test(significant) && bracketedAreaCode.test(number)) return value(significant);
  if (digits.startsWith('0') || digits.length < 11) return countryMissing;
  if (northAmerican.test(digits)) return value(digits);
  const read = digits.startsWith('1') ? null : internationalNumber(`+${digits}`);
  return read?.isValid() ? international(read.number.slice(1)) : countryMissing;
}

/** A number as people of this country write it, or an international one without its plus. */
function national(text: string, digits: string, country: string): Outcome {
  const light = lightNational(digits, country);
  if (light !== null && light.length >= fewestDigits && light.length <= mostDigits) {
    return value(light);
  }
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return unusable(`${label}: all zeros`);
  const read = nationalNumber(text, country);
  // Digits that begin with the country's own calling code are more often an international number
  // without its plus than a national one without its zero.
  const own = read !== null && significant.startsWith(read.countryCallingCode);
  const abroad = own || digits === significant ? internationalNumber(`+${significant}`) : null;
  if (own && abroad?.isValid()) return international(abroad.number.slice(1));
  if (read?.isValid()) return international(read.number.slice(1));
  if (abroad?.isValid()) return international(abroad.number.slice(1));
  const again = digits === significant ? null : nationalNumber(significant, country);
  if (again?.isValid()) return international(again.number.slice(1));
  if (read?.isPossible()) return international(read.number.slice(1));
  if (again?.isPossible()) return international(again.number.slice(1));
  return unusable(`${label}: wrong number of digits for the country`);
}
