import { equals, isIn, notEquals } from './equality.ts';
import type { Operator, Scalar } from './operator.ts';
import { after, atLeast, atMost, before, greater, less } from './order.ts';
import { exists, missing } from './presence.ts';
import { type Age, olderThan, withinLast } from './relative.ts';
import { contains, endsWith, startsWith } from './text-parts.ts';

/** What each operator of a trait leaf takes as its value, as it stands in the JSON. */
export interface OperatorValues {
  readonly equals: Scalar;
  readonly not_equals: Scalar;
  readonly less: string | number;
  readonly at_most: string | number;
  readonly greater: string | number;
  readonly at_least: string | number;
  readonly contains: string;
  readonly starts_with: string;
  readonly ends_with: string;
  readonly in: readonly Scalar[];
  readonly before: string;
  readonly after: string;
  readonly within_last: Age;
  readonly older_than: Age;
  readonly exists: undefined;
  readonly missing: undefined;
}

export type OperatorName = keyof OperatorValues;

export const operators: { readonly [K in OperatorName]: Operator<OperatorValues[K]> } = {
  equals,
  not_equals: notEquals,
  less,
  at_most: atMost,
  greater,
  at_least: atLeast,
  contains,
  starts_with: startsWith,
  ends_with: endsWith,
  in: isIn,
  before,
  after,
  within_last: withinLast,
  older_than: olderThan,
  exists,
  missing,
};

/** An operator by its name in the JSON. */
export function isOperatorName(name: unknown): name is OperatorName {
  return typeof name === 'string' && Object.hasOwn(operators, name);
}
