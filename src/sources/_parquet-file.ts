import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkHeader } from './header.ts';
import { readAt } from './regular-file.ts';

/** A row group is unpacked as a whole, so its size is what the memory depends on. */
export const GROUP_BYTES_MAX = 1 << 30;
const GROUP_CELLS_MAX = 50_000_000;
const FOOTER_BYTES_MAX = 64 << 20;

interface ParquetFooter {
  readonly metadata: FileMetaData;
  readonly columns: readonly SchemaElement[];
  readonly header: readonly string[];
}

/**
 * The description at the end of a Parquet file. Throws IMPORT_FILE_CUT, IMPORT_FILE_DAMAGED,
 * IMPORT_FILE_EMPTY, IMPORT_FILE_SWELLS, IMPORT_HEADER_INVALID.
 */
export async function readFooter(file: FileHandle, sizeBytes: number): Promise<ParquetFooter> {
  await checkFooter(file, sizeBytes);
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  return await orDamaged(async () => {
    const metadata = await parquetMetadataAsync(bufferOf(file, sizeBytes), parsing);
    if (metadata.num_rows === 0n) throw new MusterError('IMPORT_FILE_EMPTY', 'it has 0 rows');
    const columns = parquetSchema(metadata).children.map(({ element }) => element);
    const header = checkHeader(columns.map(({ name }) => name));
    checkGroups(metadata, header.length);
    return { metadata, columns, header };
  });
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

export const parsing = {
  parsers: {
    stringFromBytes: (bytes: Uint8Array | undefined) =>
      bytes === undefined || !isUtf8(bytes) ? bytes : Buffer.from(bytes).toString('utf8'),
    dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  },
};

export function bufferOf(file: FileHandle, byteLength: number): AsyncBuffer {
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
export async function orDamaged<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    throw new MusterError('IMPORT_FILE_DAMAGED', 'its Parquet data cannot be read', { cause });
  }
}
