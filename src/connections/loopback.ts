import { once } from 'node:events';
import { createServer } from 'node:http';
import { MusterError } from '#domain/errors/muster-error.ts';

/** Where a browser on this machine brings the answer of a login (RFC 8252, section 7.3). */
export interface Loopback extends AsyncDisposable {
  readonly redirectUri: string;
  /** The first answer that `accepts` takes. @throws MusterError META_LOGIN when none comes in time */
  answer(accepts: (answer: URLSearchParams) => boolean, waitMs: number): Promise<URLSearchParams>;
}

const path = '/login';

/** @throws MusterError PORT_TAKEN */
export async function openLoopback(port: number): Promise<Loopback> {
  let take: (answer: URLSearchParams) => boolean = () => false;
  const server = createServer((incoming, outgoing) => {
    const url = URL.parse(incoming.url ?? '/', 'http://localhost');
    const taken = incoming.method === 'GET' && url?.pathname === path && take(url.searchParams);
    const words = taken
      ? 'Muster has the answer. You can close this page and go back to the terminal.'
      : 'This is not the answer to the login that Muster waits for.';
    outgoing.writeHead(taken ? 200 : 400, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      // The address holds the code of the login; it goes nowhere else.
      'referrer-policy': 'no-referrer',
      connection: 'close',
    });
    outgoing.end(`${words}\n`);
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new MusterError('PORT_TAKEN', (error as Error).message, { cause: error });
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    // Meta takes http for this name alone.
    redirectUri: `http://localhost:${bound}${path}`,
    async answer(accepts, waitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
      take = (answer) => {
        if (!accepts(answer)) return false;
        resolve(answer);
        return true;
      };
      const seconds = Math.round(waitMs / 1000);
      const timer = setTimeout(
        () => reject(new MusterError('META_LOGIN', `no answer came within ${seconds} s`)),
        waitMs,
      );
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        take = () => false;
      }
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeIdleConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
