import { setTimeout as wait } from 'node:timers/promises';
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type GuardedRequest, guardedRequest } from '../guarded-request.ts';
import type { Reachable } from '../host.ts';

const ANSWER_BYTES_MAX = 256 << 20;
const TRIES_MAX = 4;
const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 5_000;
/** Too many requests, or nobody there at the moment. */
const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** A parsed answer; what is in it is looked at by whoever asked. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks and reads the whole answer as JSON. What only reads is asked again when the service says that
 * it cannot at the moment; a statement is started once.
 * @throws MusterError SOURCE_ANSWER, SOURCE_CUT, SOURCE_UNREACHABLE, SOURCE_HOST_REFUSED
 */
export async function askJson(
  url: URL,
  request: GuardedRequest,
  reachable: Reachable,
): Promise<JsonAnswer> {
  for (let tries = 1, waitMs = FIRST_WAIT_MS; ; tries++, waitMs *= 4) {
    const answer = await guardedRequest(url, request, reachable);
    const isPassing = passing.has(answer.status) && (request.method ?? 'GET') === 'GET';
    if (isPassing && tries < TRIES_MAX) {
      answer.drop();
      await wait(waitMs);
      continue;
    }
    const bytes = await collect(answer.body());
    const packed = answer.header('content-encoding') === 'gzip' || isGzip(bytes);
    return { status: answer.status, body: parse(packed ? await unpack(bytes) : bytes) };
  }
}

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of body) {
    sizeBytes += piece.length;
    if (sizeBytes > ANSWER_BYTES_MAX) {
      throw new MusterError('SOURCE_ANSWER', `it has more than ${ANSWER_BYTES_MAX} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unpack(bytes: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: ANSWER_BYTES_MAX });
  } catch (cause) {
    throw new MusterError('SOURCE_ANSWER', 'it cannot be unpacked', { cause });
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new MusterError('SOURCE_ANSWER', `${bytes.length} bytes that are not JSON`, { cause });
  }
}

/** Asks until the answer is there, each time a little later, and no longer than that. */
export async function poll<T>(ask: () => Promise<T | null>, timeoutMs: number): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, WAIT_MS_MAX)) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (deadline.aborted) {
      throw new MusterError('SOURCE_CUT', `the query took over ${timeoutMs / 1000} seconds`);
    }
    await wait(waitMs);
  }
}

/** A table of text as warehouses send it, or what cannot be one. @throws MusterError SOURCE_ANSWER */
export function rowsOf(value: unknown): readonly (readonly unknown[])[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((row) => Array.isArray(row))) return value;
  throw new MusterError('SOURCE_ANSWER', 'its rows are no table');
}

/** All rows that were promised came. @throws MusterError SOURCE_CUT */
export function checkCount(came: number, promised: number): void {
  if (came === promised) return;
  throw new MusterError('SOURCE_CUT', `${came} rows came of ${promised}`);
}

/** @throws MusterError SOURCE_UNREACHABLE, SOURCE_QUERY: what a status other than 200 means */
export function refusalOf(service: string, status: number, code: string): MusterError {
  const isQuery = status === 400 || status === 422;
  const measured = `${service} answers ${status}${code === '' ? '' : ` ${code}`}`;
  return new MusterError(isQuery ? 'SOURCE_QUERY' : 'SOURCE_UNREACHABLE', measured);
}
