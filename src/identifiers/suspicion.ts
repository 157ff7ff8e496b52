import type { FurtherKey, IdentifierKey } from '#domain/identifier-keys.ts';
import { twoDigits } from './birth-date.ts';
import { allCountries } from './country.ts';
import type { Found } from './found.ts';
import { sha256Hex } from './hash.ts';
import type { Outcome } from './outcome.ts';

type Key = IdentifierKey | FurtherKey;
type Usable = Extract<Outcome, { kind: 'value' | 'hashed' }>;
type Doubt = readonly [pattern: RegExp, why: string];

const repeatedLetter: Doubt = [/^(.)\1{2,}$/u, 'one letter over and over'];
const nothing: Doubt = [/^(?:null|nan|none)$/, 'a rare name, and what programs write for nothing'];
const nameDoubts: readonly Doubt[] = [
  repeatedLetter,
  nothing,
  [/^(?:test|asdf|qwerty|fake)$/, 'a word that people type to get on'],
];

const doubts: { readonly [K in Key]?: readonly Doubt[] } = {
  EMAIL: [
    // RFC 2606 and RFC 6761: domains that belong to nobody.
    [
      /@(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/,
      'a domain reserved for examples and tests',
    ],
    [
      /^(?:no-?e?-?mail|none|test|no-?reply|null|unknown|asdf|xxx+|abc|na)\d*@/,
      'an address that people type to get on',
    ],
  ],
  PHONE: [
    [/^\d{1,3}(\d)\1{6,}$/, 'one digit over and over'],
    [/01234567|12345678|98765432/, 'digits in their order'],
  ],
  FN: nameDoubts,
  LN: nameDoubts,
  CT: [repeatedLetter, nothing],
  ST: [nothing],
  DOBY: [[/^1900$/, 'the first year that forms offer']],
};

/**
 * Why a usable value probably is nobody's, null when nothing speaks against it. It is for reports:
 * such a value is still sent, since a rare one of them is real.
 */
export function suspicion(key: Key, outcome: Usable): string | null {
  if (outcome.kind === 'hashed') return hashSuspicion(key, outcome.hash);
  return doubts[key]?.find(([pattern]) => pattern.test(outcome.normalised))?.[1] ?? null;
}

const numbers = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => twoDigits(first + i));

/** Keys with so few values that a hash of one of them can be told from any other. */
const fewValues: { readonly [K in Key]?: () => readonly string[] } = {
  GEN: () => ['m', 'f'],
  DOBY: () => numbers(1900, 2100),
  DOBM: () => numbers(1, 12),
  DOBD: () => numbers(1, 31),
  COUNTRY: allCountries,
};
const fewHashes = new Map<Key, ReadonlySet<string>>();

function hashSuspicion(key: Key, hash: string): string | null {
  const values = fewValues[key];
  if (values === undefined) return null;
  let known = fewHashes.get(key);
  if (known === undefined) fewHashes.set(key, (known = new Set(values().map(sha256Hex))));
  return known.has(hash)
    ? null
    : 'a hash of no such value: in the wrong column, or hashed as it was';
}

/** A hash that is another identifier of the same person: the hash of the e-mail as phone. */
export function misplacedHash(
  found: readonly Found[],
): { readonly key: Key; readonly raw: string; readonly why: string }[] {
  const hashes = found.filter(({ outcome }) => outcome.kind === 'hashed');
  if (hashes.length === 0) return [];
  return found.flatMap((owner) => {
    if (owner.key !== 'EMAIL' && owner.key !== 'PHONE') return [];
    const own = digestOf(owner.outcome);
    const name = owner.key === 'EMAIL' ? 'e-mail' : 'phone';
    return hashes
      .filter(({ key, outcome }) => key !== owner.key && own !== '' && digestOf(outcome) === own)
      .map(({ key, raw }) => ({ key, raw, why: `the hash of the same person's ${name}` }));
  });
}

function digestOf(outcome: Outcome): string {
  if (outcome.kind === 'hashed') return outcome.hash;
  return outcome.kind === 'value' ? sha256Hex(outcome.normalised) : '';
}
