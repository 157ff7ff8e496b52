import type { FurtherKey, IdentifierKey } from '#domain/identifier-keys.ts';

type Doubt = readonly [pattern: RegExp, why: string];

const repeatedLetter: Doubt = [/^(.)\1{2,}$/u, 'one letter over and over'];
const nothing: Doubt = [/^(?:null|nan|none)$/, 'a rare name, and what programs write for nothing'];
const nameDoubts: readonly Doubt[] = [
  repeatedLetter,
  nothing,
  [/^(?:test|asdf|qwerty|fake)$/, 'a word that people type to get on'],
];

const doubts: { readonly [K in IdentifierKey | FurtherKey]?: readonly Doubt[] } = {
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
 * Why a value that passed its rules probably is nobody's, null when nothing speaks against it. It is
 * for reports: such a value is still sent, since a rare one of them is real.
 */
export function suspicion(key: IdentifierKey | FurtherKey, normalised: string): string | null {
  return doubts[key]?.find(([pattern]) => pattern.test(normalised))?.[1] ?? null;
}
