import type { CellTest } from './node.ts';
import type { LeafScope, Operator } from './operator.ts';
import { isNotBlank } from './cells.ts';
import { invalid } from './problem.ts';
import { checkText, listed, shown } from './scalars.ts';

/** Each is looked for in every value, so a list of thousands would never end. */
const listLengthMax = 100;

type Part = string | readonly string[];
type PartTest = (cell: string, needle: string) => string;

function checkPart(json: unknown, path: string): Part {
  if (!Array.isArray(json)) return checkText(json, path);
  if (json.length === 0 || json.length > listLengthMax) {
    throw invalid(path, `a text, or a list of 1 to ${listLengthMax} texts`, json);
  }
  return json.map((one: unknown, i) => checkText(one, `${path}[${i}]`));
}

function hasPart(test: PartTest, value: Part, { param }: LeafScope): CellTest {
  if (typeof value === 'string') return (cell) => `(${test(cell, param(value, 'text'))}) is true`;
  return (cell) =>
    `exists (select from unnest(${param(value, 'text[]')}) needle (n) where ${test(cell, 'n')})`;
}

function said(value: Part): string {
  return typeof value === 'string' ? shown(value) : listed(value);
}

/** Part of a text, letter by letter: no wildcards, and upper case is not lower case. */
function part(test: PartTest, words: { yes: string; no: string }): Operator<Part> {
  return {
    check: checkPart,
    reach: 'self',
    compile: (value, scope) => scope.anyValue(hasPart(test, value, scope)),
    explain: (value) => ({
      yes: `${words.yes} ${said(value)}`,
      no: `${words.no} ${said(value)} (or is missing)`,
    }),
  };
}

const hasInside: PartTest = (cell, needle) => `strpos(${cell}, ${needle}) > 0`;

export const contains = part(hasInside, { yes: 'contains', no: 'does not contain' });

/** Some value, and none of them has the text in it. */
export const notContains: Operator<Part> = {
  check: checkPart,
  reach: 'self',
  compile: (value, scope) =>
    `(${scope.anyValue((cell) => `(${isNotBlank(cell)}) is true`)}` +
    ` and not ${scope.anyValue(hasPart(hasInside, value, scope))})`,
  explain: (value) => ({
    yes: `is known and does not contain ${said(value)}`,
    no: `contains ${said(value)} (or is missing)`,
  }),
};

export const startsWith = part((cell, needle) => `starts_with(${cell}, ${needle})`, {
  yes: 'starts with',
  no: 'does not start with',
});

export const endsWith = part((cell, needle) => `right(${cell}, length(${needle})) = ${needle}`, {
  yes: 'ends with',
  no: 'does not end with',
});
