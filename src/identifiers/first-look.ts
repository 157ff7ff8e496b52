import { blank, hashed, type Outcome, unusable, value } from './outcome.ts';
import { type Bearer, isPlaceholder } from './placeholder.ts';

/** SHA-256 of nothing: a blank that somebody hashed before us. It must never be sent. */
export const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const hexOnly = /^[0-9a-f]+$/i;
const base64Sha256 = /^[A-Za-z0-9+/]{43}=$/;
const digit = /\d/;
const letter = /[a-f]/i;
const letterOrDigit = /[\p{L}\p{N}]/u;
const emailAddress = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/**
 * What can be said of any value before the rule of its kind is asked; null when nothing can.
 * `text` is trimmed, `label` opens the reason.
 */
export function firstLook(text: string, label: string, bearer: Bearer = 'other'): Outcome | null {
  if (text === '') return blank;
  if (isPlaceholder(text, bearer)) return placeholderOutcome(label);
  if (!letterOrDigit.test(text)) return unusable(`${label}: only punctuation`);
  return null;
}

export function placeholderOutcome(label: string): Outcome {
  return unusable(`${label}: a placeholder for an empty value`);
}

/** The letters that are left of a place, unless they spell a placeholder now (n-u-l-l). */
export function lettersOutcome(letters: string, label: string): Outcome {
  if (letters === '') return unusable(`${label}: no Latin letters`);
  return isPlaceholder(letters, 'place') ? placeholderOutcome(label) : value(letters);
}

/**
 * As `firstLook`, for keys that Meta wants hashed: also passes what is hashed already and names an
 * e-mail address that sits in the wrong column.
 */
export function firstLookHashed(
  text: string,
  label: string,
  bearer: Bearer = 'other',
): Outcome | null {
  const hash = lookForHash(text, label);
  if (hash !== null) return hash;
  if (isEmailAddress(text)) return unusable(`${label}: an e-mail address`);
  return firstLook(text, label, bearer);
}

/**
 * A SHA-256 passes in lower case; other hashes are named, since Meta takes no other (meta-api §4.3)
 * and hashing them again matches nobody. Null for what is no hash.
 */
export function lookForHash(text: string, label: string): Outcome | null {
  return text.length < 32 ? null : hashOutcome(text, label);
}

function hashOutcome(text: string, label: string): Outcome | null {
  const { length } = text;
  if (length === 44 && base64Sha256.test(text)) {
    return unusable(`${label}: a SHA-256 in base64, Meta takes hexadecimal`);
  }
  if (!hexOnly.test(text)) return null;
  if (length === 64) {
    const hash = text.toLowerCase();
    return hash === hashOfNothing ? unusable(`${label}: the hash of an empty value`) : hashed(hash);
  }
  if (length === 32) return unusable(`${label}: an MD5 hash, Meta takes SHA-256 only`);
  if (length === 40) return unusable(`${label}: a SHA-1 hash, Meta takes SHA-256 only`);
  if (length % 32 === 0) return unusable(`${label}: a longer hash, Meta takes SHA-256 only`);
  if (!digit.test(text) || !letter.test(text)) return null;
  return unusable(`${label}: a hash that lost or gained characters`);
}

function isEmailAddress(text: string): boolean {
  return text.includes('@') && emailAddress.test(text);
}
