import { MusterError } from '#domain/errors/muster-error.ts';
import { cellOf, faultOf } from './_cells.ts';
import { checkHeader } from './_header.ts';
import type { RejectedRow } from './_records.ts';
import { checkUnchanged, openRegular } from './regular-file.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';
import { unpackZip } from './_unpack.ts';
import type { ZipEntry } from './_zip.ts';

const BATCH_ROWS = 2_000;
/** The sheet is in memory as a whole; a million rows of ten columns have about 400 MB. */
const UNPACKED_BYTES_MAX = 512 << 20;

/** What tells an Excel file from any other zip. */
export function isWorkbook(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name }) => name === 'xl/workbook.xml');
}

/**
 * The first sheet of an Excel file; its first row names the columns. Every part of it is unpacked
 * and compared with its checksum first, which proves the end. Not streamed: the format is not.
 * Throws IMPORT_FILE_DAMAGED, IMPORT_FILE_EMPTY, IMPORT_FILE_SWELLS, IMPORT_HEADER_INVALID.
 */
export async function openXlsx(path: string, entries: readonly ZipEntry[]): Promise<RecordSource> {
  await using file = await openRegular(path);
  const opened = await file.stat();
  await checkParts(path, entries);
  const [first, ...rows] = await readFirstSheet(path);
  await checkUnchanged(file, opened);
  if (first === undefined) throw new MusterError('IMPORT_FILE_EMPTY', 'its first sheet is empty');
  const header = checkHeader(first.map(cellOf));
  if (rows.length === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has a header only');
  return {
    header,
    total: rows.length,
    unit: 'rows',
    endProved: true,
    async *batches() {
      for (let at = 0; at < rows.length; at += BATCH_ROWS) {
        yield await Promise.resolve(batchOf(rows.slice(at, at + BATCH_ROWS), header.length, at));
      }
    },
  };
}

async function checkParts(path: string, entries: readonly ZipEntry[]): Promise<void> {
  let sizeBytes = 0;
  for (const entry of entries) {
    for await (const piece of unpackZip(path, entry)) {
      sizeBytes += piece.length;
      if (sizeBytes <= UNPACKED_BYTES_MAX) continue;
      throw new MusterError('IMPORT_FILE_SWELLS', `more than ${UNPACKED_BYTES_MAX} bytes`);
    }
  }
}

type Row = readonly unknown[];

async function readFirstSheet(path: string): Promise<Row[]> {
  const { readSheet } = await import('read-excel-file/node');
  try {
    return await readSheet(path, 1, { trim: false });
  } catch (cause) {
    throw new MusterError('IMPORT_FILE_DAMAGED', 'its first sheet cannot be read', { cause });
  }
}

function batchOf(some: readonly Row[], columns: number, before: number): RecordBatch {
  const rows: string[][] = [];
  const lines: number[] = [];
  const rejected: RejectedRow[] = [];
  for (const [i, row] of some.entries()) {
    const cells = Array.from({ length: columns }, (_, column) => sheetCell(row[column]));
    // The header is row 1.
    const line = before + i + 2;
    if (cells.every((cell) => cell === '')) continue;
    const fault = faultOf(cells);
    if (fault === null) {
      rows.push(cells);
      lines.push(line);
    } else rejected.push({ line, reason: fault });
  }
  return { rows, lines, rejected, done: before + some.length };
}

/** Excel knows one type for days and moments: midnight is a day. */
function sheetCell(value: unknown): string {
  const cell = cellOf(value);
  return value instanceof Date && cell.endsWith('T00:00:00.000Z') ? cell.slice(0, 10) : cell;
}
