import type { Age } from './age.ts';
import { equals, isIn, notEquals, notIn } from './equality.ts';
import type { Operator, Scalar } from './operator.ts';
import { after, atLeast, atMost, before, between, greater, less, type Range } from './order.ts';
import { exists, missing } from './presence.ts';
import { beyondNext, olderThan, withinLast, withinNext } from './relative.ts';
import { contains, endsWith, notContains, startsWith } from './text-parts.ts';

/** What each operator of a trait leaf takes as its value, as it stands in the JSON. */
export interface OperatorValues {
  readonly equals: Scalar;
  readonly not_equals: Scalar;
  readonly less: string | number;
  readonly at_most: string | number;
  readonly greater: string | number;
  readonly at_least: string | number;
  readonly between: Range;
  readonly contains: string | readonly string[];
  readonly not_contains: string | readonly string[];
  readonly starts_with: string | readonly string[];
  readonly ends_with: string | readonly string[];
  readonly in: readonly Scalar[];
  readonly not_in: readonly Scalar[];
  readonly before: string;
  readonly after: string;
  readonly within_last: Age;
  readonly older_than: Age;
  readonly within_next: Age;
  readonly beyond_next: Age;
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
  between,
  contains,
  not_contains: notContains,
  starts_with: startsWith,
  ends_with: endsWith,
  in: isIn,
  not_in: notIn,
  before,
  after,
  within_last: withinLast,
  older_than: olderThan,
  within_next: withinNext,
  beyond_next: beyondNext,
  exists,
  missing,
};

/** An operator by its name in the JSON. */
export function isOperatorName(name: unknown): name is OperatorName {
  return typeof name === 'string' && Object.hasOwn(operators, name);
}
