import { graphErrors } from './graph-error.ts';
import type { GraphRequest } from './graph-request.ts';

/** A field that was asked for, with what was asked of what lies below it: `business{id,name}`. */
export interface Field {
  readonly name: string;
  readonly below: readonly Field[];
  /** What stood between its braces, and behind its dots: `.limit(5)`. Of use to edges only. */
  readonly inner: string;
  readonly modifiers: Readonly<Record<string, string>>;
}

/** The lists below a node that can be asked for as fields of it, each with a request of its own. */
export type Edges = Readonly<Record<string, (field: Field) => object>>;

/** The request for a list that was asked for as a field: `customaudiences.limit(5){name}`. */
export function edgeRequest(
  request: GraphRequest,
  path: readonly string[],
  { inner, modifiers }: Field,
): GraphRequest {
  return { ...request, path, params: { ...modifiers, ...(inner === '' ? {} : { fields: inner }) } };
}

/** Reads `id,name,business{id,name}`. */
export function parseFields(text: string | null): Field[] {
  return text === null ? [] : splitTop(text).map(parseField);
}

/**
 * What was asked for of a node, its `defaults` where nothing was. The id always comes along. A field
 * that the node has no value for is left out; one that no such node ever has is an error.
 */
export function selectFields(
  node: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  { type, known, defaults }: NodeFields,
  edges: Edges = {},
): Record<string, unknown> {
  const selected: Record<string, unknown> = {};
  const wanted = fields.length === 0 ? defaults.map(parseField) : fields;
  for (const field of wanted) {
    const { name, below } = field;
    const edge = edges[name];
    if (edge !== undefined) {
      selected[name] = edge(field);
      continue;
    }
    if (!known.has(name)) throw graphErrors.noSuchField(name, type);
    const value = node[name];
    if (value !== undefined) selected[name] = narrow(value, below);
  }
  selected['id'] ??= node['id'];
  return selected;
}

export interface NodeFields {
  readonly type: string;
  readonly known: ReadonlySet<string>;
  readonly defaults: readonly string[];
}

function narrow(value: unknown, below: readonly Field[]): unknown {
  if (below.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => narrow(item, below));
  const narrowed: Record<string, unknown> = {};
  for (const field of below) {
    const inner = (value as Record<string, unknown>)[field.name];
    if (inner !== undefined) narrowed[field.name] = narrow(inner, field.below);
  }
  return narrowed;
}

function parseField(text: string): Field {
  const brace = text.indexOf('{');
  const head = brace === -1 ? text : text.slice(0, brace);
  const inner = brace === -1 ? '' : text.slice(brace + 1, text.lastIndexOf('}'));
  const modifiers = [...head.matchAll(/\.(\w+)\(([^)]*)\)/g)].map((found) => found.slice(1));
  return {
    name: head.replace(/\..*$/s, '').trim(),
    below: splitTop(inner).map(parseField),
    inner,
    modifiers: Object.fromEntries(modifiers) as Record<string, string>,
  };
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '(') depth += 1;
    if (character === '}' || character === ')') depth -= 1;
    if (character === undefined || (character === ',' && depth === 0)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}
