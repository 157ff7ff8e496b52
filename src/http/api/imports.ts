import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { countryOfRow } from '#identifiers/country.ts';
import { readDatabase } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { keepUploadBytes, readUploadBytes } from '#store/upload-parts.ts';
import {
  dropUpload,
  openUpload,
  queueUpload,
  readUpload,
  type Upload,
  type UploadWish,
} from '#store/uploads.ts';
import type { OnProgress, Progress } from '#sync/muster.ts';
import type { FileToReceive } from '#sync/receive.ts';
import { receiveUpload, type UploadReport, uploadsIn } from '#sync/uploads.ts';
import { apiPath } from '../client.ts';
import * as contract from '../contract/imports.ts';
import { answer, type Api, type ApiContext, type ApiParts, type Installation } from './api.ts';
import { followRun } from './follow.ts';
import { answerInLines } from './line-stream.ts';

/** More than that comes by a source: a folder, a bucket, SFTP. */
const FILE_BYTES_MAX = 4 * 1024 ** 3;

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
    if (/\brespond-async\b/.test(context.req.header('prefer') ?? '')) {
      const { database: _, ...asked } = wish;
      return await receiveLater(parts, context, { file, body }, { databaseId, wish: asked });
    }
    const accept = context.req.header('accept') ?? '';
    if (!accept.includes('application/x-ndjson')) {
      return await receiveNow(parts, { file, body }, wish, () => {});
    }
    return answerInLines(context, async (tell) => {
      const onProgress: OnProgress = (progress) => tell({ progress });
      return { report: await receiveNow(parts, { file, body }, wish, onProgress) };
    });
  });
  serveUploads(api, parts);
}

interface Sent {
  readonly file: string;
  readonly body: ReadableStream | null;
}

/** The file lies on disk while it is read, in a folder of its own, and is gone afterwards. */
async function receiveNow(
  { muster, installation }: ApiParts,
  sent: Sent,
  wish: Omit<FileToReceive, 'path' | 'rejectedDirectory'>,
  onProgress: OnProgress,
): Promise<UploadReport> {
  const { folder, path } = await saveInFolder(installation, sent);
  try {
    return await receiveUpload(muster, { ...wish, path, rejectedDirectory: folder }, onProgress);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file is safe and is imported by a worker; whoever sent it asks what came of it. */
async function receiveLater(
  { muster: { store } }: ApiParts,
  context: ApiContext,
  { file, body }: Sent,
  { databaseId, wish }: { readonly databaseId: number; readonly wish: UploadWish },
): Promise<Response> {
  const bytes = limited(body);
  const id = await openUpload(store, { databaseId, wish, file: safeName(file) });
  try {
    await keepUploadBytes(store, id, 'file', bytes);
    await queueUpload(store, id);
  } catch (error) {
    await dropUpload(store, id);
    throw error;
  }
  context.header('location', `${apiPath}/uploads/${id}`);
  context.header('preference-applied', 'respond-async');
  return context.json(uploadDocument(await uploadOf(store, id)), 202);
}

/** In a folder of its own; nothing is left of what could not be saved whole. */
async function saveInFolder(
  { dataDirectory }: Installation,
  { file, body }: Sent,
): Promise<{ folder: string; path: string }> {
  const folder = join(uploadsIn(dataDirectory), randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, safeName(file));
  try {
    await pipeline(limited(body), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { folder, path };
}

function serveUploads(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.getUpload, async ({ params }) =>
    uploadDocument(await uploadOf(store, Number(params.uploadId))),
  );

  answer(api, parts, contract.followUpload, ({ params }, context) =>
    Promise.resolve(
      followRun(context, async () =>
        uploadDocument(await uploadOf(store, Number(params.uploadId))),
      ),
    ),
  );

  answer(api, parts, contract.getRejectedLines, async ({ params }) => {
    const { id, state } = await uploadOf(store, Number(params.uploadId));
    if (state !== 'partial') {
      throw new MusterError('API_NOT_FOUND', `rejected lines of upload ${id}`);
    }
    const rejected = Readable.from(readUploadBytes(store, id, 'rejected'));
    return new Response(Readable.toWeb(rejected) as ReadableStream, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="rejected-${id}.csv"`,
      },
    });
  });
}

async function uploadOf(db: Db, id: number): Promise<Upload> {
  const found = await readUpload(db, id);
  if (found === null) throw new MusterError('API_NOT_FOUND', `upload ${id}`);
  return found;
}

function uploadDocument(upload: Upload) {
  const { id, databaseId, file, state, queuedAt, startedAt, finishedAt, errorCode } = upload;
  const error =
    errorCode === null ? null : new MusterError(errorCode as ErrorCode, upload.errorMeasured ?? '');
  return {
    ...{ id: String(id), databaseId: String(databaseId), file, state },
    ...{ queuedAt, startedAt, finishedAt },
    progress: upload.progress as Progress | null,
    report: upload.report as UploadReport | null,
    error: error === null ? null : { code: error.code, message: error.message, next: error.next },
  };
}

/** A name of ours with the ending of theirs, which says what the file is. */
function safeName(file: string): string {
  return basename(file.replaceAll('\\', '/'))
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_');
}

/** The bytes of a body. @throws MusterError API_TOO_LARGE, API_REQUEST_INVALID */
function limited(body: ReadableStream | null): AsyncIterable<Uint8Array> {
  if (body === null) throw new MusterError('API_REQUEST_INVALID', '/body: it is empty');
  return (async function* () {
    let bytes = 0;
    for await (const piece of body as WebStream<Uint8Array>) {
      bytes += piece.length;
      if (bytes > FILE_BYTES_MAX) throw new MusterError('API_TOO_LARGE', 'more than 4 GiB');
      yield piece;
    }
  })();
}

function countryOf(text: string): string {
  const country = countryOfRow(text);
  if (country === null) throw new MusterError('USAGE', 'the country is none');
  return country;
}
