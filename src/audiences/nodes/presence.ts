import type { LeafScope, Operator } from './operator.ts';
import { isNotBlank } from './cells.ts';
import { invalid } from './problem.ts';

function checkNothing(json: unknown, path: string): undefined {
  if (json !== undefined) throw invalid(path, 'no value for this operator', json);
}

const isThere = ({ anyValue }: LeafScope): string =>
  anyValue((cell) => `(${isNotBlank(cell)}) is true`);

export const exists: Operator<undefined> = {
  check: checkNothing,
  reach: 'self',
  compile: (_, scope) => isThere(scope),
  explain: () => ({ yes: 'is known', no: 'is missing' }),
};

export const missing: Operator<undefined> = {
  check: checkNothing,
  reach: 'self',
  compile: (_, scope) => `not ${isThere(scope)}`,
  explain: () => ({ yes: 'is missing', no: 'is known' }),
};
