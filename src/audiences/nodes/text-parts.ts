import type { Operator } from './operator.ts';
import { checkText, shown } from './scalars.ts';

/** Part of a text, letter by letter: no wildcards, and upper case is not lower case. */
function part(
  test: (cell: string, needle: string) => string,
  words: { yes: string; no: string },
): Operator<string> {
  return {
    check: checkText,
    reach: 'self',
    compile: (value, { anyValue, param }) =>
      anyValue((cell) => `(${test(cell, param(value, 'text'))}) is true`),
    explain: (value) => ({
      yes: `${words.yes} ${shown(value)}`,
      no: `${words.no} ${shown(value)} (or is missing)`,
    }),
  };
}

export const contains = part((cell, needle) => `strpos(${cell}, ${needle}) > 0`, {
  yes: 'contains',
  no: 'does not contain',
});

export const startsWith = part((cell, needle) => `starts_with(${cell}, ${needle})`, {
  yes: 'starts with',
  no: 'does not start with',
});

export const endsWith = part((cell, needle) => `right(${cell}, length(${needle})) = ${needle}`, {
  yes: 'ends with',
  no: 'does not end with',
});
