import { assert } from '#domain/errors/assert.ts';
import {
  type BesideKey,
  firstBeside,
  type IdentifierKey,
  identifierKeys,
  type IdentifyingKey,
  identifyingKeys,
  plainKeys,
  rowKeys,
  type WireKey,
} from '#domain/identifier-keys.ts';
import { bitmapOf, walkRow } from '#domain/match-row.ts';
import { matchKey, matchKeyAsBigint } from '#identifiers/match-key.ts';

export interface EncodedRows {
  /** The whole request body, ready to be sent. */
  readonly body: Uint8Array;
  readonly schema: readonly WireKey[];
  readonly rowCount: number;
}

export interface Session {
  /** Below 2^53 and never used before in the ad account. */
  readonly id: string;
  /** Of a value-based audience: the column LOOKALIKE_VALUE goes along. */
  readonly withValues?: boolean;
  /** One of several requests of the session; all have the same columns, as bits of rowKeys. */
  readonly part?: {
    readonly batch: number;
    readonly isLast: boolean;
    readonly rowsTotal: number;
    readonly columns: number;
  };
}

const plain: readonly boolean[] = rowKeys.map(
  (key, i) => i >= identifierKeys.length || plainKeys.has(key as IdentifierKey),
);
/** JSON as it stands in the cell: Meta takes an array and numbers here, not their text. */
const isJson: readonly boolean[] = rowKeys.map((key) => key.startsWith('DATA_PROCESSING_OPTIONS'));
const blanks: readonly Buffer[] = rowKeys.map((key, i) => {
  if (!isJson[i]) return Buffer.from('""');
  // No limited use, and Meta finds the place by itself: what a row without the columns says.
  return Buffer.from(key === 'DATA_PROCESSING_OPTIONS' ? '[]' : '0');
});
/** Only value-based audiences take it (decision 46). */
const valueIndex = rowKeys.indexOf('LOOKALIKE_VALUE');
const hex = Buffer.from('0123456789abcdef', 'latin1');
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Packed rows as the JSON of one upload: the schema has the columns that any row fills, in Meta's
 * order; each row has all of them, "" where it has nothing. What stands beside the rows (whose app or
 * page) comes as a list with an entry a row, and only if one has it. Its own session, complete in
 * one batch.
 */
export function encodeRows(rows: Buffer, rowCount: number, session: Session): EncodedRows {
  const isColumn = (keyIndex: number) =>
    keyIndex < firstBeside && (session.withValues === true || keyIndex !== valueIndex);
  const { columns, beside, cellBytesMax } = measure(
    rows,
    rowCount,
    isColumn,
    session.part?.columns ?? 0,
  );
  const schema = columns.map((i) => rowKeys[i] as WireKey);
  const head = `{"payload":{"schema":${JSON.stringify(schema)},"data":[`;
  const tail = `]${besideJson(rows, rowCount, schema, beside)}},"session":{"session_id":${session.id},${partJson(rowCount, session.part)}}}`;
  const punctuation = rowCount * (columns.length * 3 + 2);
  const tailBytes = Buffer.byteLength(tail);
  const out = Buffer.allocUnsafe(head.length + tailBytes + punctuation + cellBytesMax);
  let at = out.write(head, 0, 'latin1');
  let offset = 0;
  for (let row = 0; row < rowCount; row++) {
    if (row > 0) out[at++] = COMMA;
    out[at++] = OPEN;
    let column = 0;
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      if (keyIndex >= identifierKeys.length && !isColumn(keyIndex)) return;
      for (; columns[column] !== keyIndex; column++) at = blank(out, at, column, columns);
      if (column > 0) out[at++] = COMMA;
      if (!plain[keyIndex]) at = writeHex(out, at, rows, start, end);
      else if (isJson[keyIndex]) at += rows.copy(out, at, start, end);
      else at = writeText(out, at, rows, start, end);
      column++;
    });
    for (; column < columns.length; column++) at = blank(out, at, column, columns);
    out[at++] = CLOSE;
  }
  at += out.write(tail, at, 'utf8');
  assert(offset === rows.length, 'all packed rows were encoded');
  return { body: out.subarray(0, at), schema, rowCount };
}

interface Measured {
  /** Places in rowKeys that any row fills: columns, and what stands beside them. */
  readonly columns: readonly number[];
  readonly beside: readonly number[];
  /** What all cells take at most between their quotes. */
  readonly cellBytesMax: number;
}

function measure(
  rows: Buffer,
  rowCount: number,
  isColumn: (keyIndex: number) => boolean,
  columnsAtLeast: number,
): Measured {
  let union = columnsAtLeast;
  let offset = 0;
  let cellBytesMax = 0;
  for (let row = 0; row < rowCount; row++) {
    union |= bitmapOf(rows, offset);
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      // A hash doubles as hex; plain text may grow sixfold when JSON escapes it.
      cellBytesMax += (end - start) * (plain[keyIndex] ? 6 : 2);
    });
  }
  const filled = rowKeys.map((_, i) => i).filter((i) => (union & (1 << i)) !== 0);
  return {
    columns: filled.filter(isColumn),
    beside: filled.filter((i) => i >= firstBeside),
    cellBytesMax,
  };
}

function partJson(rowCount: number, part: Session['part']): string {
  const { batch, isLast, rowsTotal } = part ?? { batch: 1, isLast: true, rowsTotal: rowCount };
  return `"batch_seq":${batch},"last_batch_flag":${isLast},"estimated_num_total":${rowsTotal}`;
}

/** The lists beside the rows, as the end of the payload. */
function besideJson(
  rows: Buffer,
  rowCount: number,
  schema: readonly WireKey[],
  beside: readonly number[],
): string {
  if (beside.length === 0) return '';
  const lists = new Map(beside.map((i) => [i, new Array<string>(rowCount).fill('')]));
  let offset = 0;
  for (let row = 0; row < rowCount; row++) {
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      const list = lists.get(keyIndex);
      if (list !== undefined) list[row] = rows.toString('utf8', start, end);
    });
  }
  return [...lists]
    .map(([i, list]) => {
      const key = rowKeys[i] as BesideKey;
      // Beside PAGEUID Meta wants exactly one page; such requests hold the rows of one (onePageEach).
      const one = key === 'page_ids' && schema.includes('PAGEUID');
      return `,"${key}":${JSON.stringify(one ? [...new Set(list.filter((id) => id !== ''))] : list)}`;
    })
    .join('');
}

function blank(out: Buffer, at: number, column: number, columns: readonly number[]): number {
  let next = at;
  if (column > 0) out[next++] = COMMA;
  const keyIndex = columns[column] as number;
  if (keyIndex >= identifierKeys.length) return next + (blanks[keyIndex] as Buffer).copy(out, next);
  out[next++] = QUOTE;
  out[next++] = QUOTE;
  return next;
}

function writeHex(out: Buffer, at: number, rows: Buffer, start: number, end: number): number {
  let next = at;
  out[next++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = rows[i] as number;
    out[next++] = hex[byte >> 4] as number;
    out[next++] = hex[byte & 15] as number;
  }
  out[next++] = QUOTE;
  return next;
}

function writeText(out: Buffer, at: number, rows: Buffer, start: number, end: number): number {
  return at + out.write(JSON.stringify(rows.toString('utf8', start, end)), at, 'utf8');
}

/** The packed rows one by one, so that a part of them can be sent again. */
export function splitRows(rows: Buffer, rowCount: number): Buffer[] {
  const parts: Buffer[] = [];
  let offset = 0;
  for (let row = 0; row < rowCount; row++) {
    const start = offset;
    offset = walkRow(rows, offset, () => {});
    parts.push(rows.subarray(start, offset));
  }
  return parts;
}

/**
 * What a removal carries: of each row the identifying values listed for it and nothing else. Names
 * and places alone remove nobody (protocol.md §5).
 */
export function keepKeys(rows: Buffer, free: readonly (readonly string[])[]): Buffer {
  return pickCells(rows, free, (keys, kind, key) => isIdentifying(kind) && keys.includes(key()));
}

/** The rows with those of their cells for which `keep` says so; `key` is the value's match key. */
function pickCells(
  rows: Buffer,
  listed: readonly (readonly string[])[],
  keep: (keys: readonly string[], kind: string, key: () => string) => boolean,
): Buffer {
  const out = Buffer.allocUnsafe(rows.length);
  let at = 0;
  let offset = 0;
  for (const keys of listed) {
    const bitmapAt = at;
    let bitmap = 0;
    at += 4;
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      const kind = rowKeys[keyIndex] as WireKey | BesideKey;
      const cell = () => rows.toString(plain[keyIndex] ? 'utf8' : 'latin1', start, end);
      const key = () => matchKeyAsBigint(matchKey(kind as IdentifyingKey, cell()));
      // What stands beside the columns says what a value means, so it stays with its row.
      if (keyIndex < firstBeside && !keep(keys, kind, key)) return;
      bitmap |= 1 << keyIndex;
      const from = plain[keyIndex] ? start - 2 : start;
      at += rows.copy(out, at, from, end);
    });
    out.writeUInt32LE(bitmap, bitmapAt);
  }
  return out.subarray(0, at);
}

/** Rows without the identifying values listed for each; everything else of them stays. */
export function dropKeys(rows: Buffer, dropped: readonly (readonly string[])[]): Buffer {
  if (dropped.every((keys) => keys.length === 0)) return rows;
  return pickCells(
    rows,
    dropped,
    (keys, kind, key) => !isIdentifying(kind) || !keys.includes(key()),
  );
}

const identifying: ReadonlySet<string> = new Set(identifyingKeys);

function isIdentifying(kind: string): kind is IdentifyingKey {
  return identifying.has(kind);
}

/** The row as Meta would name it in its samples: a JSON array in the order of the schema. */
export function rowAsSample(row: Buffer, schema: readonly WireKey[]): string {
  const cells = new Map<WireKey | BesideKey, string>();
  walkRow(row, 0, (keyIndex, start, end) => {
    const text = row.toString(plain[keyIndex] ? 'utf8' : 'hex', start, end);
    const key = rowKeys[keyIndex] as WireKey | BesideKey;
    cells.set(key, isJson[keyIndex] ? text : JSON.stringify(text));
  });
  const json = schema.map((key) => cells.get(key) ?? String(blanks[rowKeys.indexOf(key)]));
  return `[${json.join(',')}]`;
}
