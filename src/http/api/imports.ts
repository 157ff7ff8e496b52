import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { MusterError } from '#domain/errors/muster-error.ts';
import { countryOfRow } from '#identifiers/country.ts';
import { openFile } from '#sources/file.ts';
import { readDatabase } from '#store/databases.ts';
import { serveLanesOf } from '#sync/consent.ts';
import type { OnProgress } from '#sync/muster.ts';
import { type FileToReceive, receiveFile } from '#sync/receive.ts';
import type { ImportReport } from '#sync/reports.ts';
import * as contract from '../contract/imports.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { answerInLines } from './line-stream.ts';

/** More than that comes by a source: a folder, a bucket, SFTP. */
const FILE_BYTES_MAX = 4 * 1024 ** 3;
const REJECTED_SHOWN = 100;
const CHUNK_BYTES = 1 << 16;

export function serveImports(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  answer(api, parts, contract.importFile, async ({ query, databaseId }, context) => {
    const { name: database } = await readDatabase(store, databaseId);
    const { file, id, map, rows } = query;
    const country = query.country === undefined ? undefined : countryOf(query.country);
    const wish = {
      ...{ database, id, map, country, rows },
      ...{ mirror: query.mirror === 'true', dryRun: query.dryRun === 'true' },
    };
    const { body } = context.req.raw;
    const accept = context.req.header('accept') ?? '';
    if (!accept.includes('application/x-ndjson')) {
      return await receiveUpload(parts, { file, body }, wish, () => {});
    }
    return answerInLines(context, async (tell) => {
      const onProgress: OnProgress = (progress) => tell({ progress });
      return { report: await receiveUpload(parts, { file, body }, wish, onProgress) };
    });
  });
}

interface Upload {
  readonly file: string;
  readonly body: ReadableStream | null;
}

/** The file lies on disk while it is read, in a directory of its own, and is gone afterwards. */
async function receiveUpload(
  { muster, installation }: ApiParts,
  { file, body }: Upload,
  wish: Omit<FileToReceive, 'path' | 'rejectedDirectory'>,
  onProgress: OnProgress,
): Promise<ReturnType<typeof documentOf>> {
  const directory = join(installation.dataDirectory, 'uploads', randomUUID());
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    const path = join(directory, safeName(file));
    await save(body, path);
    const report = await receiveFile(
      muster,
      { ...wish, path, rejectedDirectory: directory },
      onProgress,
    );
    // Whoever says no in the file leaves now, without waiting for a run.
    if (!report.dryRun) await serveLanesOf(muster, report.database);
    return documentOf(report, await firstRejected(report.rejectedFile));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A name of ours with the ending of theirs, which says what the file is. */
function safeName(file: string): string {
  return basename(file.replaceAll('\\', '/'))
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_');
}

/** @throws MusterError API_TOO_LARGE, API_REQUEST_INVALID */
async function save(body: ReadableStream | null, path: string): Promise<void> {
  if (body === null) throw new MusterError('API_REQUEST_INVALID', '/body: it is empty');
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) done(new MusterError('API_TOO_LARGE', 'more than 4 GiB'));
      else done(null, chunk);
    },
  });
  await pipeline(
    Readable.fromWeb(body as WebStream<Uint8Array>),
    limit,
    createWriteStream(path, { mode: 0o600 }),
  );
}

function countryOf(text: string): string {
  const country = countryOfRow(text);
  if (country === null) throw new MusterError('USAGE', 'the country is none');
  return country;
}

/** The first lines that were left out, and why: the file with all of them goes with the upload. */
async function firstRejected(path: string | null): Promise<{ line: number; reason: string }[]> {
  if (path === null) return [];
  const source = await openFile(path, { chunkBytes: CHUNK_BYTES });
  for await (const { rows } of source.batches()) {
    return rows.slice(0, REJECTED_SHOWN).map(([line, reason]) => ({
      ...{ line: Number(line), reason: reason ?? '' },
    }));
  }
  return [];
}

function documentOf(
  { database: _, rejectedFile: __, ...report }: ImportReport,
  rejectedRows: { readonly line: number; readonly reason: string }[],
) {
  return { ...report, rejectedRows };
}
