import type { Compressors, SchemaElement } from 'hyparquet';
import { MusterError } from '#domain/errors/muster-error.ts';
import { cellOf, faultOf } from './_cells.ts';
import { bufferOf, GROUP_BYTES_MAX, orDamaged, parsing, readFooter } from './_parquet-file.ts';
import type { RejectedRow } from './_records.ts';
import type { RecordBatch } from './record-source.ts';
import { openRegular } from './regular-file.ts';

const BATCH_ROWS = 2_000;

/** One row group is in memory at a time; writers make them of 50,000 to a million rows. */
export async function* readParquetGroups(
  path: string,
): AsyncGenerator<RecordBatch, void, undefined> {
  await using file = await openRegular(path);
  const { size } = await file.stat();
  const { metadata, columns } = await readFooter(file, size);
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const options = {
    file: bufferOf(file, size),
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
    }
    done = rowEnd;
  }
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
