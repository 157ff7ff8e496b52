import { assert } from '#domain/errors/assert.ts';
import {
  type IdentifierKey,
  identifierKeys,
  type IdentifyingKey,
  plainKeys,
} from '#domain/identifier-keys.ts';
import { bitmapOf, walkRow } from '#domain/match-row.ts';
import { matchKey, matchKeyAsBigint } from '#identifiers/match-key.ts';

export interface EncodedRows {
  /** The whole request body, ready to be sent. */
  readonly body: Uint8Array;
  readonly schema: readonly IdentifierKey[];
  readonly rowCount: number;
}

export interface Session {
  /** Below 2^53 and never used before in the ad account. */
  readonly id: string;
}

const plain: readonly boolean[] = identifierKeys.map((key) => plainKeys.has(key));
const hex = Buffer.from('0123456789abcdef', 'latin1');
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Packed rows as the JSON of one upload: the schema has the columns that any row fills, in Meta's
 * order; each row has all of them, "" where it has nothing. Its own session, complete in one batch.
 */
export function encodeRows(rows: Buffer, rowCount: number, session: Session): EncodedRows {
  const { columns, cellBytesMax } = measure(rows, rowCount);
  const schema = columns.map((i) => identifierKeys[i] as IdentifierKey);
  const head = `{"payload":{"schema":${JSON.stringify(schema)},"data":[`;
  const tail = `]},"session":{"session_id":${session.id},"batch_seq":1,"last_batch_flag":true,"estimated_num_total":${rowCount}}}`;
  const punctuation = rowCount * (columns.length * 3 + 2);
  const out = Buffer.allocUnsafe(head.length + tail.length + punctuation + cellBytesMax);
  let at = out.write(head, 0, 'latin1');
  let offset = 0;
  for (let row = 0; row < rowCount; row++) {
    if (row > 0) out[at++] = COMMA;
    out[at++] = OPEN;
    let column = 0;
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      for (; columns[column] !== keyIndex; column++) at = blank(out, at, column);
      if (column > 0) out[at++] = COMMA;
      at = plain[keyIndex]
        ? writeText(out, at, rows, start, end)
        : writeHex(out, at, rows, start, end);
      column++;
    });
    for (; column < columns.length; column++) at = blank(out, at, column);
    out[at++] = CLOSE;
  }
  at += out.write(tail, at, 'latin1');
  assert(offset === rows.length, 'all packed rows were encoded');
  return { body: out.subarray(0, at), schema, rowCount };
}

/** Which columns any row fills, and how many bytes all cells take at most between their quotes. */
function measure(rows: Buffer, rowCount: number): { columns: number[]; cellBytesMax: number } {
  let union = 0;
  let offset = 0;
  let cellBytesMax = 0;
  for (let row = 0; row < rowCount; row++) {
    union |= bitmapOf(rows, offset);
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      // A hash doubles as hex; plain text may grow sixfold when JSON escapes it.
      cellBytesMax += (end - start) * (plain[keyIndex] ? 6 : 2);
    });
  }
  const columns = identifierKeys.map((_, i) => i).filter((i) => (union & (1 << i)) !== 0);
  return { columns, cellBytesMax };
}

function blank(out: Buffer, at: number, column: number): number {
  let next = at;
  if (column > 0) out[next++] = COMMA;
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
  const out = Buffer.allocUnsafe(rows.length);
  let at = 0;
  let offset = 0;
  for (const keys of free) {
    const bitmapAt = at;
    let bitmap = 0;
    at += 4;
    offset = walkRow(rows, offset, (keyIndex, start, end) => {
      const kind = identifierKeys[keyIndex] as IdentifierKey;
      if (!isIdentifying(kind)) return;
      const cell = rows.toString(plain[keyIndex] ? 'utf8' : 'latin1', start, end);
      if (!keys.includes(matchKeyAsBigint(matchKey(kind, cell)))) return;
      bitmap |= 1 << keyIndex;
      const from = plain[keyIndex] ? start - 2 : start;
      at += rows.copy(out, at, from, end);
    });
    out.writeUInt32LE(bitmap, bitmapAt);
  }
  return out.subarray(0, at);
}

function isIdentifying(kind: IdentifierKey): kind is IdentifyingKey {
  return kind === 'EXTERN_ID' || kind === 'EMAIL' || kind === 'PHONE' || kind === 'MADID';
}

/** The row as Meta would name it in its samples: a JSON array in the order of the schema. */
export function rowAsSample(row: Buffer, schema: readonly IdentifierKey[]): string {
  const cells = new Map<IdentifierKey, string>();
  walkRow(row, 0, (keyIndex, start, end) => {
    const encoding = plain[keyIndex] ? 'utf8' : 'hex';
    cells.set(identifierKeys[keyIndex] as IdentifierKey, row.toString(encoding, start, end));
  });
  return JSON.stringify(schema.map((key) => cells.get(key) ?? ''));
}
