import type { Context } from 'hono';
import { catalogue, type ErrorCode, type ErrorEntry } from '#domain/errors/catalogue.ts';
import type { MusterError } from '#domain/errors/muster-error.ts';
import german from './german-errors.json' with { type: 'json' };

type Words = Pick<ErrorEntry, 'happened' | 'next'>;

const inGerman: { readonly [code: string]: Words | undefined } = german;

/** Whether the request asks for German before English; the page asks for its own language. */
function wantsGerman(context: Context): boolean {
  const asked = context.req.header('accept-language') ?? '';
  return /^\s*de\b/i.test(asked);
}

/** What a code means, in the language that is asked for; in English where nobody has said it in another. */
export function wordsOf(context: Context, code: ErrorCode): Words {
  const words = wantsGerman(context) ? inGerman[code] : undefined;
  context.header('vary', 'accept-language', { append: true });
  context.header('content-language', words === undefined ? 'en' : 'de');
  return words ?? catalogue[code];
}

/** The same for an error: what was measured stays as it was, and so does advice of its own. */
export function errorWords(context: Context, { code, measured, next }: MusterError) {
  const words = wordsOf(context, code);
  return {
    title: words.happened,
    detail: measured === '' ? words.happened : `${words.happened}: ${measured}`,
    next: next === catalogue[code].next ? words.next : next,
  };
}
