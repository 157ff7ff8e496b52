import { audienceErrors } from './audience-errors.ts';
import { graphErrors } from './graph-error.ts';
import { isRecord } from './graph-request.ts';
import { badHash, blankRow, columnsOf, createPacker, type PackedRow } from './row-format.ts';
import type { Settings } from './settings.ts';
import { isWireKey, legacySchemas, type WireKey } from './wire-keys.ts';

/** A payload that was understood: its valid rows packed, its invalid ones counted and sampled. */
export interface Upload {
  readonly schema: readonly WireKey[];
  /** The `data_source` sub type that such an upload gives an audience. */
  readonly shape: string;
  readonly received: number;
  readonly rows: readonly PackedRow[];
  readonly invalid: number;
  /** The row as JSON → why it is invalid. */
  readonly invalidSamples: Readonly<Record<string, string>>;
}

const rowsMax = 10_000;
const samplesMax = 100;

/**
 * Reads `payload`. What cannot be understood at all refuses the whole request; a row that is invalid
 * by itself hurts no other. `rejects` lets a fault spoil rows that are well.
 */
export function readUpload(
  payload: unknown,
  rejects: (row: readonly unknown[]) => boolean,
  { tooManyRowsCode, refusesBlankRows, invalidHashReason, takesInstagramIds }: Settings,
): Upload {
  if (!isRecord(payload)) throw graphErrors.dataMismatch();
  const { schema, shape } = readSchema(payload['schema']);
  if (schema.includes('IGUID') && !takesInstagramIds) throw unknownKey('IGUID');
  const rows = readRows(payload['data'], schema.length);
  if (rows.length > rowsMax) {
    throw audienceErrors.tooManyRows(tooManyRowsCode, rows.length, rowsMax);
  }
  checkOwners(payload, schema);
  const pack = createPacker(columnsOf(schema));
  const packed: PackedRow[] = [];
  const invalidSamples: Record<string, string> = {};
  let invalid = 0;
  let sampled = 0;
  for (const row of rows) {
    const outcome = rejects(row) ? badHash : pack(row);
    if (typeof outcome !== 'string') {
      packed.push(outcome);
      continue;
    }
    if (outcome === blankRow && !refusesBlankRows) continue;
    invalid += 1;
    if (sampled < samplesMax) {
      invalidSamples[JSON.stringify(row)] = outcome === badHash ? invalidHashReason : outcome;
      sampled += 1;
    }
  }
  return { schema, shape, received: rows.length, rows: packed, invalid, invalidSamples };
}

/**
 * An array names its columns; a text is one column in the way of before 2018. Which of the two it was
 * is what fixes the shape of an audience (python-business-sdk #433).
 */
function readSchema(given: unknown): { schema: WireKey[]; shape: string } {
  const isText = typeof given === 'string';
  const names: unknown = isText && given.startsWith('[') ? parseNames(given) : given;
  if (typeof names === 'string') {
    const key = legacySchemas[names] ?? names;
    if (!isWireKey(key)) throw unknownKey(names);
    return { schema: [key], shape: shapeOfSingle(key) };
  }
  if (!Array.isArray(names) || names.length === 0) throw graphErrors.dataMismatch();
  const schema = names.map((name: unknown) => {
    if (typeof name !== 'string') throw unknownKey(JSON.stringify(name));
    const key = legacySchemas[name] ?? name;
    if (!isWireKey(key)) throw unknownKey(name);
    return key;
  });
  if (new Set(schema).size !== schema.length) {
    throw graphErrors.badParameter('Param payload[schema] names a key twice');
  }
  return { schema, shape: 'MULTI_HASHES' };
}

function parseNames(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw graphErrors.dataMismatch();
  }
}

function shapeOfSingle(key: WireKey): string {
  if (key === 'MADID') return 'MOBILE_ADVERTISER_IDS';
  if (key === 'EXTERN_ID') return 'EXTERNAL_IDS';
  return 'HASHES_OR_USER_IDS';
}

/** Rows are arrays as wide as the schema; those of a single key may be bare values. */
function readRows(data: unknown, width: number): readonly (readonly unknown[])[] {
  if (!Array.isArray(data) || data.length === 0) throw graphErrors.dataMismatch();
  return data.map((row: unknown) => {
    const cells = width === 1 && !Array.isArray(row) ? [row] : row;
    if (!Array.isArray(cells) || cells.length !== width) throw graphErrors.dataMismatch();
    return cells;
  });
}

/** Ids that an app or a page has given out mean nothing without it. */
function checkOwners(payload: Record<string, unknown>, schema: readonly WireKey[]): void {
  const count = (name: string) => {
    const owners = payload[name];
    return Array.isArray(owners) ? owners.length : 0;
  };
  if (schema.includes('APPUID') && count('app_ids') === 0) {
    throw graphErrors.missingParameter('payload[app_ids]');
  }
  if (schema.includes('IGUID') && count('ig_account_ids') === 0) {
    throw graphErrors.missingParameter('payload[ig_account_ids]');
  }
  if (schema.includes('PAGEUID') && count('page_ids') !== 1) {
    throw graphErrors.badParameter('Param payload[page_ids] must hold exactly one page');
  }
}

function unknownKey(name: string): Error {
  return graphErrors.badParameter(`Param payload[schema] does not know the key ${name}`);
}
