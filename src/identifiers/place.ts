import { isAscii, latin, lowerCase, withoutInvisible } from './characters.ts';
import type { Setting } from './setting.ts';

const notAscii = /[^\0-\x7f]/g;
const twoAlphabets = /[a-z][[\p{Ll}\p{Lo}]--[a-z]]|[[\p{Ll}\p{Lo}]--[a-z]][a-z]/v;

/**
 * Lower-case text of a city or state, its accents dealt with as the setting says; without words in
 * other alphabets (Tokyo 東京 → tokyo). Null for a word in two alphabets: what was left of Mоscow with
 * a Cyrillic о would be another place.
 */
export function placeText(text: string, accents: Setting['placeAccents']): string | null {
  if (isAscii(text)) return text.toLowerCase();
  const lower = lowerCase(withoutInvisible(text).normalize('NFKC'));
  if (accents === 'kept') return lower.normalize('NFC');
  if (accents === 'dropped') return lower.normalize('NFC').replace(notAscii, '');
  const place = latin(lower);
  return twoAlphabets.test(place) ? null : place.replace(notAscii, '');
}
