import { MusterError } from '#domain/errors/muster-error.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import { fieldByAlias, fieldByKey, isConsentName, idNames, keyNames } from './aliases.ts';
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

/** What each column of a file is for. Every column but ignored ones is in at least one list. */
export interface ColumnPlan {
  readonly idColumn: number;
  /**
   * In the order of the file. Several columns may feed one field: e-mails, phones and advertising
   * ids are then several values; of the others the first that is not blank counts.
   */
  readonly fields: readonly FieldColumn[];
  readonly consent: readonly PlannedColumn[];
  readonly traits: readonly PlannedColumn[];
  /** Understood as an identifier, but another column was mapped to it by hand. */
  readonly ignored: readonly PlannedColumn[];
}

/** What a whole date feeds. */
const birthParts = ['birth.year', 'birth.month', 'birth.day'] as const;

/**
 * Decides by name what the columns are (contract.md "Files", features.md §6.3). `id` names the id
 * column; `map` is KEY=COLUMN,… and wins over the names. Throws IMPORT_ID_MISSING,
 * IMPORT_MAP_INVALID.
 */
export function planColumns(
  header: readonly string[],
  options: { id?: string | undefined; map?: string | undefined } = {},
): ColumnPlan {
  const byHand = readMap(header, options.map ?? '');
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
    else if (column !== idColumn) traits.push(planned);
  }
  const inOrder = [...fields, ...automatic].toSorted((a, b) => a.column - b.column);
  return { idColumn, fields: inOrder, consent, traits, ignored };
}

/** KEY=COLUMN,… A part without "=" belongs to the name before it: names may hold commas. */
function readMap(header: readonly string[], map: string): FieldColumn[] {
  const planned: FieldColumn[] = [];
  const entries: string[] = [];
  for (const part of map.split(',')) {
    if (part.includes('=') || entries.length === 0) entries.push(part);
    else entries.push(`${entries.pop()},${part}`);
  }
  for (const entry of entries.filter((text) => text.trim() !== '')) {
    const equals = entry.indexOf('=');
    if (equals === -1) throw new MusterError('IMPORT_MAP_INVALID', 'an entry has no “=”');
    const key = entry.slice(0, equals).trim();
    const field = fieldByKey(key);
    if (field === undefined) {
      throw new MusterError('IMPORT_MAP_INVALID', `“${key}” is not one of ${keyNames.join(', ')}`);
    }
    const name = entry.slice(equals + 1).trim();
    const column = findColumn(header, name);
    if (column === undefined) {
      const measured = `“${name}” is not one of ${nameColumns(header)}`;
      throw new MusterError('IMPORT_MAP_INVALID', measured);
    }
    planned.push({ column, header: header[column] ?? '', field });
  }
  return planned;
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

/** As written; otherwise in another case, if only one column fits. */
function findColumn(header: readonly string[], name: string): number | undefined {
  const exact = header.indexOf(name);
  if (exact !== -1) return exact;
  const inAnyCase = [...header.keys()].filter(
    (column) => header[column]?.toLowerCase() === name.toLowerCase(),
  );
  return inAnyCase.length === 1 ? inAnyCase[0] : undefined;
}
