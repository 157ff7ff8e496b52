import { MARKETING, SALE_SHARING } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';

/** `none`, or names with commas between. @throws MusterError USAGE */
export function readCategories(text: string): string[] {
  if (text.trim().toLowerCase() === 'none') return [];
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const odd = names.find((name) => name === '' || name === MARKETING || name === SALE_SHARING);
  if (odd === undefined) return names;
  const measured =
    odd === '' ? 'a category without a name' : `“${odd}” counts everywhere and is not asked for`;
  throw new MusterError('USAGE', measured);
}
