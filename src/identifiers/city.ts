import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { placeText } from './place.ts';
import type { Context } from './setting.ts';

const label = 'city';
const simple = /^[A-Za-z ]+$/;
const notLetter = /[^\p{L}]/gu;
const latinLetters = /[a-z]/;

/** Meta: a-z only, lower case, no punctuation, special characters or white space. */
export function normaliseCity(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (simple.test(text)) return value(text.toLowerCase().replaceAll(' ', ''));
  const { placeAccents } = context.setting;
  const city = placeText(text, placeAccents).replace(notLetter, '');
  // 東京 has no a-z at all: the hash of nothing would be everybody's city.
  if (placeAccents !== 'kept' && !latinLetters.test(city))
    return unusable(`${label}: no Latin letters`);
  return city === '' ? unusable(`${label}: no letters`) : value(city);
}
