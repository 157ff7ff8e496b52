import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A text as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly packed?: true;
  /** The line is cut after the body. */
  readonly cut?: true;
}

export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
}

/** A server that says what a script says, for services there is none of here. */
export async function startService(script: (asked: Asked) => Told): Promise<Service> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = new URL(request.url ?? '', `http://${request.headers.host}`);
      const one = { method: request.method ?? '', url, headers: request.headers, body };
      asked.push(one);
      const { status = 200, headers = {}, body: told = '', packed, cut } = script(one);
      const plain = typeof told === 'string' ? told : JSON.stringify(told);
      const bytes = packed === true ? gzipSync(plain) : Buffer.from(plain);
      if (packed === true) headers['content-encoding'] = 'gzip';
      response.writeHead(status, headers);
      if (cut === true) response.write(bytes, () => response.destroy());
      else response.end(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
