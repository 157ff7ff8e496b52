import type { Scalar } from './operator.ts';
import { isPlainNumber } from './cells.ts';
import { isMoment } from './moments.ts';
import { invalid, isBlank } from './problem.ts';

/** So many values of a list are said in a sentence. */
const shownMax = 5;

/** A cell of a file cannot be longer (contract.md "Files"), so a longer text matches nobody. */
const textBytesMax = 131_072;

/** A text that some cell could hold. */
export function checkText(json: unknown, path: string): string {
  if (typeof json !== 'string' || isBlank(json)) throw invalid(path, 'a text', json);
  // Neither can be imported, and Postgres would refuse the one and change the other.
  if (json.includes('\0') || !json.isWellFormed()) {
    throw invalid(path, 'a text without NUL or broken characters', json);
  }
  if (Buffer.byteLength(json) > textBytesMax) {
    throw invalid(path, 'a text of at most 128 KiB', json);
  }
  return json;
}

/** JSON reads a longer whole number as a different one. */
function checkNumber(json: number, path: string): number {
  if (!Number.isFinite(json) || (Number.isInteger(json) && !Number.isSafeInteger(json))) {
    throw invalid(path, 'a number of at most 15 digits, or a longer one in quotes', json);
  }
  return json;
}

export function checkScalar(json: unknown, path: string): Scalar {
  if (typeof json === 'number') return checkNumber(json, path);
  if (typeof json === 'boolean') return json;
  if (typeof json === 'string') return checkText(json, path);
  throw invalid(path, 'a text, a number, true or false', json);
}

/** A number, a number in quotes or an ISO date: what can be more or less. */
export function checkOrdered(json: unknown, path: string): string | number {
  if (typeof json === 'number') return checkNumber(json, path);
  if (typeof json === 'string' && (isPlainNumber(json) || isMoment(json))) return json;
  throw invalid(path, 'a number such as 12.5 or a date such as 2026-03-31', json);
}

export function checkMoment(json: unknown, path: string): string {
  if (typeof json === 'string' && isMoment(json)) return json;
  throw invalid(path, 'a date such as 2026-03-31 or 2026-03-31T18:30Z', json);
}

/** How a value is said: texts in quotes, shortened, with what a terminal obeys made visible. */
export function shown(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  const characters = [...value];
  const short = characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : value;
  return JSON.stringify(short).replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** "a", 5 or one of 12 more */
export function listed(values: readonly Scalar[]): string {
  const more = values.length - shownMax;
  const said = values.slice(0, shownMax).map(shown);
  if (more > 0) said.push(`one of ${more.toLocaleString('en-US')} more`);
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(said);
}

/** last_order is said as two words; a name that is more than words stands in quotes. */
export function spokenName(name: string): string {
  const isWords = name.length <= 60 && /^[\p{L}\p{N}]+(?:[ _][\p{L}\p{N}]+)*$/u.test(name);
  return isWords ? name.replaceAll('_', ' ') : shown(name);
}
