import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/**
 * A company's network: Meta can be reached through a proxy alone, which looks into the traffic with
 * an authority of its own. The certificates are for graph.example and for nothing else.
 */
const certificate = (name: string) =>
  fileURLToPath(new URL(`../support/certificates/${name}.pem`, import.meta.url));

const api = 'https://graph.example';
const opened = new AsyncDisposableStack();
let sandbox: Sandbox;
let databaseUrl: string;
let proxyPort: number;
/** What the proxy was asked for, and how it answers. */
const asked: string[] = [];
let refusal: string | null = null;

beforeAll(async () => {
  const database = await testDatabase();
  opened.defer(() => database.drop());
  databaseUrl = database.url;
  sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
  opened.defer(() => sandbox.close());
  const meta = createTlsServer(
    { key: readFileSync(certificate('server-key')), cert: readFileSync(certificate('server')) },
    (incoming, outgoing) => void passOn(incoming, outgoing),
  );
  const metaPort = await listen(meta);
  const proxy = createServer();
  proxy.on('connect', ({ url, headers }, socket) => {
    asked.push(`${url ?? ''} ${headers['proxy-authorization'] ?? ''}`);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const onward = connectSocket(metaPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  proxyPort = await listen(proxy);
});
afterAll(() => opened.disposeAsync());

async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await Array.fromAsync(incoming as AsyncIterable<Buffer>);
  const answer = await sandbox.fetch(`${api}${incoming.url ?? ''}`, {
    method: incoming.method ?? 'GET',
    headers: new Headers(Object.entries(incoming.headers) as [string, string][]),
    ...(incoming.method === 'GET' ? {} : { body: Buffer.concat(body) }),
  });
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function desk(more: Record<string, string>): Promise<Desk> {
  return await openDesk({
    DATABASE_URL: databaseUrl,
    HTTPS_PROXY: `http://ana:s3cret@127.0.0.1:${proxyPort}`,
    NO_PROXY: '',
    ...more,
  });
}

const args = () => [
  ...['connect', '--api', api, '--token', '-'],
  ...['--ad-account', must(sandbox.adAccounts[0], 'the sandbox has ad accounts').id],
];

it('goes through the proxy, and trusts the authority it was given', async () => {
  await using own = await desk({ NODE_EXTRA_CA_CERTS: certificate('authority') });
  const { code, stderr } = await own.muster(args(), sandbox.token);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const login = Buffer.from('ana:s3cret').toString('base64');
  expect(new Set(asked)).toEqual(new Set([`graph.example:443 Basic ${login}`]));
});

it('does not trust an authority that nobody named', async () => {
  await using own = await desk({});
  const { code, stderr } = await own.muster(args(), sandbox.token);
  expect(code).toBe(1);
  expect(stderr).toMatch(/Error META_CERTIFICATE.*\nNext: .*NODE_EXTRA_CA_CERTS/);
});

it('says that the proxy refused, without its password', async () => {
  refusal = '407 Proxy Authentication Required';
  await using own = await desk({ NODE_EXTRA_CA_CERTS: certificate('authority') });
  const { code, stderr } = await own.muster(args(), sandbox.token);
  refusal = null;
  expect(code).toBe(1);
  expect(stderr).toContain('Error META_PROXY');
  expect(stderr).not.toContain('s3cret');
});

it('reaches this machine without the proxy', async () => {
  await using own = await desk({});
  const { firstLine } = await own.start(['sandbox', '--port', '0']);
  const before = asked.length;
  const { url } = JSON.parse(firstLine) as { url: string };
  const { code } = await own.muster(['connect', '--sandbox', '--api', url]);
  expect({ code, asked: asked.length }).toEqual({ code: 0, asked: before });
});

it('refuses a proxy that is no address, without showing it', async () => {
  await using own = await desk({ HTTPS_PROXY: 'ana:s3cret@proxy' });
  const { code, stderr } = await own.muster(['status']);
  expect(code).toBe(2);
  expect(stderr).toContain('SETTING_INVALID');
  expect(stderr).not.toContain('s3cret');
});
