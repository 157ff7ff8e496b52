import { latin, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { placeText } from './place.ts';
import { canadianProvinces } from './canadian-provinces.ts';
import { type Context, countryOf } from './setting.ts';
import { unitedStates, usTerritories } from './us-states.ts';

const label = 'state';
const notLetterOrDigit = /[^\p{L}\p{N}]/gu;
const usCode = new Set(unitedStates.values());

/** US: the two-letter ANSI code. Elsewhere: lower case without punctuation, accents or spaces. */
export function normaliseState(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  const bare = latin(lowerCase(withoutInvisible(text))).replace(notLetterOrDigit, '');
  const country = countryOf(context);
  const inUs = country === 'US' || (country !== null && usTerritories.has(country));
  if (inUs || country === null) {
    const code = usCode.has(bare) ? bare : unitedStates.get(bare.replace(/^us(?=[a-z]{2}$)/, ''));
    if (code !== undefined) return value(code);
    const stripped = usCode.has(bare.slice(2)) && bare.startsWith('us') ? bare.slice(2) : undefined;
    if (stripped !== undefined) return value(stripped);
    if (inUs) return unusable(`${label}: not a US state`);
  }
  if ((country === 'CA' || country === null) && context.setting.canadianProvinces === 'code') {
    const code = canadianProvinces.get(bare);
    if (code !== undefined) return value(code);
  }
  const state = placeText(text, context.setting.placeAccents).replace(notLetterOrDigit, '');
  return state === '' ? unusable(`${label}: no Latin letters`) : value(state);
}
