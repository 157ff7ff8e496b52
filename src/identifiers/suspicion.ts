import type { FurtherKey, IdentifierKey } from '#domain/identifier-keys.ts';

// RFC 2606 and RFC 6761: domains that belong to nobody.
const reservedDomain = /@(?:.+\.)?(?:example|test|invalid|localhost)(?:\.(?:com|net|org))?$/;
const placeholderLocal =
  /^(?:no-?e?-?mail|none|test|noreply|no-?reply|null|unknown|asdf|xxx+|abc|na)\d*@/;
const oneDigit = /^\d{1,3}(\d)\1{6,}$/;
const inOrder = /(?:01234567|12345678|98765432)/;
const oneCharacter = /^(.)\1{2,}$/u;

/**
 * Why a value that passed its rules probably is nobody's, null when nothing speaks against it. It is
 * for reports: such a value is still sent, since a rare one of them is real.
 */
export function suspicion(key: IdentifierKey | FurtherKey, normalised: string): string | null {
  switch (key) {
    case 'EMAIL':
      if (reservedDomain.test(normalised)) return 'a domain reserved for examples and tests';
      return placeholderLocal.test(normalised) ? 'an address that people type to get on' : null;
    case 'PHONE':
      if (oneDigit.test(normalised)) return 'one digit over and over';
      return inOrder.test(normalised) ? 'digits in their order' : null;
    case 'FN':
    case 'LN':
    case 'CT':
      return oneCharacter.test(normalised) ? 'one letter over and over' : null;
    case 'DOBY':
      return normalised === '1900' ? 'the first year that forms offer' : null;
    default:
      return null;
  }
}
