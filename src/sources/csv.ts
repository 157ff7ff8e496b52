import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Charset, charsetOf, type Encoding } from './_charset.ts';
import { readDialect, sampleBytesMax } from './_dialect.ts';
import { RecordSplitter } from './_record-splitter.ts';
import type { Records, RejectedRow } from './_records.ts';

export type { RejectedRow } from './_records.ts';

export interface CsvFile {
  /** Names of the columns, trimmed; all different, none empty. */
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly encoding: Encoding;
  readonly sizeBytes: number;
  /** False for a file that may have lost its end: its last record is whole, but more may follow. */
  readonly endsWithLineEnd: boolean;
  /**
   * The records after the header, from the start at every call. Throws what is wrong with the file
   * as a whole, some of it only after the last batch: IMPORT_FILE_CUT, IMPORT_FILE_EMPTY,
   * IMPORT_FILE_CHANGED. Nothing may be made visible before it has ended.
   */
  batches(): AsyncGenerator<CsvBatch, void, undefined>;
}

export interface CsvBatch {
  /**
   * Sound records, each with a cell for every column, as written but for quotes. A cell may share
   * memory with the whole batch: copy what is kept for longer.
   */
  readonly rows: readonly string[][];
  /** First physical line of each row, counted from 1. */
  readonly lines: readonly number[];
  readonly rejected: readonly RejectedRow[];
  /** Bytes of the file read so far. */
  readonly bytesRead: number;
}

const defaultChunkBytes = 256 * 1024;

/**
 * Opens a CSV file (RFC 4180, in the forms that contract.md lists) and reads its header. No handle
 * stays open. Throws IMPORT_FILE_UNREADABLE, IMPORT_FILE_EMPTY, IMPORT_FILE_CUT, IMPORT_ENCODING,
 * IMPORT_HEADER_INVALID.
 */
export async function openCsv(
  path: string,
  options: { chunkBytes?: number } = {},
): Promise<CsvFile> {
  await using file = await openRegular(path);
  const stats = await file.stat();
  const sizeBytes = stats.size;
  if (sizeBytes === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has 0 bytes');
  const start = await read(file, Buffer.alloc(Math.min(sampleBytesMax, sizeBytes)), 0);
  const charset = charsetOf(start, sizeBytes);
  const sample = charset.undecoded(Buffer.from(start.subarray(charset.markBytes)));
  const { delimiter, header } = readDialect(charset, sample, sizeBytes <= sampleBytesMax);
  const chunkBytes = Math.max(charset.unitBytes, options.chunkBytes ?? defaultChunkBytes);
  const evenChunkBytes = chunkBytes - (chunkBytes % charset.unitBytes);
  return {
    header,
    delimiter,
    encoding: charset.encoding,
    sizeBytes,
    endsWithLineEnd: await endsWithLineEnd(file, charset, sizeBytes),
    batches: () => readBatches(path, stats, charset, { delimiter, header }, evenChunkBytes),
  };
}

async function* readBatches(
  path: string,
  opened: Stats,
  charset: Charset,
  dialect: { delimiter: string; header: readonly string[] },
  chunkBytes: number,
): AsyncGenerator<CsvBatch, void, undefined> {
  await using file = await openRegular(path);
  await checkUnchanged(file, opened);
  const splitter = new RecordSplitter(charset, dialect.delimiter, dialect.header.length);
  const buffer = Buffer.alloc(chunkBytes);
  let bytesRead = charset.markBytes;
  let isHeaderDue = true;
  let recordCount = 0;
  for (let isEnd = false; !isEnd; ) {
    const bytes = await read(file, buffer, bytesRead);
    bytesRead += bytes.length;
    isEnd = bytes.length < buffer.length;
    const records: Records = { rows: [], lines: [], rejected: [] };
    const isPlain = charset.isPlain(bytes);
    splitter.push(charset.undecoded(bytes), isPlain, records);
    if (isEnd) splitter.finish(records);
    if (isHeaderDue && records.rows.length > 0) {
      records.rows.shift();
      records.lines.shift();
      isHeaderDue = false;
    }
    recordCount += records.rows.length + records.rejected.length;
    yield { ...records, bytesRead };
  }
  if (recordCount === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has a header only');
  await checkUnchanged(file, opened);
}

/** A pipe would block the opening itself, so the path is looked at first. */
async function openRegular(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isFile()) return await open(path, 'r');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new MusterError('IMPORT_FILE_UNREADABLE', `${path} (${reason})`, { cause });
  }
  throw new MusterError('IMPORT_FILE_UNREADABLE', `${path} is not a regular file`);
}

async function checkUnchanged(file: FileHandle, opened: Stats): Promise<void> {
  const now = await file.stat();
  const isSame = now.ino === opened.ino && now.mtimeMs === opened.mtimeMs;
  if (isSame && now.size === opened.size) return;
  const sizes = `${opened.size} bytes when it was opened, ${now.size} now`;
  throw new MusterError('IMPORT_FILE_CHANGED', sizes);
}

/** Fills the buffer from that place of the file; less only at its end. */
async function read(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(
      buffer,
      length,
      buffer.length - length,
      position + length,
    );
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

async function endsWithLineEnd(
  file: FileHandle,
  charset: Charset,
  sizeBytes: number,
): Promise<boolean> {
  const unit = Buffer.alloc(charset.unitBytes);
  const last = charset.undecoded(await read(file, unit, sizeBytes - unit.length));
  return last === '\n' || last === '\r';
}
