import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient, type MetaClientOptions } from './client.ts';
import { systemClock } from './clock.ts';
import type { Governor } from './governor.ts';
import type { Usage } from './usage.ts';
import type { WireError } from './wire.ts';

/** What the server saw of one request. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Script = (response: ServerResponse, seen: Seen, socket: Socket) => void;

/** A real HTTP server for tests: each request takes the next script, the last one stays. */
export async function startScriptedServer(...scripts: readonly Script[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const script = must(scripts[Math.min(seen.length, scripts.length - 1)], 'a script');
      const one: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(pieces).toString(),
      };
      seen.push(one);
      script(response, one, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    /** The one request there was, or the n-th. */
    request: (index = 0): Seen => must(seen[index], `request ${index}`),
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer as Meta gives it. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Script {
  return raw(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers });
}

export function raw(
  body: string | Buffer,
  status = 200,
  headers: Record<string, string> = {},
): Script {
  return (response) => {
    response.writeHead(status, { 'facebook-api-version': 'v26.0', ...headers });
    response.end(body);
  };
}

export function graphError(
  error: Pick<WireError['error'], 'code'> & Partial<WireError['error']>,
  status = 400,
): Script {
  const whole = { message: 'm', type: 'OAuthException', fbtrace_id: 'A-trace', ...error };
  return json({ error: whole } satisfies WireError, status);
}

/** A governor that lets everything pass and remembers what it was told. */
export function openGovernor(): Governor & {
  readonly told: { account: string | null; usage: Usage }[];
} {
  const told: { account: string | null; usage: Usage }[] = [];
  return {
    told,
    ask: () => Promise.resolve(0),
    answered: async (account, usage) => {
      told.push({ account, usage });
    },
  };
}

export function clientFor(apiBase: string, options: Partial<MetaClientOptions> = {}) {
  return createMetaClient({
    fetch,
    apiBase,
    token: 'TOKEN',
    governor: openGovernor(),
    clock: systemClock,
    timeouts: { headersMs: 2_000, bodyMs: 2_000, totalMs: 4_000 },
    ...options,
  });
}
