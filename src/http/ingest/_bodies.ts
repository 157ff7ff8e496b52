import type { HonoRequest } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';
import { BATCH_BYTES_MAX } from '#ingest/limits.ts';

/** All bodies that are on their way at one moment; what goes beyond is not read at all. */
const READING_BYTES_MAX = 16 * 1024 * 1024;

/** Reads bodies, none beyond its limit and not too many at a time. */
export class Bodies {
  #readingBytes = 0;

  /** @throws MusterError INGEST_TOO_LARGE, INGEST_BUSY */
  async read(request: HonoRequest): Promise<Buffer> {
    const declared = request.header('content-length');
    const bytes = declared === undefined ? BATCH_BYTES_MAX : Number(declared);
    if (!(bytes <= BATCH_BYTES_MAX)) throw tooLarge();
    if (this.#readingBytes + bytes > READING_BYTES_MAX) throw new MusterError('INGEST_BUSY');
    this.#readingBytes += bytes;
    try {
      // What is declared is all that Node passes on; what is not has to be counted.
      if (declared !== undefined) return Buffer.from(await request.arrayBuffer());
      return await readCounted(request.raw.body);
    } finally {
      this.#readingBytes -= bytes;
    }
  }
}

async function readCounted(body: ReadableStream<Uint8Array> | null): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > BATCH_BYTES_MAX) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(): MusterError {
  return new MusterError('INGEST_TOO_LARGE', `more than ${BATCH_BYTES_MAX} bytes`);
}
