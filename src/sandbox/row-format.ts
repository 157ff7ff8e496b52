import { identifyingWireKeys, plainWireKeys, type WireKey, wireKeys } from './wire-keys.ts';

/**
 * A row as it is kept: three bytes saying which keys it has, then their values in wire order, a hash
 * as its 32 bytes and plain text behind its length. Twelve hashes take 387 bytes instead of the 800
 * of their JSON.
 *
 * Keys are found again by a number of 48 bits each; whoever finds a row by one compares the values
 * themselves before acting on it.
 */
export interface PackedRow {
  readonly body: Uint8Array;
  /** One number an identifying value. */
  readonly values: readonly number[];
  /** One number for the whole set of identifying values; for a row with none, for all it holds. */
  readonly fingerprint: number;
}

export interface Column {
  readonly key: WireKey;
  /** Place among `wireKeys`. */
  readonly index: number;
  /** Place in the rows of the upload. */
  readonly at: number;
  readonly isPlain: boolean;
  readonly isIdentifying: boolean;
}

const headBytes = 3;
const hashBytes = 32;
const lengthBytes = 4;
const pageBytesAtFirst = 4 * 1024;
const pageBytesMax = 1024 * 1024;
const space = 2 ** 48;
const isPlainKey = wireKeys.map((key) => plainWireKeys.has(key));
const isIdentifying = wireKeys.map((key) => identifyingWireKeys.has(key));
/** Keeps the fingerprint of one value apart from the number of that value. */
const setSalt = 0x5bd1_e995_27d4;
const notHex = 0xff;
const nibbles = new Uint8Array(128).fill(notHex);
for (let value = 0; value < 16; value += 1) nibbles[value.toString(16).charCodeAt(0)] = value;

/** The columns of a schema in wire order. */
export function columnsOf(schema: readonly WireKey[]): Column[] {
  return schema
    .map((key, at) => ({
      key,
      at,
      index: wireKeys.indexOf(key),
      isPlain: plainWireKeys.has(key),
      isIdentifying: identifyingWireKeys.has(key),
    }))
    .sort((a, b) => a.index - b.index);
}

/** Why a row is invalid. The first was recorded; what Meta calls the others nobody has seen. */
const noExternalId = 'empty external ID';
export const badHash = 'invalid hash format';
export const blankRow = 'empty row';
const badValue = 'invalid lookalike value';

/** Packs the rows of one upload; answers why where a row is invalid. */
export function createPacker(
  columns: readonly Column[],
): (row: readonly unknown[]) => PackedRow | string {
  let page = new Uint8Array(0);
  let nextPageBytes = pageBytesAtFirst;
  let end = 0;
  return (row) => {
    const bytesMax = bytesMaxOf(columns, row);
    if (end + bytesMax > page.length) {
      page = new Uint8Array(Math.max(bytesMax, nextPageBytes));
      nextPageBytes = Math.min(nextPageBytes * 4, pageBytesMax);
      end = 0;
    }
    const packed = packRow(columns, row, page, end);
    if (typeof packed !== 'string') end += packed.body.length;
    return packed;
  };
}

function packRow(
  columns: readonly Column[],
  row: readonly unknown[],
  page: Uint8Array,
  start: number,
): PackedRow | string {
  const values: number[] = [];
  let present = 0;
  let at = start + headBytes;
  for (const column of columns) {
    const text = textOf(row[column.at]);
    if (text === '') {
      // Recorded 2021: a blank here spoils the row even where an e-mail stands beside it.
      if (column.key === 'EXTERN_ID') return noExternalId;
      if (column.key === 'LOOKALIKE_VALUE') return badValue;
      continue;
    }
    if (column.key === 'LOOKALIKE_VALUE' && !/^\d+(?:\.\d+)?$/.test(text)) return badValue;
    const next = column.isPlain ? writeText(page, at, text) : writeHash(page, at, text);
    if (next === -1) return badHash;
    if (column.isIdentifying) {
      values.push(column.isPlain ? numberOfText(column, text) : numberOfHash(column, page, at));
    }
    at = next;
    present |= 1 << column.index;
  }
  if (present === 0) return blankRow;
  page[start] = present & 0xff;
  page[start + 1] = (present >>> 8) & 0xff;
  page[start + 2] = (present >>> 16) & 0xff;
  const body = page.subarray(start, at);
  return { body, values, fingerprint: fingerprintOfRow(values, body) };
}

function bytesMaxOf(columns: readonly Column[], row: readonly unknown[]): number {
  let bytes = headBytes;
  for (const column of columns) {
    bytes += column.isPlain ? lengthBytes + textOf(row[column.at]).length * 3 : hashBytes;
  }
  return bytes;
}

/** One number for a set of identifying values, whatever their order. */
export function fingerprintOf(values: readonly number[]): number {
  let sum = setSalt;
  for (const value of values) sum += value;
  return sum % space;
}

/** Every value of a packed row by its place in `wireKeys`: hashes as hex, '' where it has none. */
export function unpackRow(body: Uint8Array): string[] {
  const bytes = bufferOf(body);
  const hex = bytes.toString('hex');
  const row: string[] = Array.from(wireKeys, () => '');
  forEachValue(body, (index, isPlain, from, to) => {
    row[index] = isPlain ? bytes.toString('utf8', from, to) : hex.slice(from * 2, to * 2);
  });
  return row;
}

/** The identifying values of a packed row, each as text that is equal only for equal values. */
export function identityOf(body: Uint8Array): string[] {
  const bytes = bufferOf(body);
  const identity: string[] = [];
  forEachValue(body, (index, isPlain, from, to) => {
    if (!isIdentifying[index]) return;
    const text = isPlain
      ? sameText(index, bytes.toString('utf8', from, to))
      : bytes.toString('latin1', from, to);
    identity.push(`${index}:${text}`);
  });
  return identity;
}

/** The numbers under which a packed row is indexed, made again from what is kept. */
export function numbersOf(body: Uint8Array): Pick<PackedRow, 'values' | 'fingerprint'> {
  const bytes = bufferOf(body);
  const values: number[] = [];
  forEachValue(body, (index, isPlain, from, to) => {
    if (!isIdentifying[index]) return;
    const column = { index };
    values.push(
      isPlain
        ? numberOfText(column, bytes.toString('utf8', from, to))
        : numberOfHash(column, body, from),
    );
  });
  return { values, fingerprint: fingerprintOfRow(values, body) };
}

const nameKeys: readonly WireKey[] = ['FN', 'LN'];
const besideNames: readonly (readonly WireKey[])[] = [
  ['ZIP'],
  ['CT', 'ST'],
  ['DOBY', 'DOBM', 'DOBD'],
];

/**
 * Whether a row names somebody: by first and last name, with a postcode, a city and state, or a whole
 * birth date beside them.
 */
export function isNamed(body: Uint8Array): boolean {
  return hasKeys(body, nameKeys) && besideNames.some((keys) => hasKeys(body, keys));
}

/** One number for each way in which a row names somebody. */
export function nameNumbersOf(body: Uint8Array): number[] {
  if (!isNamed(body)) return [];
  const beside = besideNames.filter((keys) => hasKeys(body, keys));
  const starts = new Map<string, number>();
  forEachValue(body, (index, isPlain, from) => {
    if (!isPlain) starts.set(wireKeys[index] ?? '', from);
  });
  return beside.map((keys) => {
    const mixer = createMixer(wireKeys.length + keys.length);
    for (const key of [...nameKeys, ...keys]) {
      const from = starts.get(key) ?? 0;
      for (let at = from; at < from + 8; at += 1) mixer.take(byteAt(body, at));
    }
    return mixer.number();
  });
}

/** Whether a packed row has a value for each of these keys. */
export function hasKeys(body: Uint8Array, keys: readonly WireKey[]): boolean {
  const present = presentIn(body);
  return keys.every((key) => (present & (1 << wireKeys.indexOf(key))) !== 0);
}

function forEachValue(
  body: Uint8Array,
  visit: (index: number, isPlain: boolean, from: number, to: number) => void,
): void {
  const present = presentIn(body);
  let at = headBytes;
  for (let index = 0; index < wireKeys.length; index += 1) {
    if ((present & (1 << index)) === 0) continue;
    if (isPlainKey[index]) {
      const from = at + lengthBytes;
      at = from + bufferOf(body).readUInt32BE(at);
      visit(index, true, from, at);
    } else {
      at += hashBytes;
      visit(index, false, at - hashBytes, at);
    }
  }
}

function presentIn(body: Uint8Array): number {
  return byteAt(body, 0) | (byteAt(body, 1) << 8) | (byteAt(body, 2) << 16);
}

function fingerprintOfRow(values: readonly number[], body: Uint8Array): number {
  return values.length === 0 ? numberOfBytes(body) : fingerprintOf(values);
}

function bufferOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.length);
}

/** A cell as text: Meta takes numbers where it says numeric, and an array for the options. */
function textOf(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  if (cell === null || cell === undefined) return '';
  if (Array.isArray(cell) && cell.length === 0) return '';
  return JSON.stringify(cell);
}

const encoder = new TextEncoder();

function writeText(page: Uint8Array, at: number, text: string): number {
  const from = at + lengthBytes;
  const { written } = encoder.encodeInto(text, page.subarray(from));
  bufferOf(page).writeUInt32BE(written, at);
  return from + written;
}

function writeHash(page: Uint8Array, at: number, text: string): number {
  if (text.length !== hashBytes * 2) return -1;
  let seen = 0;
  for (let digit = 0; digit < hashBytes * 2; digit += 2) {
    const high = nibbles[text.charCodeAt(digit)] ?? notHex;
    const low = nibbles[text.charCodeAt(digit + 1)] ?? notHex;
    seen |= high | low;
    page[at + digit / 2] = (high << 4) | low;
  }
  return seen > 15 ? -1 : at + hashBytes;
}

function numberOfHash({ index }: { index: number }, bytes: Uint8Array, at: number): number {
  const high =
    ((byteAt(bytes, at) ^ index) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
  const low = (byteAt(bytes, at + 3) << 16) | (byteAt(bytes, at + 4) << 8) | byteAt(bytes, at + 5);
  return high * 2 ** 24 + low;
}

function numberOfText({ index }: { index: number }, text: string): number {
  const same = sameText(index, text);
  const mixer = createMixer(index);
  for (let at = 0; at < same.length; at += 1) mixer.take(same.charCodeAt(at));
  return mixer.number();
}

function numberOfBytes(bytes: Uint8Array): number {
  const mixer = createMixer(wireKeys.length);
  for (const byte of bytes) mixer.take(byte);
  return mixer.number();
}

/** Two multiplicative lanes, 24 bits of each: quick, and good enough for what is compared anyway. */
function createMixer(seed: number): { take(unit: number): void; number(): number } {
  let left = 0x811c_9dc5 ^ seed;
  let right = 0x9e37_79b9 ^ (seed << 8);
  return {
    take(unit) {
      left = Math.imul(left ^ unit, 0x0100_0193);
      right = Math.imul(right ^ unit, 0x85eb_ca6b);
      right ^= right >>> 13;
    },
    number: () => (left >>> 8) * 2 ** 24 + ((right ^ (left << 7)) >>> 8),
  };
}

/** Meta takes a mobile id in either case; everything else is the same only if it is equal. */
function sameText(index: number, text: string): string {
  return wireKeys[index] === 'MADID' ? text.toLowerCase() : text;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
