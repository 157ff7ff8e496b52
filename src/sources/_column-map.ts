import { MusterError } from '#domain/errors/muster-error.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import {
  type Expression,
  expressionText,
  namesIn,
  parseAssignments,
} from '#domain/value-expression.ts';
import { fieldByKey, keyNames } from './aliases.ts';
import { nameColumns } from './_column-names.ts';

/** One entry of a map: what it feeds, and from where. */
export interface MapEntry {
  /** A field, or the trait of that name. */
  readonly to:
    | { readonly field: IdentifierField }
    | { readonly trait: string }
    /** Which groups the person is in; with a name, what is so about these groups. */
    | { readonly group: string | null };
  /** A column as it stands; null: what the expression makes of several. */
  readonly column: number | null;
  readonly expression: Expression;
  /** The column, or the expression in one way to write it. */
  readonly header: string;
}

/**
 * Reads KEY=COLUMN,… or KEY=EXPRESSION,… (docs/guide/mapping.md). Names of columns may hold commas and
 * brackets, as long as all entries are columns.
 * @throws MusterError IMPORT_MAP_INVALID
 */
export function readMap(header: readonly string[], map: string): MapEntry[] {
  const asColumns = splitAtNames(map).map((entry) => {
    const equals = entry.indexOf('=');
    return { key: entry.slice(0, equals).trim(), name: entry.slice(equals + 1).trim(), equals };
  });
  if (asColumns.every(({ equals, name }) => equals > 0 && findColumn(header, name) !== undefined)) {
    return asColumns.map(({ key, name }) => entryOf(header, key, { kind: 'name', name }));
  }
  return parseAssignments(map).map(({ key, expression }) => entryOf(header, key, expression));
}

/** A part without "=" belongs to the name before it: names may hold commas. */
function splitAtNames(map: string): string[] {
  const entries: string[] = [];
  for (const part of map.split(',')) {
    if (part.includes('=') || entries.length === 0) entries.push(part);
    else entries.push(`${entries.pop()},${part}`);
  }
  return entries.filter((text) => text.trim() !== '');
}

function entryOf(header: readonly string[], key: string, written: Expression): MapEntry {
  const to = targetOf(key);
  const expression = resolve(header, written);
  if (expression.kind === 'name') {
    const column = findColumn(header, expression.name);
    return { to, column: column ?? null, expression, header: expression.name };
  }
  if ('field' in to && to.field === 'externalId') {
    throw new MusterError('IMPORT_MAP_INVALID', 'the external id is a column, not made of others');
  }
  return { to, column: null, expression, header: expressionText(expression) };
}

const TRAIT = /^traits\.(.+)$/s;
const GROUP = /^group(?:\.(.+))?$/is;

function targetOf(key: string): MapEntry['to'] {
  const [, trait] = TRAIT.exec(key) ?? [];
  if (trait !== undefined) return { trait };
  const group = GROUP.exec(key);
  if (group !== null) return { group: group[1] ?? null };
  const field = fieldByKey(key);
  if (field !== undefined) return { field };
  const known = `${keyNames.join(', ')}, traits.NAME, group or group.NAME`;
  throw new MusterError('IMPORT_MAP_INVALID', `“${key}” is not one of ${known}`);
}

/** With the names as the header has them. */
function resolve(header: readonly string[], written: Expression): Expression {
  switch (written.kind) {
    case 'text':
      return written;
    case 'call':
      return { ...written, parts: written.parts.map((part) => resolve(header, part)) };
    case 'name': {
      const column = findColumn(header, written.name);
      if (column !== undefined) return { kind: 'name', name: header[column] ?? '' };
      const measured = `“${written.name}” is not one of ${nameColumns(header)}`;
      throw new MusterError('IMPORT_MAP_INVALID', measured);
    }
  }
}

/** The columns that an expression of `readMap` draws from. */
export function columnsIn(header: readonly string[], expression: Expression): readonly number[] {
  return namesIn(expression).map((name) => header.indexOf(name));
}

/** As written; otherwise in another case, if only one column fits. */
export function findColumn(header: readonly string[], name: string): number | undefined {
  const exact = header.indexOf(name);
  if (exact !== -1) return exact;
  const inAnyCase = [...header.keys()].filter(
    (column) => header[column]?.toLowerCase() === name.toLowerCase(),
  );
  return inAnyCase.length === 1 ? inAnyCase[0] : undefined;
}
