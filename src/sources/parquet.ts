import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { AsyncBuffer, Compressors, FileMetaData, SchemaElement } from 'hyparquet';
import { MusterError } from '#domain/errors/muster-error.ts';
import { cellOf, faultOf } from './_cells.ts';
import { checkHeader } from './_header.ts';
import type { RejectedRow } from './_records.ts';
import { checkUnchanged, openRegular, readAt } from './regular-file.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';

const BATCH_ROWS = 2_000;
/** A row group is unpacked as a whole, so its size is what the memory depends on. */
const GROUP_BYTES_MAX = 1 << 30;
const GROUP_CELLS_MAX = 50_000_000;
const FOOTER_BYTES_MAX = 64 << 20;

/**
 * A Parquet file (https://parquet.apache.org/docs/file-format/, read 2026-11-22). Its description
 * stands at its end, so one that was cut has none, and a whole one proves its end. One row group is
 * in memory at a time; writers make them of 50,000 to a million rows.
 * Throws IMPORT_FILE_UNREADABLE, IMPORT_FILE_CUT, IMPORT_FILE_DAMAGED, IMPORT_FILE_EMPTY,
 * IMPORT_FILE_SWELLS, IMPORT_HEADER_INVALID.
 */
export async function openParquet(path: string): Promise<RecordSource> {
  await using file = await openRegular(path);
  const opened = await file.stat();
  await checkFooter(file, opened.size);
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const metadata = await orDamaged(() =>
    parquetMetadataAsync(bufferOf(file, opened.size), parsing),
  );
  if (metadata.num_rows === 0n) throw new MusterError('IMPORT_FILE_EMPTY', 'it has 0 rows');
  const columns = parquetSchema(metadata).children.map(({ element }) => element);
  const header = checkHeader(columns.map(({ name }) => name));
  checkGroups(metadata, header.length);
  return {
    header,
    total: Number(metadata.num_rows),
    unit: 'rows',
    endProved: true,
    batches: () => readGroups(path, opened, metadata, columns),
  };
}

/** Four bytes at both ends, and the length of the description before the last ones. */
async function checkFooter(file: FileHandle, sizeBytes: number): Promise<void> {
  const end = await readAt(file, Buffer.alloc(Math.min(8, sizeBytes)), Math.max(0, sizeBytes - 8));
  if (end.length < 8 || end.toString('latin1', 4) !== 'PAR1') {
    throw new MusterError('IMPORT_FILE_CUT', 'a Parquet file without its end');
  }
  const footerBytes = end.readUInt32LE(0);
  if (footerBytes <= Math.min(sizeBytes - 12, FOOTER_BYTES_MAX)) return;
  throw new MusterError('IMPORT_FILE_DAMAGED', `its description would have ${footerBytes} bytes`);
}

function checkGroups(metadata: FileMetaData, columns: number): void {
  let rows = 0n;
  for (const group of metadata.row_groups) {
    rows += group.num_rows;
    const isTooLarge = group.total_byte_size > GROUP_BYTES_MAX;
    if (isTooLarge || group.num_rows * BigInt(columns) > GROUP_CELLS_MAX) {
      const measured = `a row group of ${group.num_rows} rows and ${group.total_byte_size} bytes`;
      throw new MusterError('IMPORT_FILE_SWELLS', measured);
    }
  }
  if (rows === metadata.num_rows) return;
  const measured = `its row groups hold ${rows} rows, it says ${metadata.num_rows}`;
  throw new MusterError('IMPORT_FILE_DAMAGED', measured);
}

async function* readGroups(
  path: string,
  opened: Stats,
  metadata: FileMetaData,
  columns: readonly SchemaElement[],
): AsyncGenerator<RecordBatch, void, undefined> {
  await using file = await openRegular(path);
  await checkUnchanged(file, opened);
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const options = {
    file: bufferOf(file, opened.size),
    metadata,
    compressors: limitedTo(GROUP_BYTES_MAX, compressors),
    ...parsing,
  };
  const readers = columns.map((column) => ({ name: column.name, read: readerOf(column) }));
  let done = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = done + Number(group.num_rows);
    const objects = await orDamaged(() =>
      parquetReadObjects({ ...options, rowStart: done, rowEnd }),
    );
    if (objects.length !== rowEnd - done) {
      const measured = `${objects.length} rows in a row group of ${group.num_rows}`;
      throw new MusterError('IMPORT_FILE_DAMAGED', measured);
    }
    for (let at = 0; at < objects.length; at += BATCH_ROWS) {
      const some = objects.slice(at, at + BATCH_ROWS);
      yield batchOf(some, readers, done + at);
      await turn();
    }
    done = rowEnd;
  }
  await checkUnchanged(file, opened);
}

interface Reader {
  readonly name: string;
  readonly read: (value: unknown) => string | Fault;
}

interface Fault {
  readonly fault: string;
}

function batchOf(
  objects: readonly Readonly<Record<string, unknown>>[],
  readers: readonly Reader[],
  before: number,
): RecordBatch {
  const rows: string[][] = [];
  const lines: number[] = [];
  const rejected: RejectedRow[] = [];
  for (const [i, object] of objects.entries()) {
    let fault: string | null = null;
    const cells = readers.map(({ name, read }) => {
      const cell = read(object[name]);
      if (typeof cell === 'string') return cell;
      fault ??= cell.fault;
      return '';
    });
    const line = before + i + 1;
    fault ??= faultOf(cells);
    if (fault === null) {
      rows.push(cells);
      lines.push(line);
    } else rejected.push({ line, reason: fault });
  }
  return { rows, lines, rejected, done: before + objects.length };
}

function readerOf({ converted_type, scale = 0 }: SchemaElement): Reader['read'] {
  const isDecimal = converted_type === 'DECIMAL';
  return (value) => {
    if (isDecimal && typeof value === 'number') return decimalCell(value, scale);
    // Text that is not UTF-8 stays bytes.
    return value instanceof Uint8Array ? { fault: 'bad UTF-8' } : cellOf(value);
  };
}

/** Decimals come as doubles: exact digits only, since an id that lost some is somebody else's. */
function decimalCell(value: number, scale: number): string | Fault {
  const isExact = Math.abs(value) * 10 ** scale < Number.MAX_SAFE_INTEGER;
  if (!isExact) return { fault: 'a decimal of more than 15 digits' };
  return scale > 0 ? String(Number(value.toFixed(scale))) : String(value);
}

const parsing = {
  parsers: {
    stringFromBytes: (bytes: Uint8Array | undefined) =>
      bytes === undefined || !isUtf8(bytes) ? bytes : Buffer.from(bytes).toString('utf8'),
    dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  },
};

/** What a page says of its unpacked size is believed up to a limit. */
function limitedTo(bytesMax: number, compressors: Compressors): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, outputLength: number) => {
        if (outputLength <= bytesMax) return unpack(input, outputLength);
        throw new MusterError('IMPORT_FILE_SWELLS', `a page of ${outputLength} bytes`);
      },
    ]),
  );
}

function bufferOf(file: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const buffer = new ArrayBuffer(Math.max(0, Math.min(end, byteLength) - start));
      await readAt(file, Buffer.from(buffer), start);
      return buffer;
    },
  };
}

/** The library throws plain errors at what it cannot read; their words may hold cells. */
async function orDamaged<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    throw new MusterError('IMPORT_FILE_DAMAGED', 'its Parquet data cannot be read', { cause });
  }
}
