import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import phrases from '../../src/http/api/german-phrases.json' with { type: 'json' };

const words = join(import.meta.dirname, '../../web/src/words');

/** Shorter ones are in German sentences, too. */
const LETTERS_MIN = 14;

/** What neither the page nor the API may say to somebody who reads German: pieces of their English sentences. */
export const englishPieces: readonly string[] = [
  ...pieces(phrases, phrases),
  ...readdirSync(join(words, 'en')).flatMap((area) =>
    pieces(readWords('en', area), readWords('de', area)),
  ),
];

function readWords(language: string, area: string): object {
  return JSON.parse(readFileSync(join(words, language, area), 'utf8')) as object;
}

/** By name, or as the name itself where phrases are kept so. */
function pieces(from: object, to: object): string[] {
  return Object.entries(from).flatMap(([key, value]: [string, unknown]) => {
    const german = (to as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'object' && value !== null) return pieces(value, german as object);
    const text = from === to ? key : String(value);
    return text
      .split(/\{\{[^}]*\}\}|\{[^}]*\}|<[^>]*>/)
      .map((piece) => piece.trim())
      .filter((piece) => piece.length >= LETTERS_MIN && piece.includes(' '))
      .filter((piece) => !String(german).includes(piece));
  });
}
