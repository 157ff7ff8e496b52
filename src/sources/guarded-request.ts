import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6 } from 'node:net';
import { MusterError } from '#domain/errors/muster-error.ts';
import { addressOf, type Reachable } from './host.ts';

export interface GuardedRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** Throws SOURCE_CUT when it breaks off before its end. */
  readonly body: () => AsyncGenerator<Buffer, void, undefined>;
  /** Without the body. */
  readonly drop: () => void;
}

/** Without a byte for so long, nobody is there any more. */
const IDLE_MS = 60_000;

/**
 * One request to a host that a source names. Its address is looked up once and judged, and that one
 * is connected to, whatever the name leads to a moment later; redirects are answers like others, so
 * whoever follows one asks here again. Unencrypted only within private networks.
 * @throws MusterError SOURCE_URL_INVALID, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE
 */
export async function guardedRequest(
  url: URL,
  { method = 'GET', headers = {}, body }: GuardedRequest,
  reachable: Reachable,
): Promise<GuardedAnswer> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new MusterError('SOURCE_URL_INVALID', `it leads to ${url.protocol}`);
  }
  const { address, isPrivate } = await addressOf(url.hostname, reachable);
  if (url.protocol === 'http:' && !isPrivate) {
    throw new MusterError('SOURCE_URL_INVALID', `${url.hostname} would be read unencrypted`);
  }
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request(
    url,
    {
      method,
      headers: { 'user-agent': 'muster', ...headers },
      // Asked for a list when it tries several addresses side by side.
      lookup: (_host, options, found) => {
        const family = isIPv6(address) ? 6 : 4;
        if (options.all === true) found(null, [{ address, family }]);
        else found(null, address, family);
      },
      timeout: IDLE_MS,
      // A connection of its own: one that is kept may be to an address that was judged for another.
      agent: false,
    },
    resolve,
  );
  asked.on('error', reject);
  asked.on('timeout', () => asked.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
  asked.end(body);
  try {
    return answerOf(await promise);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MusterError('SOURCE_UNREACHABLE', `${url.hostname} (${code})`, { cause });
  }
}

function answerOf(message: IncomingMessage): GuardedAnswer {
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return typeof value === 'string' ? value : (value?.join(', ') ?? null);
    },
    async *body() {
      let sizeBytes = 0;
      try {
        for await (const piece of message as AsyncIterable<Buffer>) {
          sizeBytes += piece.length;
          yield piece;
        }
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        throw new MusterError('SOURCE_CUT', `after ${sizeBytes} bytes (${code})`, { cause });
      }
    },
    drop: () => message.destroy(),
  };
}

/** The whole body as text, of at most so many bytes. @throws MusterError SOURCE_ANSWER, SOURCE_CUT */
export async function textOf(answer: GuardedAnswer, bytesMax: number): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of answer.body()) {
    sizeBytes += piece.length;
    if (sizeBytes > bytesMax) {
      throw new MusterError('SOURCE_ANSWER', `it has more than ${bytesMax} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
