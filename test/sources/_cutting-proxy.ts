import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
  /** The URL, through the proxy. */
  readonly url: string;
  /** From now on a connection is cut after so many bytes of answers. */
  cutAfter(bytes: number): void;
}

/** Between a client and a server; cuts the line in the middle of an answer. */
export async function openProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  let bytesLeft = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      bytesLeft -= bytes.length;
      if (bytesLeft > 0) client.write(bytes);
      else client.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(serverUrl);
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return {
    url: url.href,
    cutAfter(bytes) {
      bytesLeft = bytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
