import { latin, lowerCase } from './characters.ts';

const notLetterOrDigit = /[^\p{L}\p{N}]/gu;

/** The form in which country names are looked up: Côte d'Ivoire → cotedivoire. */
export function countryNameKey(name: string): string {
  return latin(lowerCase(name)).replace(notLetterOrDigit, '');
}
