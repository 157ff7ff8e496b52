import type { IdentifierField, RawIdentifiers } from '#domain/identifier-keys.ts';
import type { ColumnPlan } from '#sources/columns.ts';
import { readConsent, strictestConsent } from '#sources/consent.ts';
import { readSaid, type SaidConsents } from '#sources/said-consents.ts';

/** One record of a source, before it is a profile. Blank values are in `cleared`, not in the rest. */
export interface SourceRecord {
  readonly identifiers: RawIdentifiers;
  readonly traits: Readonly<Record<string, string>>;
  /** Fields and traits that the record says are empty. */
  readonly clearedFields: readonly IdentifierField[];
  readonly clearedTraits: readonly string[];
  /** Null: unknown, or the source says nothing about it. */
  readonly consent: boolean | null;
  /** Null: the source says nothing of any category. */
  readonly consents: SaidConsents | null;
  /** Null: the source says nothing of groups. */
  readonly groups: RecordGroups | null;
}

/** The groups that somebody is in, and what is so about them; of what is blank nothing is said. */
interface RecordGroups {
  readonly groupIds: readonly string[];
  readonly traits: Readonly<Record<string, string>>;
}

/** Fields that may hold several values; of the others the first that is not blank counts. */
const several: ReadonlySet<IdentifierField> = new Set(['email', 'phone', 'mobileAdId']);

/** Reads the cells of one row as the plan of its columns says. */
export function recordReader(plan: ColumnPlan): (cells: readonly string[]) => SourceRecord {
  const fields = [...new Set(plan.fields.map(({ field }) => field))].map((field) => ({
    field,
    columns: plan.fields.filter((planned) => planned.field === field).map(({ column }) => column),
  }));
  const asTraits = [...plan.traits, ...plan.consent, ...plan.categories];
  return (cells) => {
    const identifiers: { [F in IdentifierField]?: string | string[] } = {};
    const clearedFields: IdentifierField[] = [];
    for (const { field, columns } of fields) {
      const value = valueOf(cells, columns, several.has(field));
      if (value === null) clearedFields.push(field);
      else identifiers[field] = value;
    }
    const traits: Record<string, string> = {};
    const clearedTraits: string[] = [];
    // What a person said about consent can be asked for by rules like any other column.
    for (const { column, header } of asTraits) {
      const cell = cells[column] ?? '';
      if (cell === '') clearedTraits.push(header);
      else traits[header] = cell;
    }
    const consent = plan.consent
      .map(({ column }) => readConsent(cells[column] ?? '').consent)
      .reduce(strictestConsent, null);
    const consents =
      plan.categories.length === 0
        ? null
        : readSaid(plan.categories, (column) => cells[column] ?? '');
    const groups = plan.groups.length === 0 ? null : groupsOf(plan, cells);
    return { identifiers, traits, clearedFields, clearedTraits, consent, consents, groups };
  };
}

function valueOf(
  cells: readonly string[],
  columns: readonly number[],
  mayBeSeveral: boolean,
): string | string[] | null {
  if (columns.length === 1) {
    const cell = cells[columns[0] ?? 0] ?? '';
    if (!mayBeSeveral || !mayBeList.test(cell)) return cell === '' ? null : cell;
  }
  const values = columns
    .flatMap((column) => (mayBeSeveral ? valuesIn(cells[column] ?? '') : (cells[column] ?? '')))
    .filter((cell) => cell !== '');
  const [first] = values;
  if (first === undefined) return null;
  return mayBeSeveral && values.length > 1 ? values : first;
}

/** The id of a group is a key of an index. */
const GROUP_ID_BYTES_MAX = 1_000;

/** Why a group of a row cannot be taken, or null. */
export function refuseGroupId(groupId: string): string | null {
  const bytes = Buffer.byteLength(groupId);
  return bytes <= GROUP_ID_BYTES_MAX ? null : `longer than ${GROUP_ID_BYTES_MAX} bytes`;
}

/** The ids of groups that a row names, as they stand there. */
export function groupIdsIn({ groups }: ColumnPlan, cells: readonly string[]): string[] {
  const named = groups
    .filter(({ about }) => about === null)
    // Not an array of PostgreSQL: Microsoft writes ids in such brackets.
    .flatMap(({ column }) => listed(cells[column] ?? ''))
    .filter((groupId) => groupId.trim() !== '');
  return [...new Set(named)];
}

function groupsOf(plan: ColumnPlan, cells: readonly string[]): RecordGroups {
  const traits: [string, string][] = [];
  for (const { column, about } of plan.groups) {
    const cell = cells[column] ?? '';
    if (about !== null && cell !== '') traits.push([about, cell]);
  }
  const groupIds = groupIdsIn(plan, cells).filter((groupId) => refuseGroupId(groupId) === null);
  return { groupIds, traits: Object.fromEntries(traits) };
}

const mayBeList = /^(\[|\{.*\}$)/s;

/** The values of a list; of anything else itself. */
function valuesIn(cell: string): readonly string[] {
  return cell.startsWith('{') && mayBeList.test(cell) ? arrayOfPostgres(cell) : listed(cell);
}

/** The values of a JSON list, as JSON lines, Parquet and databases have them; of anything else itself. */
function listed(cell: string): readonly string[] {
  if (!cell.startsWith('[')) return [cell];
  try {
    const list = JSON.parse(cell) as (string | number | boolean | object | null)[];
    const values = list.filter((one) => one !== null);
    // What holds more than values is none of these lists.
    if (values.some((one) => typeof one === 'object')) return [cell];
    return values.map(String).filter((one) => one.trim() !== '');
  } catch {
    return [cell];
  }
}

/** `{a,"b, c",NULL}` (https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO, read 2026-11-23). */
function arrayOfPostgres(cell: string): readonly string[] {
  // Of several dimensions, or JSON.
  if (/[{}:]/.test(cell.slice(1, -1))) return [cell];
  return [...cell.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)]
    .map(
      ([, quoted, bare = '']) => quoted?.replaceAll(/\\(.)/g, '$1') ?? bare.replace(/^NULL$/, ''),
    )
    .filter((one) => one.trim() !== '');
}

/** What a profile says after a record: what the record does not speak of stays. */
export function mergeRecord(
  stored: { identifiers: Record<string, string | string[]>; traits: Record<string, string> },
  record: SourceRecord,
): { identifiers: RawIdentifiers; traits: Record<string, string> } {
  const identifiers: Record<string, string | readonly string[]> = {
    ...stored.identifiers,
    ...record.identifiers,
  };
  for (const field of record.clearedFields) delete identifiers[field];
  const traits = { ...stored.traits, ...record.traits };
  for (const name of record.clearedTraits) delete traits[name];
  return { identifiers, traits };
}
