import { asciiDigits, isAscii, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed, placeholderOutcome } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { isPlaceholder } from './placeholder.ts';
import { type Context, countryOf } from './setting.ts';
import { usTerritories } from './us-states.ts';

const label = 'zip';
// Whatever stands behind the dash: Meta takes the first five digits.
const usZip = /^(\d{5})(?:\d{4}|-[\d-]+)?$/;
const zipPlusFour = /^(\d{5})-\d{4}$/;
// Area and district, sector, unit
// (https://en.wikipedia.org/wiki/Postcodes_in_the_United_Kingdom#Formatting, read 2026-11-22).
const ukPostcode = /^([a-z]{1,2}\d[a-z\d]?|gir)(\d)[a-z]{2}$/;
const royalMail: ReadonlySet<string> = new Set(['GB', 'GG', 'IM', 'JE']);
const decimalTail = /^(\d+)\.0+$/;
const dashes = /[‐‑‒–—―−ー]/g;
const spaces = /\s+/g;
const outerDashes = /^-+|-+$/g;
const notCode = /[^\p{L}\p{N}-]/gu;

// How many digits a code has where it may begin with 0, which spreadsheets drop (02134 → 2134).
const digitsWithLeadingZero: Readonly<Record<string, number>> = {
  AU: 4,
  CN: 6,
  DE: 5,
  DK: 4,
  ES: 5,
  FI: 5,
  FR: 5,
  IT: 5,
  KR: 5,
  MX: 5,
  MY: 5,
  NO: 4,
  NZ: 4,
  RO: 6,
  TR: 5,
  UA: 5,
  ZA: 4,
};
// Prefixes that letters from abroad once needed and that are no part of the code (D-10115).
const foreignMailPrefix: Readonly<Record<string, RegExp>> = {
  AT: /^at?-?(?=\d)/,
  BE: /^be?-?(?=\d)/,
  CH: /^ch-?(?=\d)/,
  DE: /^de?-?(?=\d)/,
  DK: /^dk-?(?=\d)/,
  ES: /^es?-?(?=\d)/,
  FI: /^(?:fi|fin|sf)-?(?=\d)/,
  FR: /^fr?-?(?=\d)/,
  IT: /^it?-?(?=\d)/,
  NL: /^nl-?(?=\d)/,
  NO: /^no?-?(?=\d)/,
  PL: /^pl-?(?=\d)/,
  SE: /^se?-?(?=\d)/,
};

/** US: five digits. UK: area, district and sector. Elsewhere: lower case, no spaces. */
export function normalisePostcode(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  const code = plainCode(text);
  const country = countryOf(context);
  if (country === 'US' || (country !== null && usTerritories.has(country))) return fiveDigits(code);
  if (country === null || royalMail.has(country)) {
    const uk = ukPostcode.exec(code.replaceAll('-', ''));
    if (uk !== null) return value(ukCode(uk, context));
  }
  if (country === null) {
    const us = zipPlusFour.exec(code)?.[1];
    if (us !== undefined) return value(us);
  }
  const whole = country === null ? code : nationalCode(code, country);
  const postcode = context.setting.postcodeDashes === 'kept' ? whole : whole.replaceAll('-', '');
  if (postcode.length < 2) return unusable(`${label}: too short`);
  if (isPlaceholder(postcode, 'other')) return placeholderOutcome(label);
  return allZeros.test(postcode) ? unusable(`${label}: all zeros`) : value(postcode);
}

const allZeros = /^[0-]+$/;

/** Lower case, ASCII digits and dashes, no spaces or other punctuation, no decimal tail. */
function plainCode(text: string): string {
  const ascii = isAscii(text)
    ? text.toLowerCase()
    : asciiDigits(lowerCase(withoutInvisible(text).normalize('NFKC'))).replace(dashes, '-');
  const bare = ascii.replace(spaces, '').replace(decimalTail, '$1');
  return bare.replace(notCode, '').replace(outerDashes, '');
}

function fiveDigits(code: string): Outcome {
  // A spreadsheet that took the ZIP for a number has dropped its leading zeros (00601 → 601).
  const digits = /^\d{3,4}$/.test(code) ? code.padStart(5, '0') : code;
  const zip = usZip.exec(/^\d{8}$/.test(digits) ? `0${digits}` : digits)?.[1];
  if (zip === undefined) return unusable(`${label}: not a US ZIP code`);
  return zip === '00000' ? unusable(`${label}: all zeros`) : value(zip);
}

function ukCode([whole, district = '', sector = '']: RegExpExecArray, context: Context): string {
  return context.setting.ukPostcodes === 'sector' ? district + sector : whole;
}

const withTown = /^(\d+)-?\p{L}{2}/u;

function nationalCode(code: string, country: string): string {
  const prefix = foreignMailPrefix[country];
  const bare = prefix === undefined ? code : code.replace(prefix, '');
  const length = digitsWithLeadingZero[country];
  // "10115 Berlin": where codes are digits alone, what follows them is the town.
  if (length !== undefined && withTown.exec(bare)?.[1]?.length === length) {
    return bare.slice(0, length);
  }
  return length !== undefined && bare.length === length - 1 && /^\d+$/.test(bare)
    ? `0${bare}`
    : bare;
}
