import type { Stats } from 'node:fs';
import { MusterError } from '#domain/errors/muster-error.ts';
import { askReader } from './_forked.ts';
import { readFooter } from './_parquet-file.ts';
import type { ParquetAnswer } from './_parquet-process.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';
import { checkUnchanged, openRegular } from './regular-file.ts';

/** A row group of the largest size that is taken, and what is made of it. */
const HEAP_MIB = 4_096;
/** For unpacking one row group. */
const TIMEOUT_MS = 5 * 60_000;

/**
 * A Parquet file (https://parquet.apache.org/docs/file-format/, read 2026-11-22). Its description
 * stands at its end, so one that was cut has none, and a whole one proves its end. Its rows are read
 * in a process of their own: there is no end to what a file made for that does to its reader.
 * Throws IMPORT_FILE_UNREADABLE, IMPORT_FILE_CUT, IMPORT_FILE_DAMAGED, IMPORT_FILE_EMPTY,
 * IMPORT_FILE_SWELLS, IMPORT_HEADER_INVALID.
 */
export async function openParquet(path: string): Promise<RecordSource> {
  await using file = await openRegular(path);
  const opened = await file.stat();
  const { metadata, header } = await readFooter(file, opened.size);
  return {
    header,
    total: Number(metadata.num_rows),
    unit: 'rows',
    endProved: true,
    batches: () => readRows(path, opened),
  };
}

async function* readRows(
  path: string,
  opened: Stats,
): AsyncGenerator<RecordBatch, void, undefined> {
  await using file = await openRegular(path);
  await checkUnchanged(file, opened);
  const lost = (measured: string) => new MusterError('IMPORT_FILE_DAMAGED', measured);
  const limits = { timeoutMs: TIMEOUT_MS, heapMiB: HEAP_MIB, lost };
  const reader = new URL('./_parquet-process.ts', import.meta.url);
  for await (const answer of askReader<ParquetAnswer>(reader, { path }, limits)) {
    if ('code' in answer) throw new MusterError(answer.code, answer.measured);
    yield answer;
  }
  await checkUnchanged(file, opened);
}
