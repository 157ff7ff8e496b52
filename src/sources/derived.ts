import type { IdentifierField } from '#domain/identifier-keys.ts';
import { evaluate } from '#domain/value-expression.ts';
import type { ColumnPlan } from './columns.ts';

/**
 * Adds to a row the cells that its plan makes of others. `refuse` hears of values that are there and
 * cannot be used, with the field or null for a trait.
 */
export function columnDeriver(
  header: readonly string[],
  { derived }: Pick<ColumnPlan, 'derived'>,
  refuse: (field: IdentifierField | null, reason: string) => void,
): (cells: readonly string[]) => readonly string[] {
  if (derived.length === 0) return (cells) => cells;
  const columns = new Map(header.map((name, column) => [name, column]));
  return (cells) => {
    const valueOf = (name: string) => cells[columns.get(name) ?? -1] ?? '';
    const made = derived.map(({ expression, field }) =>
      evaluate(expression, { valueOf, refuse: (reason) => refuse(field, reason) }),
    );
    return [...cells, ...made];
  };
}
