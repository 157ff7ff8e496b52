import type { Shown } from './fault-kinds.ts';

/** The status that the client gets to see; null where it sees none. */
export function statusShown(answer: Shown, status: number): number | null {
  if (answer === 'silence' || answer === 'reset') return null;
  return answer === 'html' ? 502 : status;
}

/**
 * What a fault makes of an answer. Rejects where none comes at all (a reset, a silence that the
 * client ended), as fetch does.
 */
export async function breakAnswer(
  answer: Shown,
  request: Request,
  holdMs: number | null,
  whole: () => Response,
): Promise<Response> {
  switch (answer) {
    case 'reset':
      throw cutOff('ECONNRESET');
    case 'silence':
      return silence(request, holdMs);
    case 'html':
      return htmlAnswer(502);
    case 'text':
      return new Response('Service Unavailable', {
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
    case 'empty':
      return remade(whole(), () => null);
    case 'truncated':
      return remade(whole(), firstHalf);
    case 'cut':
      return remade(whole(), (bytes) => breakingOff(firstHalf(bytes)));
    case 'slow':
      return remade(whole(), (bytes) => trickling(bytes, request, holdMs ?? 1_000));
    default:
      return whole();
  }
}

export function htmlAnswer(status: number): Response {
  const html = '<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>';
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

/** What Node's fetch rejects with when a connection ends without an answer. */
export function cutOff(code: string): TypeError {
  const cause = Object.assign(new Error('the sandbox gave no answer, as it was told'), { code });
  return new TypeError('fetch failed', { cause });
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The same answer with another body. */
async function remade(
  response: Response,
  remake: (bytes: Bytes) => Bytes | ReadableStream<Uint8Array> | null,
): Promise<Response> {
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return new Response(remake(bytes), { status, headers });
}

function firstHalf(bytes: Bytes): Bytes {
  return bytes.slice(0, bytes.length / 2);
}

/** A body behind which the connection ends. */
function breakingOff(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(cutOff('ECONNRESET'));
      else controller.enqueue(bytes);
      isSent = true;
    },
  });
}

/** A body that comes byte by byte, so that only a deadline for all of it ends it. */
function trickling(
  bytes: Uint8Array,
  { signal }: Request,
  pauseMs: number,
): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    start(controller) {
      signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
    },
    async pull(controller) {
      if (sent > 0) await pause(pauseMs, signal);
      if (signal.aborted) return;
      if (sent === bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(sent, sent + 1));
      sent += 1;
    },
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', end, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', end));
}

/**
 * Requests that are met with silence. Nothing else may refer to them, and what nobody refers to is
 * collected, its abort signal included.
 */
const unanswered = new Set<Request>();

/** Says nothing until the client gives up, or `holdMs` have passed. */
async function silence(request: Request, holdMs: number | null): Promise<never> {
  const { signal } = request;
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason as Error);
  const end = () => reject(cutOff('UND_ERR_HEADERS_TIMEOUT'));
  const timer = holdMs === null ? null : setTimeout(end, holdMs);
  unanswered.add(request);
  try {
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    return await promise;
  } finally {
    unanswered.delete(request);
    if (timer !== null) clearTimeout(timer);
  }
}
