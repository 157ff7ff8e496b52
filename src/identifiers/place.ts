import { latin, lowerCase, withoutInvisible } from './characters.ts';
import type { Setting } from './setting.ts';

const notAscii = /[^\0-\x7f]/g;

/** Lower-case text of a city or state, its accents dealt with as the setting says. */
export function placeText(text: string, accents: Setting['placeAccents']): string {
  const lower = lowerCase(withoutInvisible(text).normalize('NFKC'));
  if (accents === 'kept') return lower.normalize('NFC');
  if (accents === 'dropped') return lower.normalize('NFC').replace(notAscii, '');
  return latin(lower).replace(notAscii, '');
}
