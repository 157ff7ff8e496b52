import { MusterError } from '#domain/errors/muster-error.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import type { Expression } from '#domain/value-expression.ts';
import { type ConsentPart, consentPart, fieldByAlias, isConsentName, idNames } from './aliases.ts';
import { columnsIn, findColumn, type MapEntry, readMap } from './_column-map.ts';
import { nameColumn, nameColumns } from './_column-names.ts';

export interface PlannedColumn {
  /** Position in the file, from 0. */
  readonly column: number;
  /** The name in the file. */
  readonly header: string;
}

interface FieldColumn extends PlannedColumn {
  readonly field: IdentifierField;
}

/** A column that the file does not have: what an expression makes of others, behind the last one. */
interface DerivedColumn {
  readonly expression: Expression;
  /** Null: it is a trait, or of groups. */
  readonly field: IdentifierField | null;
  /** The columns of the file that it is made of. */
  readonly from: readonly number[];
}
/** Which groups somebody is in (`about` null), or what is so about these groups. */
interface GroupColumn extends PlannedColumn {
  readonly about: string | null;
}

interface CategoryColumn extends PlannedColumn, ConsentPart {}

/** What each column of a file is for. Every column but ignored ones is in at least one list. */
export interface ColumnPlan {
  readonly idColumn: number;
  /**
   * In the order of the file. Several columns may feed one field: e-mails, phones and advertising
   * ids are then several values; of the others the first that is not blank counts.
   */
  readonly fields: readonly FieldColumn[];
  readonly consent: readonly PlannedColumn[];
  /** Consent to categories, and what goes with it. */
  readonly categories: readonly CategoryColumn[];
  readonly traits: readonly PlannedColumn[];
  /** By hand only; a column of the file is what it would be otherwise, too. */
  readonly groups: readonly GroupColumn[];
  /** Understood as an identifier, but another column was mapped to it by hand. */
  readonly ignored: readonly PlannedColumn[];
  /** The first of them stands behind the last column of the file. */
  readonly derived: readonly DerivedColumn[];
}

/** What a column says of groups, as a --map names it. */
export function groupWords({ about }: GroupColumn): string {
  return about === null ? 'group' : `group.${about}`;
}

/** What a whole date feeds. */
const birthParts = ['birth.year', 'birth.month', 'birth.day'] as const;

/**
 * Decides by name what the columns are (contract.md "Files", features.md §6.3). `id` names the id
 * column; `map` is KEY=COLUMN,… or KEY=EXPRESSION,… and wins over the names. Throws IMPORT_ID_MISSING,
 * IMPORT_MAP_INVALID.
 */
export function planColumns(
  header: readonly string[],
  options: { id?: string | undefined; map?: string | undefined } = {},
): ColumnPlan {
  const { mapped: byHand, madeTraits, groups, derived } = placesOf(header, options.map ?? '');
  const idColumn = findIdColumn(header, options.id, byHand);
  const fields = byHand.filter(({ field }) => field !== 'externalId');
  const taken = new Set(fields.map(({ column }) => column));
  // An initial is drawn from a first name, which stays a first name.
  const moved = new Set(
    fields.filter(({ field }) => field !== 'name.firstInitial').map(({ column }) => column),
  );
  const replaced = new Set(fields.map(({ field }) => field));
  if (replaced.has('birthDate')) for (const part of birthParts) replaced.add(part);
  const automatic: FieldColumn[] = [];
  const consent: PlannedColumn[] = [];
  const categories: CategoryColumn[] = [];
  const traits: PlannedColumn[] = [];
  const ignored: PlannedColumn[] = [];
  for (const [column, name] of header.entries()) {
    const planned = { column, header: name };
    const field = fieldByAlias(name);
    if (moved.has(column)) continue;
    if (field !== undefined) {
      if (replaced.has(field)) ignored.push(planned);
      else automatic.push({ ...planned, field });
    } else if (taken.has(column)) continue;
    else if (isConsentName(name)) consent.push(planned);
    else if (madeTraits.some((made) => made.header === name)) ignored.push(planned);
    else if (column !== idColumn) {
      const part = consentPart(name);
      if (part === undefined) traits.push(planned);
      else categories.push({ ...planned, ...part });
    }
  }
  traits.push(...madeTraits);
  const inOrder = [...fields, ...automatic].toSorted((a, b) => a.column - b.column);
  return { idColumn, fields: inOrder, consent, categories, traits, groups, ignored, derived };
}

/** Where what was mapped by hand stands: in a column of the file, or in one that is derived. */
function placesOf(header: readonly string[], map: string) {
  const mapped: FieldColumn[] = [];
  const madeTraits: PlannedColumn[] = [];
  const groups: GroupColumn[] = [];
  const derived: DerivedColumn[] = [];
  const derive = ({ expression }: MapEntry, field: IdentifierField | null) =>
    header.length + derived.push({ expression, field, from: columnsIn(header, expression) }) - 1;
  for (const entry of readMap(header, map)) {
    if ('trait' in entry.to) {
      madeTraits.push({ column: derive(entry, null), header: entry.to.trait });
    } else if ('group' in entry.to) {
      const column = entry.column ?? derive(entry, null);
      groups.push({ column, header: entry.header, about: entry.to.group });
    } else {
      const { field } = entry.to;
      const column = entry.column ?? derive(entry, field);
      mapped.push({ column, header: entry.header, field });
    }
  }
  if (groups.length > 0 && groups.every(({ about }) => about !== null)) {
    throw new MusterError(
      'IMPORT_MAP_INVALID',
      'it says of groups, and not of which: group=COLUMN',
    );
  }
  return { mapped, madeTraits, groups, derived };
}

function findIdColumn(
  header: readonly string[],
  id: string | undefined,
  byHand: readonly FieldColumn[],
): number {
  const mapped = byHand.filter(({ field }) => field === 'externalId');
  const columns = new Set(mapped.map(({ column }) => column));
  if (id !== undefined) {
    const column = findColumn(header, id.trim());
    if (column === undefined) {
      const measured = `there is no such column; the file has ${nameColumns(header)}`;
      throw new MusterError('IMPORT_ID_MISSING', measured);
    }
    columns.add(column);
  }
  if (columns.size > 1) {
    const names = [...columns].map((column) => nameColumn(header, column)).join(' and ');
    throw new MusterError('IMPORT_MAP_INVALID', `there can be one id column, not ${names}`);
  }
  const [chosen] = columns;
  if (chosen !== undefined) return chosen;
  const lower = header.map((name) => name.toLowerCase());
  const found = idNames.map((name) => lower.indexOf(name)).find((column) => column !== -1);
  if (found !== undefined) return found;
  const measured = `it needs one of ${idNames.join(', ')} and has ${nameColumns(header)}`;
  throw new MusterError('IMPORT_ID_MISSING', measured);
}
