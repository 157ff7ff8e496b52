import { blank, hashed, type Outcome, unusable } from './outcome.ts';

/** SHA-256 of nothing: a blank that somebody hashed before us. It must never be sent. */
export const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const hex = /^[0-9a-f]+$/i;
const base64Sha256 = /^[A-Za-z0-9+/]{43}=$/;
const letterOrDigit = /[\p{L}\p{N}]/u;

/** What programs write when they mean nothing. Compared exactly: Null and Nan are people's names. */
const placeholders = new Set(
  ['n/a', 'N/A', 'n.a.', 'N.A.', '#N/A', '#n/a', 'null', 'NULL', '(null)', '<null>', '[null]']
    .concat(['\\N', '#NULL!', '#VALUE!', '#REF!', '#NAME?', 'undefined', 'nan', 'NaN', '<NA>'])
    .concat(['None', '(none)', '<none>', '(blank)', '(empty)', '[object Object]', 'nil', '<nil>']),
);
const longestPlaceholder = 15;

/**
 * What can be said of any value before the rule of its kind is asked; null when nothing can.
 * `text` is trimmed, `label` opens the reason.
 */
export function firstLook(text: string, label: string): Outcome | null {
  if (text === '') return blank;
  if (text.length <= longestPlaceholder && placeholders.has(text)) {
    return unusable(`${label}: a placeholder for an empty value`);
  }
  if (!letterOrDigit.test(text)) return unusable(`${label}: only punctuation`);
  return null;
}

/**
 * As `firstLook`, for keys that Meta wants hashed: a SHA-256 passes in lower case, other hashes are
 * named, since Meta takes no other (meta-api §4.3) and hashing them again matches nobody.
 */
export function firstLookHashed(text: string, label: string): Outcome | null {
  const { length } = text;
  if (length >= 32) {
    const outcome = hashOutcome(text, length, label);
    if (outcome !== null) return outcome;
  }
  return firstLook(text, label);
}

function hashOutcome(text: string, length: number, label: string): Outcome | null {
  if (length === 44 && base64Sha256.test(text)) {
    return unusable(`${label}: a SHA-256 in base64, Meta takes hexadecimal`);
  }
  if (length !== 32 && length !== 40 && length !== 64 && length !== 96 && length !== 128)
    return null;
  if (!hex.test(text)) return null;
  if (length === 64) {
    const hash = text.toLowerCase();
    return hash === hashOfNothing ? unusable(`${label}: the hash of an empty value`) : hashed(hash);
  }
  if (length === 32) return unusable(`${label}: an MD5 hash, Meta takes SHA-256 only`);
  if (length === 40) return unusable(`${label}: a SHA-1 hash, Meta takes SHA-256 only`);
  return unusable(`${label}: a hash of ${length * 4} bits, Meta takes SHA-256 only`);
}
