import { asciiDigits, isAscii, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { type Context, countryOf } from './setting.ts';
import { usTerritories } from './us-states.ts';

const label = 'zip';
const usPlain = /^(\d{5})(?:-?\d{4})?$/;
const zipPlusFour = /^(\d{5})-\d{4}$/;
// Area and district, sector, unit (https://ideal-postcodes.co.uk/guides/uk-postcode-format).
const ukFull = /^([a-z]{1,2}\d[a-z\d]?|gir)(\d)[a-z]{2}$/;
const ukCountries: ReadonlySet<string> = new Set(['GB', 'GG', 'JE', 'IM']);
const decimalTail = /\.0+$/;

/** US: five digits. UK: area, district and sector. Elsewhere: lower case, no spaces. */
export function normalisePostcode(raw: string, context: Context): Outcome {
  let text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (!isAscii(text))
    text = asciiDigits(withoutInvisible(text).normalize('NFKC')).replace(/[〒]/g, '');
  const code = lowerCase(text)
    .replace(/\s+/g, '')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(decimalTail, '');
  const country = countryOf(context);
  if (country === 'US' || (country !== null && usTerritories.has(country))) return usZip(code);
  if (country === null || ukCountries.has(country)) {
    const uk =
      context.setting.ukPostcodes === 'sector' ? ukFull.exec(code.replaceAll('-', '')) : null;
    if (uk !== null) return value(`${uk[1]}${uk[2]}`);
    const us = country === null ? zipPlusFour.exec(code) : null;
    if (us !== null) return value(us[1] ?? code);
  }
  const kept = context.setting.postcodeDashes === 'kept' ? /[^\p{L}\p{N}-]/gu : /[^\p{L}\p{N}]/gu;
  const postcode = code.replace(kept, '');
  return postcode === '' ? unusable(`${label}: only punctuation`) : value(postcode);
}

function usZip(code: string): Outcome {
  // A spreadsheet that took the ZIP for a number has dropped its leading zeros (02134 → 2134).
  const digits = /^\d{3,4}$/.test(code) ? code.padStart(5, '0') : code;
  const zip = usPlain.exec(digits)?.[1];
  if (zip === undefined) return unusable(`${label}: not a US ZIP code`);
  return zip === '00000' ? unusable(`${label}: all zeros`) : value(zip);
}
