import { MusterError } from '#domain/errors/muster-error.ts';
import { openRegular, readAt } from './regular-file.ts';

/** One entry of a zip's directory (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4). */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly headerAt: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const DIRECTORY_BYTES_MAX = 16 << 20;
const ENTRIES_MAX = 10_000;
const TOO_LARGE = 0xffff_ffff;

/**
 * The directory stands at the end of a zip, so one that was cut has none.
 * Throws IMPORT_FILE_CUT, IMPORT_FILE_DAMAGED, IMPORT_FORMAT.
 */
export async function readZipEntries(path: string): Promise<ZipEntry[]> {
  await using file = await openRegular(path);
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, END_BYTES + COMMENT_BYTES_MAX));
  await readAt(file, tail, size - tail.length);
  const end = endRecord(tail);
  const count = end.readUInt16LE(10);
  const directoryBytes = end.readUInt32LE(12);
  const directoryAt = end.readUInt32LE(16);
  if (directoryAt === TOO_LARGE || count > ENTRIES_MAX || directoryBytes > DIRECTORY_BYTES_MAX) {
    throw new MusterError('IMPORT_FORMAT', 'a zip of over 4 GiB or too many files');
  }
  const directory = await readAt(file, Buffer.alloc(directoryBytes), directoryAt);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new MusterError('IMPORT_FILE_DAMAGED', 'the directory of the zip cannot be read');
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push(readEntry(directory.subarray(at), nameBytes));
    at +=
      ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function endRecord(tail: Buffer): Buffer {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    const isEnd = tail.readUInt32LE(at) === END_SIGNATURE;
    if (isEnd && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) {
      return tail.subarray(at);
    }
  }
  throw new MusterError('IMPORT_FILE_CUT', 'the zip has no directory at its end');
}

function readEntry(entry: Buffer, nameBytes: number): ZipEntry {
  const method = entry.readUInt16LE(10);
  const isEncrypted = (entry.readUInt16LE(8) & 1) === 1;
  if (isEncrypted) throw new MusterError('IMPORT_FORMAT', 'a zip with a password');
  if (method !== 0 && method !== 8) {
    throw new MusterError('IMPORT_FORMAT', `a zip packed by method ${method}, not by deflate`);
  }
  const packedBytes = entry.readUInt32LE(20);
  const sizeBytes = entry.readUInt32LE(24);
  const headerAt = entry.readUInt32LE(42);
  if ([packedBytes, sizeBytes, headerAt].includes(TOO_LARGE)) {
    throw new MusterError('IMPORT_FORMAT', 'a zip with a file of over 4 GiB');
  }
  return {
    name: entry.toString('utf8', ENTRY_BYTES, ENTRY_BYTES + nameBytes),
    method: method === 0 ? 'stored' : 'deflated',
    packedBytes,
    sizeBytes,
    crc32: entry.readUInt32LE(16),
    headerAt,
  };
}

/** Where the packed bytes of an entry begin: behind its own header, whose length differs. */
export async function dataStart(path: string, { headerAt }: ZipEntry): Promise<number> {
  await using file = await openRegular(path);
  const header = await readAt(file, Buffer.alloc(LOCAL_BYTES), headerAt);
  if (header.length < LOCAL_BYTES) {
    throw new MusterError('IMPORT_FILE_DAMAGED', 'the directory of the zip points beyond its end');
  }
  return headerAt + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}
