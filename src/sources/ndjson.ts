import { isUtf8 } from 'node:buffer';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Bytes } from './bytes.ts';
import { cellOf, faultOf } from './_cells.ts';
import { parseExactly } from './_exact-json.ts';
import { checkHeader } from './header.ts';
import { cellBytesMax, columnsMax, largeCellFault, type RejectedRow } from './_records.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';

/** A line that holds more cannot be sound; it is passed over without being kept. */
const LINE_BYTES_MAX = columnsMax * cellBytesMax;
const PIECE_BYTES = 256 * 1024;
const LF = 0x0a;

/**
 * One JSON object a line (https://github.com/ndjson/ndjson-spec, read 2026-11-22). The columns are
 * the keys of all of them, so the file is read once to its end here; a key that a line lacks is an
 * empty cell. Lists and objects become JSON text.
 * Throws IMPORT_FILE_EMPTY, IMPORT_FILE_CUT, IMPORT_ENCODING, IMPORT_HEADER_INVALID.
 */
export async function openNdjson(bytes: Bytes): Promise<RecordSource> {
  const [first, second] = bytes.start;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || second === 0) {
    throw new MusterError('IMPORT_ENCODING', 'JSON lines in UTF-16, which JSON is not');
  }
  const header = checkHeader(await readKeys(bytes));
  return {
    header,
    total: bytes.sizeBytes,
    unit: 'bytes',
    endProved: bytes.end.at(-1) === LF,
    batches: () => readBatches(bytes, header),
  };
}

async function readKeys(bytes: Bytes): Promise<string[]> {
  const keys = new Set<string>();
  for await (const { lines } of readLines(bytes)) {
    for (const { text, line, isLast } of lines) {
      const read = readObject(text);
      if (typeof read !== 'string') for (const key of Object.keys(read)) keys.add(key);
      else if (isLast) throw cut(line, read);
    }
    if (keys.size > columnsMax) break;
  }
  if (keys.size === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has no line with a value');
  return [...keys];
}

function cut(line: number, fault: string): MusterError {
  return new MusterError('IMPORT_FILE_CUT', `its last line, ${line}, is ${fault}`);
}

async function* readBatches(
  bytes: Bytes,
  header: readonly string[],
): AsyncGenerator<RecordBatch, void, undefined> {
  // As written: a name may have been trimmed, its key was not.
  const columns = new Map(header.map((name, column) => [name, column]));
  for await (const { lines, done } of readLines(bytes)) {
    const rows: string[][] = [];
    const numbers: number[] = [];
    const rejected: RejectedRow[] = [];
    for (const { text, line, isLast } of lines) {
      const read = readObject(text);
      if (typeof read === 'string' && isLast) throw cut(line, read);
      const cells = typeof read === 'string' ? read : cellsOf(read, columns);
      const fault = typeof cells === 'string' ? cells : faultOf(cells);
      if (typeof cells === 'string' || fault !== null) {
        rejected.push({ line, reason: fault ?? '' });
        continue;
      }
      rows.push(cells);
      numbers.push(line);
    }
    yield { rows, lines: numbers, rejected, done };
  }
}

function cellsOf(object: object, columns: ReadonlyMap<string, number>): string[] {
  const cells = new Array<string>(columns.size).fill('');
  for (const [key, value] of Object.entries(object)) {
    const column = columns.get(key.trim());
    if (column !== undefined) cells[column] = cellOf(value);
  }
  return cells;
}

/** The object, or what is wrong with the line, in words that repeat nothing of it. */
function readObject(text: string | Fault): object | string {
  if (typeof text !== 'string') return text.fault;
  try {
    const value = parseExactly(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? value : 'not an object';
  } catch {
    return 'not valid JSON';
  }
}

interface Fault {
  readonly fault: string;
}

interface Line {
  readonly text: string | Fault;
  /** From 1. */
  readonly line: number;
  /** The file ends without a line end behind it. */
  readonly isLast: boolean;
}

interface Lines {
  readonly lines: Line[];
  readonly done: number;
}

/** Lines that are not blank. Memory: one piece and one line of at most LINE_BYTES_MAX. */
async function* readLines(bytes: Bytes): AsyncGenerator<Lines, void, undefined> {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let line = 1;
  let done = 0;
  const keep = (part: Buffer): void => {
    keptBytes += part.length;
    if (keptBytes > LINE_BYTES_MAX) kept = [];
    else kept.push(Buffer.from(part));
  };
  const take = (into: Line[], part: Buffer, isLast: boolean): void => {
    const whole = kept.length === 0 && keptBytes === 0 ? part : Buffer.concat([...kept, part]);
    const size = keptBytes + part.length;
    kept = [];
    keptBytes = 0;
    if (size > LINE_BYTES_MAX) into.push({ text: { fault: largeCellFault }, line, isLast });
    else {
      const isMarked = line === 1 && whole.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf';
      const text = isMarked ? whole.subarray(3) : whole;
      if (!isUtf8(text)) into.push({ text: { fault: 'bad UTF-8' }, line, isLast });
      else if (!isBlank(text)) into.push({ text: text.toString('utf8'), line, isLast });
    }
    line += 1;
  };
  for await (const piece of bytes.pieces(PIECE_BYTES)) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, from)) {
      take(lines, piece.subarray(from, end), false);
      from = end + 1;
    }
    keep(piece.subarray(from));
    done += piece.length;
    yield { lines, done };
  }
  const last: Line[] = [];
  if (keptBytes > 0) take(last, Buffer.alloc(0), true);
  yield { lines: last, done };
}

function isBlank(text: Buffer): boolean {
  return text.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
