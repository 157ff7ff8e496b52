import { lowerCase, withoutInvisible } from './characters.ts';
import { firstLook, lookForHash } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'email';
const plain = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~.]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;
const wrapping = /^(?:mailto:|[\s<"'([{])+|[\s>"')\]},;:.]+$/g;
const phoneNumber = /^[+\d][\d\s()./-]{6,}$/;
const white = /\s/;
// Not in any address: RFC 5322 §3.2.3 allows these in a quoted local part only, which no provider does.
const foreignCharacter = /[()<>[\]:;,\\"]/;
const emptyPart = /(?:^|\.)(?:\.|$)/;
const domain = /^[\p{L}\p{M}\p{N}._-]+$/u;
const named = /^[^<>@]*<([^<>\s]+)>$/;

/** Meta: trim and lower-case, nothing folded. Ours: one @ with something on both sides. */
export function normaliseEmail(raw: string): Outcome {
  const trimmed = raw.trim();
  if (trimmed.length < 32 || trimmed.includes('@')) {
    const lower = trimmed.toLowerCase();
    if (plain.test(lower)) return value(lower);
  }
  return lookForHash(trimmed, label) ?? firstLook(trimmed, label) ?? checked(address(trimmed));
}

/** The address without what wrapped it (Mary <mary@…>); half- and full-width forms become one. */
function address(text: string): string {
  const lower = lowerCase(withoutInvisible(text).normalize('NFKC')).normalize('NFC');
  return (named.exec(lower)?.[1] ?? lower).replace(wrapping, '');
}

function checked(text: string): Outcome {
  const at = text.indexOf('@');
  if (at < 0) return unusable(`${label}: ${phoneNumber.test(text) ? 'a phone number' : 'no @'}`);
  if (at === 0) return unusable(`${label}: nothing before the @`);
  if (at === text.length - 1) return unusable(`${label}: nothing after the @`);
  if (text.includes('@', at + 1)) return unusable(`${label}: more than one @`);
  if (white.test(text)) return unusable(`${label}: a space inside`);
  if (foreignCharacter.test(text)) return unusable(`${label}: a character that no address has`);
  const host = text.slice(at + 1);
  if (emptyPart.test(host)) return unusable(`${label}: two dots or none between parts`);
  return domain.test(host) ? value(text) : unusable(`${label}: a character that no address has`);
}
