import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';
import { placeText } from './place.ts';
import type { Context } from './setting.ts';

const label = 'city';
const simple = /^[A-Za-z ]+$/;
const notLetter = /[^\p{L}]/gu;

/** Meta: a-z only, lower case, no punctuation, special characters or white space. */
export function normaliseCity(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  if (simple.test(text)) return value(text.toLowerCase().replaceAll(' ', ''));
  const place = placeText(text, context.setting.placeAccents);
  if (place === null) return unusable(`${label}: two alphabets in one word`);
  const city = place.replace(notLetter, '');
  // 東京 has no a-z at all: the hash of nothing would be everybody's city.
  return city === '' ? unusable(`${label}: no Latin letters`) : value(city);
}
