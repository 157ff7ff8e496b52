import { canadianProvinceCode } from './canadian-provinces.ts';
import { isAscii, latin, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed, lettersOutcome } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { placeText } from './place.ts';
import { type Context, countryOf } from './setting.ts';
import { usStateCode, usTerritories } from './us-states.ts';

const label = 'state';
const notLetterOrDigit = /[^\p{L}\p{N}]/gu;
const letter = /\p{L}/u;

/**
 * US: the two-letter ANSI code. Canada: the province's code. Elsewhere the whole name in lower case
 * without punctuation, accents or spaces. Without a country US and Canadian names are recognised,
 * since no other country that Meta knows writes its regions like that.
 */
export function normaliseState(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label, 'place');
  if (early !== null) return early;
  const country = countryOf(context);
  const bare = spelling(text);
  if (country === null || country === 'US' || usTerritories.has(country)) {
    const code = usStateCode(bare);
    if (code !== null) return value(code);
    if (country === 'US') return unusable(`${label}: not a US state`);
  }
  if (country === null || country === 'CA') {
    const code = canadianProvinceCode(bare);
    if (code !== null && (context.setting.canadianProvinces === 'code' || bare === code)) {
      return value(code);
    }
  }
  const place = placeText(text, context.setting.placeAccents);
  if (place === null) return unusable(`${label}: two alphabets in one word`);
  const state = place.replace(notLetterOrDigit, '');
  return lettersOutcome(letter.test(state) ? state : '', label);
}

/** Lower-case Latin letters and digits; what has no Latin form is left out. */
function spelling(text: string): string {
  if (isAscii(text)) return text.toLowerCase().replace(notAsciiLetterOrDigit, '');
  return latin(lowerCase(withoutInvisible(text).normalize('NFKC'))).replace(
    notAsciiLetterOrDigit,
    '',
  );
}

const notAsciiLetterOrDigit = /[^a-z0-9]/g;
