import type { Context } from 'hono';
import { catalogue, type ErrorCode, type ErrorEntry } from '#domain/errors/catalogue.ts';
import type { MusterError } from '#domain/errors/muster-error.ts';
import { languageOf, noteLanguage } from './asked-language.ts';
import german from './german-errors.json' with { type: 'json' };
import { sayInGerman } from './german.ts';

type Words = Pick<ErrorEntry, 'happened' | 'next'>;

const inGerman: { readonly [code: string]: Words | undefined } = german;

/** What a code means, in the language that is asked for; in English where nobody has said it in another. */
export function wordsOf(context: Context, code: ErrorCode): Words {
  const words = languageOf(context) === 'de' ? inGerman[code] : undefined;
  noteLanguage(context, words === undefined ? 'en' : 'de');
  return words ?? catalogue[code];
}

/** The same for an error, with what was measured and advice of its own. */
export function errorWords(context: Context, { code, measured, next }: MusterError) {
  const words = wordsOf(context, code);
  const said = (english: string) => (languageOf(context) === 'de' ? sayInGerman(english) : english);
  return {
    title: words.happened,
    detail: measured === '' ? words.happened : `${words.happened}: ${said(measured)}`,
    next: next === catalogue[code].next ? words.next : said(next),
  };
}
