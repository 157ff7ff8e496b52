import type { Clock } from './clock.ts';
import type { Meaning } from './meanings.ts';

/** The part of `fetch` we use: `globalThis.fetch`, one behind a proxy, or the sandbox in process. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Timeouts {
  /** Longest wait for the governor before a request is given up unsent. */
  readonly openMs: number;
  /** From sending, upload included, to the answer's headers. */
  readonly headersMs: number;
  /** Longest silence between two pieces of the answer's body. */
  readonly bodyMs: number;
  /** All of it, which also ends an answer that trickles. */
  readonly totalMs: number;
}

/** Meta documents no timeout; a minute is what full uploads were seen to need (meta-api, section 8). */
export const defaultTimeouts: Timeouts = {
  openMs: 60_000,
  headersMs: 75_000,
  bodyMs: 15_000,
  totalMs: 90_000,
};

/** Answers hold at most some hundred samples or one page of a list; more is not an answer. */
export const answerBytesMax = 1_000_000;

export type Exchange =
  | { readonly kind: 'answered'; status: number; headers: Headers; text: string }
  | { readonly kind: 'failed'; meaning: Meaning; said: string; answered: Response | null };

type Deadline = 'headers' | 'body' | 'total';

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/**
 * One request and its whole answer as text, within three deadlines and the size cap. Never throws
 * for what a network can do. Redirects are not followed: they would carry the token elsewhere.
 */
export async function exchange(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  timeouts: Timeouts,
  clock: Clock,
): Promise<Exchange> {
  const deadlines = startDeadlines(clock);
  let response: Response | null = null;
  try {
    deadlines.arm('total', timeouts.totalMs);
    deadlines.arm('headers', timeouts.headersMs);
    response = await deadlines.within(
      fetch(url, { ...init, redirect: 'manual', signal: deadlines.signal }),
    );
    deadlines.disarm('headers');
    const bytes = await readCapped(
      response,
      () => deadlines.arm('body', timeouts.bodyMs),
      deadlines,
    );
    if (bytes === null) {
      const said = `the answer passed ${answerBytesMax} bytes`;
      return { kind: 'failed', meaning: 'answer not understood', said, answered: response };
    }
    const { status, headers } = response;
    return { kind: 'answered', status, headers, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    return { kind: 'failed', ...failure(error), answered: response };
  } finally {
    deadlines.end();
  }
}

/** The body, or null when it passes the cap. Counted after decompression, so a bomb stops early. */
async function readCapped(
  response: Response,
  expectMore: () => void,
  deadlines: { within<T>(work: Promise<T>): Promise<T> },
): Promise<Uint8Array | null> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    expectMore();
    const { done, value } = await deadlines.within(reader.read());
    if (done) return Buffer.concat(pieces);
    bytes += value.byteLength;
    if (bytes > answerBytesMax) return null;
    pieces.push(value);
  }
}

function startDeadlines(clock: Clock) {
  const controller = new AbortController();
  const armed = new Map<Deadline, () => void>();
  const { promise: passed, reject } = Promise.withResolvers<never>();
  passed.catch(() => {});
  return {
    signal: controller.signal,
    arm(deadline: Deadline, delayMs: number): void {
      armed.get(deadline)?.();
      const cancel = clock.after(delayMs, () => {
        const error = new DeadlinePassed(`no ${deadline} within ${delayMs} ms`);
        reject(error);
        controller.abort(error);
      });
      armed.set(deadline, cancel);
    },
    disarm(deadline: Deadline): void {
      armed.get(deadline)?.();
      armed.delete(deadline);
    },
    /** Ends with the work or at the deadline, also when the work does not listen to the signal. */
    within: <T>(work: Promise<T>): Promise<T> => Promise.race([work, passed]),
    /** Takes the timers back, and hangs up on whatever was not read. */
    end(): void {
      for (const cancel of armed.values()) cancel();
      controller.abort();
    },
  };
}

const certificateCodes =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

interface Trouble {
  readonly code: string;
  readonly syscall: string;
  readonly message: string;
}

/** What a thrown error says about whether Meta can have seen the request. */
function failure(error: unknown): { meaning: Meaning; said: string } {
  if (error instanceof DeadlinePassed) {
    return { meaning: 'no answer in time', said: error.message };
  }
  const troubles = [...causes(error)];
  const named = troubles.find((trouble) => trouble.code !== '');
  const said = named?.code ?? 'the connection broke';
  if (troubles.some((trouble) => certificateCodes.test(trouble.code))) {
    return { meaning: 'certificate refused', said };
  }
  // undici gives this no code of its own (lib/dispatcher/proxy-agent.js, v7).
  if (troubles.some((trouble) => trouble.message.startsWith('Proxy response ('))) {
    return { meaning: 'proxy refused', said: 'the proxy refused the tunnel' };
  }
  const connecting = troubles.filter((trouble) => trouble.code !== '').every(isConnecting);
  if (named !== undefined && connecting) return { meaning: 'unreachable', said };
  return { meaning: 'connection lost', said };
}

/** Nothing was sent yet: the name was being looked up or the connection made. */
function isConnecting({ code, syscall }: Trouble): boolean {
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

function* causes(error: unknown, depth = 0): Generator<Trouble> {
  if (typeof error !== 'object' || error === null || depth > 5) return;
  const { code, syscall, message, cause, errors } = error as Record<string, unknown>;
  // Of several addresses tried, each is a cause; the error that gathers them only repeats one.
  if (Array.isArray(errors) && errors.length > 0) {
    for (const one of errors) yield* causes(one, depth + 1);
    return;
  }
  yield {
    code: typeof code === 'string' ? code : '',
    syscall: typeof syscall === 'string' ? syscall : '',
    message: typeof message === 'string' ? message : '',
  };
  yield* causes(cause, depth + 1);
}
