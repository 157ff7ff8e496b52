import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves an app on this machine alone. @throws MusterError PORT_TAKEN */
export async function listenOnLoopback(app: Hono, ports: readonly number[]): Promise<Listening> {
  return await listenOn('127.0.0.1', app, ports);
}

/** How long answers that are under way may take when the process ends. */
const LEAVE_MS = 1_500;

/**
 * Serves an app at an address, on the first of the ports that is free; 0 is any free one.
 * @throws MusterError PORT_TAKEN
 */
export async function listenOn(
  host: string,
  app: Hono,
  ports: readonly number[],
): Promise<Listening> {
  // Without this it would put Request and Response of its own in place of everybody's.
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // It would cut whoever is answered before all is read after half a second, and the answer with it.
    autoCleanupIncoming: false,
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  // Longer than senders keep a connection, so that none is cut under a request that just begins.
  server.keepAliveTimeout = 65_000;
  // Whoever sends slower than this gives way to others.
  server.requestTimeout = 30_000;
  const bound = await listenOnFirst(server, host, ports);
  return {
    url: `http://${nameOf(host)}:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // Whoever is being answered is answered; who only listens is let go of.
      const cut = setTimeout(() => server.closeAllConnections(), LEAVE_MS);
      server.closeIdleConnections();
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Where a listener of all addresses is reached from here. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function listenOnFirst(
  server: Server,
  host: string,
  ports: readonly number[],
): Promise<number> {
  let taken: unknown;
  for (const port of ports) {
    server.listen(port, host);
    try {
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    } catch (error) {
      taken = error;
    }
  }
  throw new MusterError('PORT_TAKEN', (taken as Error).message, { cause: taken });
}
