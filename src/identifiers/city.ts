import { firstLookHashed, lettersOutcome } from './first-look.ts';
import { type Outcome, unusable } from './outcome.ts';
import { placeText } from './place.ts';
import type { Context } from './setting.ts';

const label = 'city';
const simple = /^[A-Za-z ]+$/;
const notLetter = /[^\p{L}]/gu;

/** Meta: a-z only, lower case, no punctuation, special characters or white space. */
export function normaliseCity(raw: string, context: Context): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label, 'place');
  if (early !== null) return early;
  if (simple.test(text)) return lettersOutcome(text.toLowerCase().replaceAll(' ', ''), label);
  const place = placeText(text, context.setting.placeAccents);
  if (place === null) return unusable(`${label}: two alphabets in one word`);
  // 東京 leaves nothing, and the hash of nothing would be everybody's city.
  return lettersOutcome(place.replace(notLetter, ''), label);
}
