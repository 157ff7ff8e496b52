import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardedRequest } from '#sources/guarded-request.ts';
import { testSource } from '#sources/target.ts';

/**
 * Addresses that lead inside, in every form that URLs, resolvers and sockets take for one: for sources,
 * webhooks and databases alike (docs/security.md, S4).
 */
const names = vi.hoisted(() => ({ answers: [] as string[][], asked: [] as string[] }));
vi.mock('node:dns/promises', async (original) => {
  const real = await original<typeof import('node:dns/promises')>();
  return {
    ...real,
    // Names under .test are ours to lead anywhere; all others are looked up as ever.
    lookup: async (host: string, options: { all: true }) => {
      if (!host.endsWith('.test')) return await real.lookup(host, options);
      names.asked.push(host);
      return (names.answers.shift() ?? []).map((address) => ({ address, family: 4 }));
    },
  };
});
afterEach(() => {
  names.answers = [];
  names.asked = [];
});

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  return await work().then(
    () => 'reached',
    (error: { code: string }) => error.code,
  );
}

const refused = { allowPrivate: false };

describe('an address of this machine, its network or a metadata service', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://１２７.0.0.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://user:password@127.0.0.1/',
    'http://example.com@10.0.0.1/',
    'http://10.0.0.1#@example.com/',
    'http://10.0.0.1\\@example.com/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1:8080/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://[fd12:3456::1]/',
    'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://255.255.255.255/',
    'http://224.0.0.1/',
    'https://127.0.0.1/',
  ])('%s is refused', async (url) => {
    expect(await codeOf(() => guardedRequest(new URL(url), {}, refused))).toBe(
      'SOURCE_HOST_REFUSED',
    );
  });

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '127.1',
    'localhost',
    '[::1]',
    '[::ffff:a00:1]',
  ])('%s is refused to databases, too', async (host) => {
    for (const kind of ['postgres', 'mysql'] as const) {
      const url = `${kind}://user:password@${host}/people`;
      const target = { kind, url, ...refused } as const;
      expect([kind, await codeOf(() => testSource(target))]).toEqual([kind, 'SOURCE_HOST_REFUSED']);
    }
  });

  it.each([
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'ftp://127.0.0.1/',
    'data:,x',
    'javascript:0',
  ])('%s is no address to ask at all', async (url) => {
    const asking = () => guardedRequest(new URL(url), {}, { allowPrivate: true });
    expect(await codeOf(asking)).toBe('SOURCE_URL_INVALID');
  });
});

describe('a name', () => {
  it('is looked up once, and that answer is connected to, whatever it leads to a moment later', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end('here');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    names.answers = [['127.0.0.1'], ['169.254.169.254']];
    const url = new URL(`http://turns.test:${port}/`);
    const answer = await guardedRequest(url, {}, { allowPrivate: true });
    answer.drop();
    expect([answer.status, requests, names.asked]).toEqual([200, 1, ['turns.test']]);
    // The next request looks again, and is judged again.
    expect(await codeOf(() => guardedRequest(url, {}, { allowPrivate: true }))).toBe(
      'SOURCE_HOST_REFUSED',
    );
    server.close();
  });

  it('is refused when one of its addresses leads inside', async () => {
    names.answers = [['8.8.8.8', '10.0.0.1']];
    const url = new URL('https://both.test/');
    expect(await codeOf(() => guardedRequest(url, {}, refused))).toBe('SOURCE_HOST_REFUSED');
  });
});

it('a redirect is an answer like any other, and is not followed', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/from`);
  const answer = await guardedRequest(url, {}, { allowPrivate: true });
  answer.drop();
  expect([answer.status, asked]).toEqual([302, ['/from']]);
  server.close();
});
