import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { openFile } from '#sources/file.ts';
import { keepUploadBytes, readUploadBytes } from '#store/upload-parts.ts';
import { endUpload, noteUploadProgress, type Upload } from '#store/uploads.ts';
import { serveLanesOf } from './consent.ts';
import type { Muster, OnProgress } from './muster.ts';
import { type FileToReceive, receiveFile, rejectedPathOf } from './receive.ts';
import type { ImportReport } from './reports.ts';

const REJECTED_SHOWN = 100;
const CHUNK_BYTES = 1 << 16;
const TOLD_EVERY_MS = 500;
/** A file that kills its process is not tried for ever. */
const ATTEMPTS_MAX = 3;

/** Where files that were sent lie while they are imported. */
export function uploadsIn(dataDirectory: string): string {
  return join(dataDirectory, 'uploads');
}

/** What came of a file that was sent, with the first lines that were left out. */
export interface UploadReport extends Omit<ImportReport, 'database' | 'rejectedFile'> {
  readonly rejectedRows: readonly { readonly line: number; readonly reason: string }[];
}

/** Imports a file that was sent; whoever says no in it leaves now, without waiting for a run. */
export async function receiveUpload(
  muster: Muster,
  file: FileToReceive,
  onProgress: OnProgress,
): Promise<UploadReport> {
  const report = await receiveFile(muster, file, onProgress);
  if (!report.dryRun) await serveLanesOf(muster, report.database);
  const { database: _, rejectedFile, ...counts } = report;
  return { ...counts, rejectedRows: await firstRejected(rejectedFile) };
}

/**
 * Imports an upload that was taken, from a folder of its own in this directory, and writes down what came
 * of it. The file goes; the list of lines that were left out stays in the database.
 */
export async function performUpload(
  muster: Muster,
  upload: Upload,
  directory: string,
): Promise<void> {
  const { id, attempts, database, wish } = upload;
  const { store } = muster;
  using progress = progressOf(muster, id);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(directory, 'upload-'));
  try {
    if (attempts > ATTEMPTS_MAX) {
      throw new MusterError('UPLOAD_LOST', `it was begun ${ATTEMPTS_MAX} times`);
    }
    const path = join(folder, upload.file);
    await pipeline(readUploadBytes(store, id, 'file'), createWriteStream(path, { mode: 0o600 }));
    const file = { ...wish, path, database, rejectedDirectory: folder };
    const report = await receiveUpload(muster, file, progress.tell);
    if (report.rejected > 0) {
      await keepUploadBytes(store, id, 'rejected', createReadStream(rejectedPathOf(path, folder)));
    }
    const state = report.rejected > 0 ? 'partial' : 'succeeded';
    await endUpload(store, id, { state, report });
  } catch (error) {
    const { code, measured } = asMusterError(error);
    // Taken again as soon as the database is back.
    if (code === 'STORE_UNREACHABLE') throw error;
    await endUpload(store, id, { state: 'failed', code, measured });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Written down now and then, for whoever follows it. */
function progressOf({ store, clock }: Muster, id: number): Disposable & { tell: OnProgress } {
  let toldMs = -Infinity;
  let isOver = false;
  return {
    tell(progress) {
      if (isOver || clock() - toldMs < TOLD_EVERY_MS) return;
      toldMs = clock();
      // Progress that is lost is told again soon.
      noteUploadProgress(store, id, progress).catch(() => {});
    },
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}

async function firstRejected(path: string | null): Promise<UploadReport['rejectedRows']> {
  if (path === null) return [];
  const source = await openFile(path, { chunkBytes: CHUNK_BYTES });
  for await (const { rows } of source.batches()) {
    return rows.slice(0, REJECTED_SHOWN).map(([line, reason]) => ({
      ...{ line: Number(line), reason: reason ?? '' },
    }));
  }
  return [];
}
