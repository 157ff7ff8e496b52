import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { type Desk, openDesk } from './_muster.ts';
import { testDatabase } from '../support/postgres.ts';

/** As a company runs it: behind a proxy, below a path of its host, secrets in files, the log collected. */
const opened = new AsyncDisposableStack();
let desk: Desk;
let proxyUrl: string;
let metricsToken: string;
let stdout = '';
let stderr = '';
/** Proxies differ in whether they take the path away. */
let takesPathAway = false;

/** What only whoever asks knows; in none of it may the log have a part. */
const planted = ['qzvx-mail@canary.example', 'qzvx-token-0123456789', 'qzvxperson'];

beforeAll(async () => {
  const database = await testDatabase();
  opened.defer(() => database.drop());
  let upstreamPort = 0;
  const proxy = createServer((incoming, outgoing) => {
    const path = takesPathAway ? (incoming.url ?? '').replace(/^\/muster/, '') : incoming.url;
    const from = incoming.socket.remoteAddress ?? '';
    const said = incoming.headers['x-forwarded-for'];
    const onward = ask(
      {
        ...{ host: '127.0.0.1', port: upstreamPort, path, method: incoming.method },
        headers: {
          ...incoming.headers,
          // The first is what whoever asks claims; the second is who the proxy says it was.
          'x-forwarded-for': [said, from === '127.0.0.1' ? '203.0.113.7' : from].join(', '),
        },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  opened.defer(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/muster`;

  const files = await openDesk();
  opened.use(files);
  const databaseFile = join(files.directory, 'database');
  metricsToken = join(files.directory, 'metrics');
  await writeFile(databaseFile, `${database.url}\n`);
  await writeFile(metricsToken, 'first\n');
  desk = await openDesk({
    DATABASE_URL_FILE: databaseFile,
    MUSTER_METRICS_TOKEN_FILE: metricsToken,
    MUSTER_PUBLIC_URL: proxyUrl,
    MUSTER_TRUSTED_PROXIES: '127.0.0.0/8',
  });
  opened.use(desk);
  upstreamPort = await freePort();
  const serving = await desk.start(['serve', '--port', String(upstreamPort), '--workers', '1']);
  stdout = serving.firstOutput;
  serving.process.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Where people come from is the proxy’s, so the port that it passes on to is set and not asked for. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

async function open(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return await fetch(`${proxyUrl}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      connection: 'close',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

interface Line {
  readonly time: string;
  readonly event: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

const lines = (): Line[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** The line about an answer; it may still be on its way. */
async function lineOf(answer: Response): Promise<Line> {
  const requestId = answer.headers.get('x-request-id');
  return await vi.waitFor(
    () =>
      must(
        lines().find((line) => line.requestId === requestId),
        'each request has its line',
      ),
    { timeout: 20_000, interval: 50 },
  );
}

it.each([false, true])(
  'stands below a path, whether it is taken away (%s) or not',
  async (away) => {
    takesPathAway = away;
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/api/v1/auth/state']) {
      expect([path, (await open(path)).status]).toEqual([path, 200]);
    }
    const refused = await open('/api/v1/audiences');
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'API_LOGIN_NEEDED' }),
    ]);
    const page = await open('/', { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<base href="/muster/"');
  },
);

it('opens by the link it prints, which leads through the proxy, and believes the proxy who came', async () => {
  const link = must(/\S+\/welcome#\S+/.exec(stdout)?.[0], 'it prints a link');
  expect(link).toContain(`${proxyUrl}/welcome#`);
  expect(stderr).not.toContain('welcome');
  const token = link.split('#')[1] ?? '';
  const sameSite = { 'sec-fetch-site': 'same-origin', origin: new URL(proxyUrl).origin };
  const accepted = await open('/api/v1/auth/accept', {
    ...{ method: 'POST', headers: { ...sameSite, 'x-forwarded-for': '198.51.100.1' } },
    body: { token, email: planted[0], name: 'Ana', password: 'a very long passphrase' },
  });
  expect(accepted.status).toBe(200);
  const cookie = accepted.headers.getSetCookie()[0] ?? '';
  const mine = await open('/api/v1/me/sessions', {
    headers: { cookie: cookie.split(';')[0] ?? '' },
  });
  expect(await mine.json()).toMatchObject({ items: [{ address: '203.0.113.7' }] });
});

it('takes a secret from its file as it is now', async () => {
  const scrape = async (token: string) =>
    (await open('/metrics', { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await scrape('first'), await scrape('second')]).toEqual([200, 401]);
  await writeFile(metricsToken, 'second\n');
  expect([await scrape('first'), await scrape('second')]).toEqual([401, 200]);
});

it('logs one JSON object a line, by patterns and codes, and nothing of what was sent', async () => {
  const [email = '', token = '', person = ''] = planted;
  const refused = await open(`/api/v1/profiles/${person}?email=${email}`, {
    headers: { authorization: `Bearer ${token}`, 'user-agent': person, 'x-request-id': person },
  });
  const line = await lineOf(refused);
  expect(line).toMatchObject({ level: 'info', event: 'request', method: 'GET' });
  expect(line['status']).toBe(refused.status);
  const known = await lineOf(await open(`/api/v1/audiences/17?q=${person}`));
  expect(known).toMatchObject({
    ...{ status: 401, route: '/api/v1/audiences/:audienceId', code: 'API_LOGIN_NEEDED' },
  });
  const call = await open('/v1/identify', {
    ...{ method: 'POST', headers: { authorization: `Basic ${btoa(`${token}:`)}` } },
    body: { userId: person, traits: { email } },
  });
  expect(await lineOf(call)).toMatchObject({ status: 401, route: '/v1/:path' });
  for (const one of lines()) {
    expect(one.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  const leaked = [...planted, btoa(`${token}:`)].filter((value) => stderr.includes(value));
  expect(leaked).toEqual([]);
  expect(lines().map(({ event }) => event)).toContain('ready');
});

it('ends with a line of its own when it cannot go on', async () => {
  const { code, stderr: said } = await desk.muster(['serve', '--port', '99999']);
  // Before the settings are known nobody knows how to log.
  expect([code, said]).toEqual([2, expect.stringContaining('SETTING_INVALID')]);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const ended = await desk.muster(['serve', '--port', String(port), '--workers', '0']);
  taken.close();
  const last = ended.stderr.split('\n').find((line) => line.includes('"ended"')) ?? '{}';
  expect([ended.code, JSON.parse(last)]).toMatchObject([
    ...[1, { level: 'error', event: 'ended', code: 'PORT_TAKEN' }],
  ]);
});
