import { graphErrors } from './graph-error.ts';
import { type GraphRequest, isRecord, jsonParam } from './graph-request.ts';

type Node = Readonly<Record<string, unknown>>;

/**
 * Reads `filtering`, a list of `{field, operator, value}` that all have to hold
 * (ad-account/customaudiences reference, read 2026-09-12). A field that a node does not have holds
 * under the operators that deny, and under no other.
 */
export function readFiltering(
  request: GraphRequest,
  known: ReadonlySet<string>,
): (node: Node) => boolean {
  const filters = jsonParam(request, 'filtering');
  if (filters === undefined || filters === '') return () => true;
  if (!Array.isArray(filters)) throw graphErrors.badParameter('Param filtering must be an array');
  const tests = filters.map((filter: unknown) => testOf(filter, known));
  return (node) => tests.every((holds) => holds(node));
}

function testOf(filter: unknown, known: ReadonlySet<string>): (node: Node) => boolean {
  if (!isRecord(filter)) throw graphErrors.badParameter('Param filtering must hold objects');
  const { field, operator, value } = filter;
  const path = String(field).split('.');
  const compare = operators[String(operator)];
  if (!known.has(path[0] ?? '')) {
    throw graphErrors.badParameter(`Filtering field ${String(field)} is not supported`);
  }
  if (compare === undefined) {
    throw graphErrors.badParameter(
      `Param filtering[operator] must be one of {${Object.keys(operators).join(', ')}}`,
    );
  }
  return (node) => compare(valueAt(node, path), value);
}

function valueAt(node: Node, path: readonly string[]): unknown {
  let value: unknown = node;
  for (const name of path) value = isRecord(value) ? value[name] : undefined;
  return value;
}

type Compare = (held: unknown, wanted: unknown) => boolean;

const equal: Compare = (held, wanted) => held !== undefined && textOf(held) === textOf(wanted);
const isOneOf: Compare = (held, wanted) => listOf(wanted).some((one) => equal(held, one));
const contains: Compare = (held, wanted) =>
  Array.isArray(held)
    ? held.some((one) => equal(one, wanted))
    : held !== undefined && lower(held).includes(lower(wanted));
const isBetween: Compare = (held, wanted) => {
  const [from, to] = listOf(wanted).map(Number);
  return order(held, from) >= 0 && order(held, to) <= 0;
};

const operators: Readonly<Record<string, Compare>> = {
  EQUAL: equal,
  NOT_EQUAL: not(equal),
  GREATER_THAN: (held, wanted) => order(held, wanted) > 0,
  GREATER_THAN_OR_EQUAL: (held, wanted) => order(held, wanted) >= 0,
  LESS_THAN: (held, wanted) => order(held, wanted) < 0,
  LESS_THAN_OR_EQUAL: (held, wanted) => order(held, wanted) <= 0,
  IN_RANGE: isBetween,
  NOT_IN_RANGE: not(isBetween),
  CONTAIN: contains,
  NOT_CONTAIN: not(contains),
  CONTAINS_ANY: (held, wanted) => listOf(wanted).some((one) => contains(held, one)),
  CONTAINS_ALL: (held, wanted) => listOf(wanted).every((one) => contains(held, one)),
  IN: isOneOf,
  NOT_IN: not(isOneOf),
  STARTS_WITH: (held, wanted) => held !== undefined && lower(held).startsWith(lower(wanted)),
  ENDS_WITH: (held, wanted) => held !== undefined && lower(held).endsWith(lower(wanted)),
};

function not(compare: Compare): Compare {
  return (held, wanted) => !compare(held, wanted);
}

/** NaN, which is neither before nor behind, where there is nothing to compare. */
function order(held: unknown, wanted: unknown): number {
  return held === undefined ? Number.NaN : Number(held) - Number(wanted);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function lower(value: unknown): string {
  return textOf(value).toLowerCase();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
