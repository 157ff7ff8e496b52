import type { AddParam, CellTest } from './node.ts';
import type { LeafScope, Operator, Scalar } from './operator.ts';
import { asNumber, isNotBlank, says } from './cells.ts';
import { invalid } from './problem.ts';
import { checkScalar, listed, shown } from './scalars.ts';

/** More are not a rule but a list of people, which has its own ways in. */
const listLengthMax = 10_000;

export const equals: Operator<Scalar> = {
  check: checkScalar,
  reach: 'self',
  compile: (value, scope) => scope.anyValue(isAmong([value], scope)),
  explain: (value) => ({
    yes: `is ${shown(value)}`,
    no: `is not ${shown(value)} (or is missing)`,
  }),
};

/** Some value, but none of these: a missing trait is not different from something, it is missing. */
function isOther(values: readonly Scalar[], scope: LeafScope): string {
  return (
    `(${scope.anyValue((cell) => `(${isNotBlank(cell)}) is true`)}` +
    ` and not ${scope.anyValue(isAmong(values, scope))})`
  );
}

export const notEquals: Operator<Scalar> = {
  check: checkScalar,
  reach: 'self',
  compile: (value, scope) => isOther([value], scope),
  explain: (value) => ({
    yes: `is something other than ${shown(value)}`,
    no: `is ${shown(value)} (or is missing)`,
  }),
};

function checkList(json: unknown, path: string): readonly Scalar[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw invalid(path, 'a list such as ["gold", "silver"]', json);
  }
  if (json.length > listLengthMax) {
    throw invalid(path, `a list of at most 10,000 values`, json);
  }
  return json.map((value: unknown, i) => checkScalar(value, `${path}[${i}]`));
}

export const isIn: Operator<readonly Scalar[]> = {
  check: checkList,
  reach: 'self',
  compile: (values, scope) => scope.anyValue(isAmong(values, scope)),
  explain: (values) => ({
    yes: `is ${listed(values)}`,
    no: `is not ${listed(values)} (or is missing)`,
  }),
};

export const notIn: Operator<readonly Scalar[]> = {
  check: checkList,
  reach: 'self',
  compile: isOther,
  explain: (values) => ({
    yes: `is something other than ${listed(values)}`,
    no: `is ${listed(values)} (or is missing)`,
  }),
};

/** The cell equals one of the values: texts exactly, numbers by amount, true and false by word. */
function isAmong(values: readonly Scalar[], { param }: LeafScope): CellTest {
  const texts = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number').map(String);
  const answers = [true, false].filter((answer) => values.includes(answer));
  return (cell) => {
    const tests: string[] = [];
    if (texts.length > 0) tests.push(isOneOf(cell, texts, 'text', param));
    if (numbers.length > 0) tests.push(isOneOf(asNumber(cell), numbers, 'numeric', param));
    for (const answer of answers) tests.push(says(cell, answer));
    return `(${tests.join(' or ')}) is true`;
  };
}

function isOneOf(
  left: string,
  values: readonly string[],
  type: 'text' | 'numeric',
  param: AddParam,
): string {
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? `${left} = ${param(only, type)}`
    : `${left} = any (${param(values, `${type}[]`)})`;
}
