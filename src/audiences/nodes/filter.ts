import { type AllNode, allKind } from './all.ts';
import { type AnyNode, anyKind } from './any.ts';
import { anyCell } from './cells.ts';
import type { AddParam, NodeKind, Phrase } from './node.ts';
import { type NotNode, notKind } from './not.ts';
import { invalid } from './problem.ts';
import { property, type PropertyNode } from './property.ts';

/** Which events are meant, by their properties: a small tree of its own under `where`. */
export type FilterNode =
  | AllNode<FilterNode>
  | AnyNode<FilterNode>
  | NotNode<FilterNode>
  | PropertyNode;

interface Filters {
  readonly all: AllNode<FilterNode>;
  readonly any: AnyNode<FilterNode>;
  readonly not: NotNode<FilterNode>;
  readonly property: PropertyNode;
}

const kinds: { readonly [K in keyof Filters]: NodeKind<Filters[K], FilterNode> } = {
  all: allKind(),
  any: anyKind(),
  not: notKind(),
  property,
};
const keys = Object.keys(kinds) as readonly (keyof Filters)[];
const expected = 'a condition on a property: an object with "all", "any", "not" or "property"';

const depthMax = 10;

export function checkFilter(json: unknown, path: string, depth = 1): FilterNode {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, expected, json);
  }
  const given = json as Readonly<Record<string, unknown>>;
  const key = keys.find((name) => Object.hasOwn(given, name));
  if (key === undefined || depth > depthMax) throw invalid(path, expected, json);
  const kind = kindOf(key);
  if (!Object.keys(given).every((name) => kind.keys.includes(name))) {
    throw invalid(path, `only ${kind.keys.map((name) => `"${name}"`).join(', ')}`, json);
  }
  return kind.check(given, path, (child, at) => checkFilter(child, at, depth + 1));
}

/** A boolean about the event under the alias, never NULL. */
export function compileFilter(filter: FilterNode, event: string, param: AddParam): string {
  const kind = kindOfNode(filter);
  const children = kind.children(filter).map((child) => compileFilter(child, event, param));
  return kind.compile(filter, children, {
    param,
    anyValue: (name, test) => anyCell(`${event}.properties`, param(name, 'text'), test),
    earliest: () => 'null',
    cell: () => 'null',
    known: () => 'null',
    audienceId: () => 0,
    databaseId: 0,
    of: 'each',
  });
}

export function explainFilter(filter: FilterNode): Phrase {
  const kind = kindOfNode(filter);
  return kind.explain(filter, kind.children(filter).map(explainFilter));
}

/** So many conditions are in it. */
export function filterSize(filter: FilterNode): number {
  const children = kindOfNode(filter).children(filter);
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + filterSize(child), 0);
}

export function filterUsesClock(filter: FilterNode): boolean {
  const kind = kindOfNode(filter);
  return kind.reach(filter).includes('time') || kind.children(filter).some(filterUsesClock);
}

function kindOf(key: keyof Filters): NodeKind<FilterNode, FilterNode> {
  return kinds[key];
}

function kindOfNode(node: FilterNode): NodeKind<FilterNode, FilterNode> {
  for (const key of keys) if (key in node) return kindOf(key);
  throw new Error('Broken invariant: a condition has the key of its kind');
}
