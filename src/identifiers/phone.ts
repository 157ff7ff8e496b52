import { asciiDigits, isAscii, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { hasNumberingPlan, readNumber } from './phone-library.ts';
import { lightNumber, planOf } from './phone-plan.ts';
import { type Context, countryOf } from './setting.ts';

const label = 'phone';
const notDigit = /\D/g;
const extension =
  /(?:[;,#~].*|\s*(?:ext(?:ension|n)?|x|xtn|int|poste|anexo|доб|durchwahl|dw)[.:=\s]*\d{1,7}\D*)$/iu;
const scientific = /^[+-]?\d[.,]\d+e\+?\d+$/i;
const decimalTail = /^(\+?\d{7,15})\.0+$/;
const allZeros = /^0+$/;
const fewestDigits = 7;
const mostDigits = 15; // ITU-T E.164

/**
 * Digits with the calling code, no plus, no trunk zero, no extension. The country is asked only for
 * numbers that do not carry a calling code themselves.
 */
export function normalisePhone(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (text.includes('@')) return unusable(`${label}: an e-mail address`);
  if (scientific.test(text)) return unusable(`${label}: a number rounded by a spreadsheet`);
  const ascii = isAscii(text) ? text : asciiDigits(withoutInvisible(text).normalize('NFKC'));
  const number = ascii.replace(decimalTail, '$1').replace(extension, '');
  const digits = number.replace(notDigit, '');
  if (digits === '') return unusable(`${label}: no digits`);
  if (allZeros.test(digits)) return unusable(`${label}: all zeros`);
  const plus = number.indexOf('+');
  if (plus >= 0 && plus <= number.search(/\d/)) return international(digits.replace(/^0+/, ''));
  if (digits.startsWith('00')) return international(digits.replace(/^0+/, ''));
  const country = countryOf(context);
  return country === null ? withoutCountry(digits) : national(number, digits, country);
}

/** Digits that begin with a calling code. */
function international(digits: string): Outcome {
  const light = lightNumber(digits);
  if (light !== null && light.length >= fewestDigits && light.length <= mostDigits)
    return value(light);
  const plan = planOf(digits);
  if (plan === undefined) return unusable(`${label}: no such calling code`);
  const read = readNumber(`+${digits}`, null);
  if (read?.isPossible()) return plausible(read.number.slice(1));
  // A trunk zero that the library kept because the number is of no range it knows.
  const code = digits.slice(0, plan.codeLength);
  return plausible(code + digits.slice(plan.codeLength).replace(/^0+/, ''));
}

function plausible(digits: string): Outcome {
  if (digits.length < fewestDigits) return unusable(`${label}: too few digits`);
  if (digits.length > mostDigits) return unusable(`${label}: too many digits`);
  return value(digits);
}

/**
 * Bare digits and nobody to say whose: only what can hardly be a national number is taken for an
 * international one: 1 and a North American number, or eleven digits and more that are valid.
 */
function withoutCountry(digits: string): Outcome {
  const missing = unusable(`${label}: no country code and no default country`);
  if (digits.startsWith('0') || digits.length < 11) return missing;
  if (/^1[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return value(digits);
  const read = digits.startsWith('1') ? null : readNumber(`+${digits}`, null);
  return read?.isValid() ? value(read.number.slice(1)) : missing;
}

/** A number as people of this country write it, or an international one without its plus. */
function national(text: string, digits: string, country: string): Outcome {
  if (!hasNumberingPlan(country)) return withoutCountry(digits);
  const read = readNumber(text, country);
  if (read?.isValid()) return value(read.number.slice(1));
  const foreign = readNumber(`+${digits}`, null);
  if (foreign?.isValid()) return value(foreign.number.slice(1));
  if (read?.isPossible()) return value(read.number.slice(1));
  return unusable(`${label}: not a number of ${country}`);
}
