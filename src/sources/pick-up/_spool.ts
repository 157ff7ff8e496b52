import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';

/** More than any list of people has; a server that never ends must not fill the disk. */
const FILE_BYTES_MAX = 32 * 2 ** 30;

/** A new file in that folder. Of its name only the end is kept: it tells JSON lines from other text. */
export function spoolPath(into: string, name: string): string {
  return join(into, `file${/(\.[a-z0-9]{1,8}){1,2}$/i.exec(name)?.[0] ?? ''}`);
}

/**
 * Writes what comes into a new file that only this user may read.
 * @throws MusterError SOURCE_FILE_TOO_LARGE; what the stream throws
 */
export async function spool(
  pieces: AsyncIterable<Buffer>,
  path: string,
): Promise<{ sizeBytes: number; sha256: Buffer }> {
  await using file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > FILE_BYTES_MAX) {
      throw new MusterError('SOURCE_FILE_TOO_LARGE', `more than ${FILE_BYTES_MAX} bytes`);
    }
    hash.update(piece);
    await file.writev([piece]);
  }
  return { sizeBytes, sha256: hash.digest() };
}

export async function digestOf(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Buffer);
  }
  return hash.digest();
}
