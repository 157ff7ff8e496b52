import type { Context } from 'hono';
import type { Language } from '#domain/language.ts';

/** German where the request asks for it before English; the page asks for its own language. */
export function languageOf(context: Context): Language {
  const asked = context.req.header('accept-language') ?? '';
  return /^\s*de\b/i.test(asked) ? 'de' : 'en';
}

/** Says in the answer which language it is in, for whoever keeps answers. */
export function noteLanguage(context: Context, language: Language): void {
  context.header('vary', 'accept-language', { append: true });
  context.header('content-language', language);
}
