import { isAscii, lowerCase, withoutInvisible } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'email';
const white = /\s/;
const wrapping = /^(?:mailto:|[<"'])+|[>"',;.]+$/g;

/** Meta: trim and lower-case, nothing folded. Ours: one @ with something on both sides. */
export function normaliseEmail(raw: string): Outcome {
  let text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  text = isAscii(text) ? text.toLowerCase() : lowerCase(withoutInvisible(text).normalize('NFKC'));
  text = text.replace(wrapping, '').trim();
  const at = text.indexOf('@');
  if (at < 0) return unusable(`${label}: no @`);
  if (at === 0) return unusable(`${label}: nothing before the @`);
  if (at === text.length - 1) return unusable(`${label}: nothing after the @`);
  if (text.includes('@', at + 1)) return unusable(`${label}: more than one @`);
  if (white.test(text)) return unusable(`${label}: a space inside`);
  return value(text);
}
