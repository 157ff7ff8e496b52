import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { MusterError } from '#domain/errors/muster-error.ts';
import { dataStart, type ZipEntry } from './_zip.ts';

/**
 * Lists of people pack to a fifth or a twentieth; deflate reaches 1:1032 with one byte repeated
 * (https://zlib.net/zlib_tech.html, read 2026-11-22). Below the free size nobody is asked.
 */
const RATIO_MAX = 200;
const FREE_BYTES = 64 << 20;
const PIECE_BYTES = 256 * 1024;

/** What a gzip file holds; its own checksum and length prove the end. */
export async function* unpackGzip(path: string): AsyncGenerator<Buffer, void, undefined> {
  const { size } = await stat(path);
  const unpacker = createGunzip({ chunkSize: PIECE_BYTES });
  yield* limited(
    pipeline(createReadStream(path), unpacker, () => {}),
    size,
  );
}

/** One file of a zip, checked against the length and the checksum that its directory has. */
export async function* unpackZip(
  path: string,
  entry: ZipEntry,
): AsyncGenerator<Buffer, void, undefined> {
  const start = await dataStart(path, entry);
  const end = start + entry.packedBytes;
  if (entry.packedBytes === 0) return;
  const packed = createReadStream(path, { start, end: end - 1, highWaterMark: PIECE_BYTES });
  const isStored = entry.method === 'stored';
  const unpacked = isStored
    ? packed
    : pipeline(packed, createInflateRaw({ chunkSize: PIECE_BYTES }), () => {});
  let sizeBytes = 0;
  let checksum = 0;
  for await (const piece of limited(unpacked, entry.packedBytes)) {
    sizeBytes += piece.length;
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (sizeBytes !== entry.sizeBytes || checksum !== entry.crc32) {
    const measured = `${sizeBytes} bytes came out of it, its directory says ${entry.sizeBytes}`;
    throw new MusterError('IMPORT_FILE_DAMAGED', measured);
  }
}

async function* limited(
  unpacked: Readable,
  packedBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let sizeBytes = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      sizeBytes += piece.length;
      if (sizeBytes > FREE_BYTES && sizeBytes > packedBytes * RATIO_MAX) {
        const measured = `more than ${RATIO_MAX} times its ${packedBytes} bytes`;
        throw new MusterError('IMPORT_FILE_SWELLS', measured);
      }
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    // Z_BUF_ERROR: the packed bytes end before what they hold does.
    if (code === 'Z_BUF_ERROR') {
      const measured = `its packed part ends after ${sizeBytes} unpacked bytes`;
      throw new MusterError('IMPORT_FILE_CUT', measured, { cause });
    }
    const measured = `after ${sizeBytes} unpacked bytes (${code})`;
    throw new MusterError('IMPORT_FILE_DAMAGED', measured, { cause });
  }
}
