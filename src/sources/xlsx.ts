import { MusterError } from '#domain/errors/muster-error.ts';
import { cellOf, faultOf } from './_cells.ts';
import { checkHeader } from './header.ts';
import type { RejectedRow } from './_records.ts';
import { checkUnchanged, openRegular } from './regular-file.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';
import { unpackZip } from './_unpack.ts';
import type { ZipEntry } from './_zip.ts';

const BATCH_ROWS = 2_000;
/** The sheet is in memory as a whole; a million rows of ten columns have about 400 MB. */
const UNPACKED_BYTES_MAX = 512 << 20;
/** As a table from A1 to its farthest cell, which one line of XML can place anywhere. */
const CELLS_MAX = 20_000_000;

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
    const isSheet = /^xl\/.*sheets\/.*\.xml$/i.test(entry.name);
    const reach = isSheet ? new SheetReach() : null;
    for await (const piece of unpackZip(path, entry)) {
      sizeBytes += piece.length;
      if (sizeBytes > UNPACKED_BYTES_MAX) {
        throw new MusterError('IMPORT_FILE_SWELLS', `more than ${UNPACKED_BYTES_MAX} bytes`);
      }
      reach?.look(piece);
    }
  }
}

/** How far a sheet reaches, by the references of its rows and cells (`r="C12"`, `r="12"`). */
class SheetReach {
  #rest = '';
  #rows = 0;
  #columns = 0;

  /** @throws MusterError IMPORT_FILE_SWELLS, IMPORT_FILE_DAMAGED */
  look(piece: Buffer): void {
    const text = this.#rest + piece.toString('latin1');
    for (const [, reference = ''] of text.matchAll(/\sr\s*=\s*["']([^"']{0,40})["']/g)) {
      const [, letters = '', digits] = /^([A-Za-z]{0,7})(\d{1,12})$/.exec(reference) ?? [];
      if (digits === undefined) {
        throw new MusterError('IMPORT_FILE_DAMAGED', 'a cell of a sheet stands nowhere');
      }
      this.#rows = Math.max(this.#rows, Number(digits));
      this.#columns = Math.max(this.#columns, columnOf(letters));
    }
    if (this.#rows * this.#columns > CELLS_MAX) {
      const measured = `a sheet of ${this.#rows} rows and ${this.#columns} columns, over ${CELLS_MAX} cells`;
      throw new MusterError('IMPORT_FILE_SWELLS', measured);
    }
    // A reference may be cut by the end of a piece.
    this.#rest = text.slice(-64);
  }
}

/** A is 1, AA is 27. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
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
