import { assert } from './errors/assert.ts';
import {
  type BesideKey,
  type FurtherKey,
  type IdentifierKey,
  identifierKeys,
  plainKeys,
  rowKeys,
} from './identifier-keys.ts';

/**
 * A match row packed: a 4-byte bitmap of the keys present (little endian, bit = position in
 * rowKeys), then for each present key in order 32 bytes of SHA-256, or for the plain keys a
 * 2-byte length and UTF-8.
 */
export type PackedRow = Uint8Array;

/** One cell: '' blank; for hashed keys 32 characters, one a byte (latin1); for plain keys the text. */
export type Cell = string;

/** Which of rowKeys are text; whatever is behind the fifteen is. */
const plain: readonly boolean[] = rowKeys.map(
  (key, i) => i >= identifierKeys.length || plainKeys.has(key as IdentifierKey),
);
const HASH_BYTES = 32;
const PLAIN_BYTES_MAX = 0xffff;

/** Space that is large enough for any row that `packRow` is given: bounded by its plain cells. */
export function packedBytesMax(cells: readonly Cell[]): number {
  let bytes = 4;
  for (let i = 0; i < cells.length; i++)
    bytes += plain[i] ? 2 + (cells[i] ?? '').length * 3 : HASH_BYTES;
  return bytes;
}

/** Writes the cells (in the order of rowKeys, trailing blanks may be missing) at `offset`; gives the offset behind them. */
export function packRow(cells: readonly Cell[], into: Buffer, offset: number): number {
  let bitmap = 0;
  let at = offset + 4;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (cell === undefined || cell === '') continue;
    bitmap |= 1 << i;
    if (plain[i]) {
      const bytes = into.write(cell, at + 2, 'utf8');
      assert(bytes <= PLAIN_BYTES_MAX, 'a plain identifier is longer than a packed row can hold');
      into.writeUInt16LE(bytes, at);
      at += 2 + bytes;
    } else {
      assert(cell.length === HASH_BYTES, 'a hashed cell has 32 bytes');
      into.write(cell, at, 'latin1');
      at += HASH_BYTES;
    }
  }
  into.writeUInt32LE(bitmap, offset);
  return at;
}

/** Where the cells of a packed row lie; walks it once. `visit` gets the key's position and bytes. */
export function walkRow(
  bytes: Uint8Array,
  offset: number,
  visit: (keyIndex: number, start: number, end: number) => void,
): number {
  const bitmap = readUInt32(bytes, offset);
  let at = offset + 4;
  for (let i = 0, rest = bitmap; rest !== 0; i++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    let start = at;
    let end = at + HASH_BYTES;
    if (plain[i]) {
      start = at + 2;
      end = start + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
    }
    visit(i, start, end);
    at = end;
  }
  return at;
}

/** Which keys the row at `offset` has: bit = position in rowKeys. */
export function bitmapOf(bytes: Uint8Array, offset: number): number {
  return readUInt32(bytes, offset);
}

/** The fifteen, and what else a row has. */
export type UnpackedRow = Record<IdentifierKey, string> & {
  [Key in FurtherKey | BesideKey]?: string;
};

/** The cells of one packed row as Meta reads them: lower-case hex or plain text, '' where blank. */
export function unpackRow(row: PackedRow): UnpackedRow {
  const cells = Object.fromEntries(identifierKeys.map((key) => [key, ''])) as UnpackedRow;
  const buffer = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  walkRow(row, 0, (i, start, end) => {
    const key = rowKeys[i];
    if (key !== undefined) cells[key] = buffer.toString(plain[i] ? 'utf8' : 'hex', start, end);
  });
  return cells;
}

/** Bytes that the row takes in a JSON request, commas and brackets included, blank cells too. */
export function wireBytes(cells: readonly Cell[]): number {
  let bytes = 2;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? '';
    bytes += 3 + (cell === '' ? 0 : plain[i] ? Buffer.byteLength(JSON.stringify(cell)) - 2 : 64);
  }
  return bytes;
}

function readUInt32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) |
      ((bytes[offset + 1] ?? 0) << 8) |
      ((bytes[offset + 2] ?? 0) << 16) |
      ((bytes[offset + 3] ?? 0) << 24)) >>>
    0
  );
}
