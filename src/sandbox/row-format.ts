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
const space = 2 ** 48;
/** Keeps the fingerprint of one value apart from the number of that value. */
const setSalt = 0x5bd1_e995_27d4;
const notHex = 0xff;
const nibbles = new Uint8Array(128).fill(notHex);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  nibbles[digit.charCodeAt(0)] = value;
}

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

/** Packs the rows of one upload; answers why where a row is invalid. */
export function createPacker(
  columns: readonly Column[],
): (row: readonly unknown[]) => PackedRow | string {
  let page = new Uint8Array(0);
  let end = 0;
  return (row) => {
    const texts = columns.map((column) => textOf(row[column.at]));
    const bytesMax = headBytes + texts.reduce((sum, text) => sum + text.length * 3 + 4, 0);
    if (end + bytesMax > page.length) {
      page = new Uint8Array(Math.max(bytesMax, 1 << 20));
      end = 0;
    }
    const start = end;
    let at = start + headBytes;
    let present = 0;
    const values: number[] = [];
    for (const [place, column] of columns.entries()) {
      const text = texts[place] ?? '';
      if (text === '') {
        // Recorded 2021: a blank here spoils the row even where an e-mail stands beside it.
        if (column.key === 'EXTERN_ID') return 'empty external ID';
        continue;
      }
      const next = column.isPlain ? writeText(page, at, text) : writeHash(page, at, text);
      if (next === -1) return 'invalid hash format';
      if (column.isIdentifying) {
        values.push(column.isPlain ? numberOfText(column, text) : numberOfHash(column, page, at));
      }
      at = next;
      present |= 1 << column.index;
    }
    if (present === 0) return 'empty row';
    page[start] = present & 0xff;
    page[start + 1] = (present >>> 8) & 0xff;
    page[start + 2] = (present >>> 16) & 0xff;
    end = at;
    const body = page.subarray(start, at);
    const fingerprint = values.length === 0 ? numberOfBytes(body) : fingerprintOf(values);
    return { body, values, fingerprint };
  };
}

/** One number for a set of identifying values, whatever their order. */
export function fingerprintOf(values: readonly number[]): number {
  let sum = setSalt;
  for (const value of values) sum += value;
  return sum % space;
}

/** Every value of a packed row by its place in `wireKeys`: hashes as hex, '' where it has none. */
export function unpackRow(body: Uint8Array): string[] {
  const row: string[] = wireKeys.map(() => '');
  for (const { index, isPlain, from, to } of spans(body)) {
    const bytes = Buffer.from(body.buffer, body.byteOffset + from, to - from);
    row[index] = isPlain ? bytes.toString('utf8') : bytes.toString('hex');
  }
  return row;
}

/** The identifying values of a packed row, each as text that is equal only for equal values. */
export function identityOf(body: Uint8Array): string[] {
  const identity: string[] = [];
  for (const { key, isPlain, from, to } of spans(body)) {
    if (!identifyingWireKeys.has(key)) continue;
    const bytes = Buffer.from(body.buffer, body.byteOffset + from, to - from);
    identity.push(
      `${key}:${isPlain ? sameText(key, bytes.toString('utf8')) : bytes.toString('hex')}`,
    );
  }
  return identity;
}

/** Whether a packed row has a value for each of these keys. */
export function hasKeys(body: Uint8Array, keys: readonly WireKey[]): boolean {
  const present = presentIn(body);
  return keys.every((key) => (present & (1 << wireKeys.indexOf(key))) !== 0);
}

/** The numbers under which a packed row is indexed, made again from what is kept. */
export function numbersOf(body: Uint8Array): Pick<PackedRow, 'values' | 'fingerprint'> {
  const values: number[] = [];
  for (const span of spans(body)) {
    if (!identifyingWireKeys.has(span.key)) continue;
    const text = Buffer.from(body.buffer, body.byteOffset + span.from, span.to - span.from);
    values.push(
      span.isPlain
        ? numberOfText(span, text.toString('utf8'))
        : numberOfHash(span, body, span.from),
    );
  }
  return { values, fingerprint: values.length === 0 ? numberOfBytes(body) : fingerprintOf(values) };
}

interface Span {
  readonly key: WireKey;
  readonly index: number;
  readonly isPlain: boolean;
  readonly from: number;
  readonly to: number;
}

function* spans(body: Uint8Array): Generator<Span> {
  const present = presentIn(body);
  let at = headBytes;
  for (const [index, key] of wireKeys.entries()) {
    if ((present & (1 << index)) === 0) continue;
    const isPlain = plainWireKeys.has(key);
    const from = isPlain ? at + 4 : at;
    const to = isPlain
      ? from + new DataView(body.buffer, body.byteOffset).getUint32(at)
      : from + hashBytes;
    yield { key, index, isPlain, from, to };
    at = to;
  }
}

function presentIn(body: Uint8Array): number {
  return byteAt(body, 0) | (byteAt(body, 1) << 8) | (byteAt(body, 2) << 16);
}

/** A cell as text: Meta takes numbers where it says numeric, and an array for the options. */
function textOf(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  if (cell === null || cell === undefined) return '';
  if (Array.isArray(cell) && cell.length === 0) return '';
  return JSON.stringify(cell);
}

function writeText(page: Uint8Array, at: number, text: string): number {
  const { written } = new TextEncoder().encodeInto(text, page.subarray(at + 4));
  new DataView(page.buffer).setUint32(at, written);
  return at + 4 + written;
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

function numberOfText({ key, index }: { key: WireKey; index: number }, text: string): number {
  const same = sameText(key, text);
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
function sameText(key: WireKey, text: string): string {
  return key === 'MADID' ? text.toLowerCase() : text;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
