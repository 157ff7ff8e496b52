import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Call, type CallType, callTypes, type Refusal } from './call.ts';
import { BATCH_BYTES_MAX, BATCH_CALLS_MAX, EVENT_BYTES_MAX } from './limits.ts';
import { CallRefused, type Envelope, readCall } from './read-call.ts';

/** The calls of one request, apart: those that can be taken, and why the others cannot. */
export interface ReadCalls {
  readonly calls: readonly Call[];
  readonly refused: readonly Refusal[];
}

export interface Body {
  readonly json: unknown;
  /** Unpacked. */
  readonly bytes: number;
}

const unzipAsync = promisify(unzip);

/**
 * The JSON of a body. Compressed or not is seen from its first bytes: RudderStack's node SDK labels
 * gzip as a form.
 * @throws MusterError INGEST_BODY_INVALID, INGEST_TOO_LARGE
 */
export async function parseBody(bytes: Buffer): Promise<Body> {
  const plain = isCompressed(bytes) ? await decompress(bytes) : bytes;
  if (plain.length > BATCH_BYTES_MAX) throw tooLarge(`more than ${BATCH_BYTES_MAX} bytes`);
  const text = plain.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { json: JSON.parse(text), bytes: plain.length };
  } catch {
    // Not its own words: they quote the body.
    throw new MusterError('INGEST_BODY_INVALID', `${plain.length} bytes that are not JSON`);
  }
}

function isCompressed(bytes: Buffer): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || bytes[0] === 0x78;
}

async function decompress(bytes: Buffer): Promise<Buffer> {
  try {
    return await unzipAsync(bytes, { maxOutputLength: BATCH_BYTES_MAX });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`more than ${BATCH_BYTES_MAX} bytes once unpacked`);
    }
    throw new MusterError('INGEST_BODY_INVALID', 'its compression is broken');
  }
}

/** The key that a body carries, for senders that cannot set a header. */
export function keyOfBody({ json }: Body): string | null {
  const key = asObject(json)?.['writeKey'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/**
 * Reads every call for itself: one that cannot be taken does not sink the others. `hasGpc`: the
 * request came with a Global Privacy Control signal.
 * @throws MusterError INGEST_BODY_INVALID, INGEST_TOO_LARGE
 */
export function readCalls(
  { json, bytes }: Body,
  type: CallType | null,
  newMessageId: () => string,
  hasGpc = false,
): ReadCalls {
  const envelope = { type, sentAt: asObject(json)?.['sentAt'], hasGpc, newMessageId };
  if (type !== null) {
    if (bytes > EVENT_BYTES_MAX) throw tooLarge(`an event of ${bytes} bytes`);
    return readEach([json], envelope);
  }
  const batch = Array.isArray(json) ? (json as unknown[]) : asObject(json)?.['batch'];
  if (!Array.isArray(batch)) {
    throw new MusterError('INGEST_BODY_INVALID', 'batch is missing or not a list');
  }
  if (batch.length > BATCH_CALLS_MAX) throw tooLarge(`${batch.length} events`);
  return readEach(batch, envelope);
}

function readEach(raws: readonly unknown[], envelope: Envelope): ReadCalls {
  const calls: Call[] = [];
  const refused: Refusal[] = [];
  for (const [index, raw] of raws.entries()) {
    try {
      const call = readCall(raw, envelope);
      const bytes = Buffer.byteLength(JSON.stringify(raw));
      if (bytes > EVENT_BYTES_MAX) {
        throw new CallRefused(`${bytes} bytes, at most ${EVENT_BYTES_MAX} are taken`);
      }
      calls.push(call);
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      refused.push({ index, reason: error.message, ...seenOf(raw, envelope.type) });
    }
  }
  return { calls, refused };
}

/** What can be said of a call that was refused, for whoever looks for it. */
function seenOf(raw: unknown, type: CallType | null): Pick<Refusal, 'type' | 'messageId'> {
  const { type: own, messageId } = asObject(raw) ?? {};
  return {
    type: type ?? callTypes.find((known) => known === own) ?? 'unknown',
    messageId: typeof messageId === 'string' ? messageId.slice(0, 100) : null,
  };
}

function tooLarge(measured: string): MusterError {
  return new MusterError('INGEST_TOO_LARGE', measured);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
