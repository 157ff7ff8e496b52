/** What stands behind each operator of a trait or property (docs/rules.md "Operators"). */
export type ValueShape =
  | 'none'
  | 'scalar'
  | 'scalars'
  | 'ordered'
  | 'range'
  | 'moment'
  | 'age'
  | 'texts';

/** In the order in which they are offered: what is asked most comes first. */
export const valueShapes = {
  equals: 'scalar',
  not_equals: 'scalar',
  in: 'scalars',
  not_in: 'scalars',
  exists: 'none',
  missing: 'none',
  contains: 'texts',
  not_contains: 'texts',
  starts_with: 'texts',
  ends_with: 'texts',
  greater: 'ordered',
  at_least: 'ordered',
  less: 'ordered',
  at_most: 'ordered',
  between: 'range',
  before: 'moment',
  after: 'moment',
  within_last: 'age',
  older_than: 'age',
  within_next: 'age',
  beyond_next: 'age',
} as const satisfies Record<string, ValueShape>;

export type OperatorName = keyof typeof valueShapes;

export const operatorNames = Object.keys(valueShapes) as readonly OperatorName[];

export function shapeOf(operator: string): ValueShape {
  return Object.hasOwn(valueShapes, operator) ? valueShapes[operator as OperatorName] : 'scalar';
}

/** What a value becomes when the operator in front of it changes: itself where it still fits. */
export function valueFor(shape: ValueShape, value: unknown): unknown {
  const first = Array.isArray(value) ? (value[0] as unknown) : value;
  const isAge = typeof first === 'object' && first !== null;
  const scalar = isAge || first === undefined ? '' : first;
  switch (shape) {
    case 'none':
      return undefined;
    case 'scalar':
      return scalar;
    case 'scalars':
      return Array.isArray(value) ? value : scalar === '' ? [] : [scalar];
    case 'texts':
      return Array.isArray(value)
        ? value.map(String)
        : typeof scalar === 'string'
          ? scalar
          : JSON.stringify(scalar);
    case 'ordered':
      return typeof scalar === 'boolean' ? '' : scalar;
    case 'range':
      return Array.isArray(value) && value.length === 2 ? value : [scalar, ''];
    case 'moment':
      return typeof scalar === 'string' ? scalar : '';
    case 'age':
      return isAge ? first : { days: 30 };
  }
}
