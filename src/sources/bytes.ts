import { basename } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { sampleBytesMax } from './_dialect.ts';
import { checkUnchanged, openRegular, readAt } from './regular-file.ts';
import { unpackGzip, unpackZip } from './_unpack.ts';
import { readZipEntries } from './_zip.ts';

/** The bytes of a file, unpacked if it was packed; read from the start as often as one likes. */
export interface Bytes {
  /** Of the file, or of what is packed in it: `people.csv` for people.csv.gz. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Its beginning, at most `sampleBytesMax`. */
  readonly start: Buffer;
  /** Its last bytes; two at most. */
  readonly end: Buffer;
  /** Pieces of about that many bytes; each is good until the next one is asked for. */
  pieces(pieceBytes: number): AsyncGenerator<Buffer, void, undefined>;
}

const END_BYTES = 2;

/**
 * Opens a file, packed or not; gzip and zip are known by their first bytes. What is packed is read
 * once to its end here, so that its length and checksum are proved before anybody believes it.
 * Throws IMPORT_FILE_UNREADABLE, IMPORT_FILE_EMPTY, IMPORT_FILE_CUT, IMPORT_FILE_DAMAGED, IMPORT_FILE_SWELLS.
 */
export async function openBytes(path: string): Promise<Bytes> {
  const start = await firstBytes(path);
  if (isGzip(start)) {
    const name = basename(path).replace(/\.gz$/i, '');
    return await measured(path, name, () => unpackGzip(path));
  }
  if (!isZip(start)) return await plainBytes(path);
  const entry = onlyEntry(await readZipEntries(path));
  return await measured(path, basename(entry.name), () => unpackZip(path, entry));
}

/** The first four bytes. Throws IMPORT_FILE_UNREADABLE, IMPORT_FILE_EMPTY. */
export async function firstBytes(path: string): Promise<Buffer> {
  await using file = await openRegular(path);
  const start = await readAt(file, Buffer.alloc(4), 0);
  if (start.length === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'it has 0 bytes');
  return start;
}

export function isZip(start: Buffer): boolean {
  return start.toString('latin1') === 'PK\x03\x04' || start.toString('latin1') === 'PK\x05\x06';
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** What a Mac adds to a folder is not what somebody packed. */
function onlyEntry<T extends { readonly name: string }>(entries: readonly T[]): T {
  const files = entries.filter(({ name }) => !/\/$|(^|\/)(__MACOSX\/|\.)/.test(name));
  const [entry] = files;
  if (entry !== undefined && files.length === 1) return entry;
  throw new MusterError('IMPORT_FORMAT', `a zip with ${files.length} files in it, and not one`);
}

async function plainBytes(path: string): Promise<Bytes> {
  await using file = await openRegular(path);
  const opened = await file.stat();
  const sizeBytes = opened.size;
  const end = Buffer.alloc(Math.min(END_BYTES, sizeBytes));
  return {
    name: basename(path),
    sizeBytes,
    start: await readAt(file, Buffer.alloc(Math.min(sampleBytesMax, sizeBytes)), 0),
    end: await readAt(file, end, sizeBytes - end.length),
    async *pieces(pieceBytes) {
      await using again = await openRegular(path);
      await checkUnchanged(again, opened);
      const buffer = Buffer.alloc(pieceBytes);
      for (let at = 0; ; ) {
        const piece = await readAt(again, buffer, at);
        at += piece.length;
        if (piece.length > 0) yield piece;
        if (piece.length < buffer.length) break;
      }
      await checkUnchanged(again, opened);
    },
  };
}

async function measured(
  path: string,
  name: string,
  unpack: () => AsyncGenerator<Buffer>,
): Promise<Bytes> {
  await using file = await openRegular(path);
  const opened = await file.stat();
  let sizeBytes = 0;
  const first: Buffer[] = [];
  let end: Buffer = Buffer.alloc(0);
  for await (const piece of unpack()) {
    // A copy of what is kept: a piece may be written over.
    if (sizeBytes < sampleBytesMax) first.push(Buffer.from(piece));
    sizeBytes += piece.length;
    end = Buffer.from(Buffer.concat([end, piece.subarray(-END_BYTES)]).subarray(-END_BYTES));
  }
  if (sizeBytes === 0) throw new MusterError('IMPORT_FILE_EMPTY', 'what is packed has 0 bytes');
  const start = Buffer.concat(first).subarray(0, sampleBytesMax);
  return {
    name,
    sizeBytes,
    start,
    end,
    async *pieces(pieceBytes) {
      await using again = await openRegular(path);
      await checkUnchanged(again, opened);
      yield* regular(unpack(), pieceBytes);
      await checkUnchanged(again, opened);
    },
  };
}

/** Pieces of one size: what comes out of a packer has any. */
async function* regular(
  pieces: AsyncGenerator<Buffer>,
  pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  const buffer = Buffer.alloc(pieceBytes);
  let length = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const copied = piece.copy(buffer, length, at);
      at += copied;
      length += copied;
      if (length < pieceBytes) continue;
      yield buffer;
      length = 0;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}
