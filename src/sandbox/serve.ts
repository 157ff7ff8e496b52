import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Sandbox } from './sandbox.ts';

export interface ServedSandbox {
  readonly url: string;
  close(): Promise<void>;
}

const bodyBytesMax = 32 * 1024 * 1024;
/** Facebook's own SDK puts the payload of a DELETE into the address. */
const headerBytesMax = 1024 * 1024;
const loopbackHosts = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/;

/** Serves a sandbox on a port; 0 takes a free one. Closing it leaves the sandbox open. */
export async function serveSandbox(
  sandbox: Sandbox,
  { port, host }: { port: number; host: string },
): Promise<ServedSandbox> {
  const server = createServer({ maxHeaderSize: headerBytesMax }, (incoming, outgoing) => {
    void pass(sandbox, incoming, outgoing);
  });
  await listen(server, port, host);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${host}:${bound}`;
  return {
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new MusterError('SANDBOX_PORT_TAKEN', message, { cause: error });
  }
}

async function pass(
  sandbox: Sandbox,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const host = incoming.headers.host ?? 'localhost';
  const path = incoming.url ?? '/';
  // A page on the web could reach us under a name of its own; the truth is for this machine only.
  if (path.startsWith('/_sandbox/') && !loopbackHosts.test(host)) {
    outgoing.writeHead(403).end('Only from this machine');
    return;
  }
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  try {
    const request = new Request(`http://${host}${path}`, {
      method: incoming.method ?? 'GET',
      headers: headersOf(incoming),
      signal: gone.signal,
      ...(hasBody ? { body: ReadableStream.from(capped(incoming)), duplex: 'half' } : {}),
    });
    await send(await sandbox.fetch(request), outgoing, gone.signal);
  } catch (error) {
    // Otherwise no answer was meant to come, or none can: the client sees its connection end.
    if (error instanceof BodyTooLarge) outgoing.writeHead(413, { connection: 'close' }).end();
    else outgoing.destroy();
  }
}

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The body as it arrives: an upload of 10,000 rows is 8 MB, and every copy of it would count. */
async function* capped(incoming: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new BodyTooLarge();
    yield chunk;
  }
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

async function send(
  response: Response,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body !== null) {
    for await (const chunk of response.body) {
      if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal: gone });
    }
  }
  outgoing.end();
}
