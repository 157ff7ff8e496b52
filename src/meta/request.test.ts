import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  clientFor,
  graphError,
  json,
  openGovernor,
  raw,
  type Script,
  startScriptedServer,
} from './_scripted-server.ts';
import { systemClock } from './clock.ts';
import { appsecretProof } from './request.ts';
import type { WireMe } from './wire.ts';

const jsonType = { 'content-type': 'application/json; charset=UTF-8' };
const me = { id: '10158032876141125', name: 'Mary' } satisfies WireMe;
const meText = JSON.stringify(me);
const short = { headersMs: 250, bodyMs: 250, totalMs: 600 };

describe('what goes out', () => {
  test('a bearer header, the version, fields, and no token in the address', async () => {
    await using server = await startScriptedServer(json(me));
    const client = clientFor(`${server.url}/`, { version: 'v25.0' });
    expect(await client.me()).toEqual({ outcome: 'clean', body: me });
    const { method, path, query, headers } = server.request();
    expect([method, path, query.toString()]).toEqual(['GET', '/v25.0/me', 'fields=id%2Cname']);
    expect(headers).toMatchObject({ authorization: 'Bearer TOKEN', accept: 'application/json' });
  });

  test('the proof of the app secret, by the published vector', async () => {
    const published = '751c15abbdb90f81415b11b21396d338bc185878789c386aa590704207aba2a8';
    expect(appsecretProof('app-secret', 'TOKEN')).toBe(published);
    expect(createHmac('sha256', 'app-secret').update('TOKEN').digest('hex')).toBe(published);
    await using server = await startScriptedServer(json(me));
    await clientFor(server.url, { appSecret: 'app-secret' }).me();
    expect(server.request().query.get('appsecret_proof')).toBe(published);
  });

  test('a redirect is not followed, so the token stays with this host', async () => {
    await using elsewhere = await startScriptedServer(json(me));
    await using server = await startScriptedServer(raw('', 302, { location: elsewhere.url }));
    expect(await clientFor(server.url).me()).toMatchObject({ outcome: 'uncertain' });
    expect(elsewhere.seen).toEqual([]);
  });

  test('the version that answered is told when it is another one', async () => {
    await using server = await startScriptedServer(
      json(me, 200, { 'facebook-api-version': 'v27.0' }),
    );
    const client = clientFor(server.url);
    expect(client.servedVersion()).toBeNull();
    await client.me();
    expect([client.version, client.servedVersion()]).toEqual(['v26.0', 'v27.0']);
  });

  test('the access tier is the one that was told last', async () => {
    const value = '{"acc_id_util_pct":1,"ads_api_access_tier":"development_access"}';
    await using server = await startScriptedServer(
      json(me, 200, { 'X-Ad-Account-Usage': value }),
      json(me),
    );
    const client = clientFor(server.url);
    await client.me();
    await client.me();
    expect(client.accessTier()).toBe('development_access');
  });
});

describe('answers that are none are uncertain, whatever their status', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const noAnswers: readonly (readonly [string, Script])[] = [
    ['HTML with 200', raw('<!DOCTYPE html><title>Error</title>', 200, html)],
    ['HTML with 400', raw('<html>Sorry, something went wrong.</html>', 400, html)],
    ['HTML with 502', raw('<html>Bad gateway</html>', 502, html)],
    ['the words Service Unavailable with 200', raw('Service Unavailable', 200, html)],
    ['JSON called HTML', raw(meText, 200, html)],
    ['JSON without a type', raw(meText)],
    ['cut JSON', raw(meText.slice(0, -3), 200, jsonType)],
    ['nothing', raw('', 200, jsonType)],
    ['204', raw('', 204)],
    ['304', raw('', 304, { etag: '"x"' })],
    ['the right body with 500', json(me, 500)],
    ['the right body with 429', json(me, 429)],
    ['an error without a code', json({ error: { message: 'x' } }, 400)],
    ['an error that is a word', json({ error: 'x' }, 400)],
    ['a body over the cap', raw(`{"id":"${'1'.repeat(1_000_001)}"}`, 200, jsonType)],
    ['broken gzip', raw('no gzip', 200, { ...jsonType, 'content-encoding': 'gzip' })],
  ];
  test.each(noAnswers)('%s', async (_, script) => {
    await using server = await startScriptedServer(script);
    const answer = await clientFor(server.url).me();
    expect(answer).toMatchObject({
      outcome: 'uncertain',
      problem: { class: 'retry', executed: 'unknown' },
    });
  });

  test('what passes the cap is not read to its end', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
    await using server = await startScriptedServer(
      raw(bomb, 200, { ...jsonType, 'content-encoding': 'gzip' }),
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(await clientFor(server.url).me()).toMatchObject({
      problem: { said: 'the answer passed 1000000 bytes' },
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test('who sends without end is hung up on', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, jsonType);
      const timer = setInterval(() => response.write(' '.repeat(400_000)), 5);
      response.on('close', () => {
        clearInterval(timer);
        resolve();
      });
    });
    expect((await clientFor(server.url).me()).outcome).toBe('uncertain');
    await closed;
  });

  test('compressed answers are read, and so is JSON that calls itself JavaScript', async () => {
    await using server = await startScriptedServer(
      raw(gzipSync(meText), 200, { ...jsonType, 'content-encoding': 'gzip' }),
      raw(meText, 200, { 'content-type': 'text/javascript; charset=UTF-8' }),
    );
    const client = clientFor(server.url);
    expect(await client.me()).toEqual({ outcome: 'clean', body: me });
    expect(await client.me()).toEqual({ outcome: 'clean', body: me });
  });

  test('an error of Meta counts by its code with any status and type', async () => {
    const error = JSON.stringify({ error: { code: 190, error_subcode: 463, message: 'x' } });
    await using server = await startScriptedServer(raw(error, 200), raw(error, 500, jsonType));
    const client = clientFor(server.url);
    for (let calls = 0; calls < 2; calls += 1) {
      expect(await client.me()).toMatchObject({
        outcome: 'refused',
        problem: { meaning: 'token expired', class: 'stop connection' },
      });
    }
  });

  test('a 413 says that smaller requests may pass', async () => {
    await using server = await startScriptedServer(raw('<html>Too large</html>', 413, html));
    expect(await clientFor(server.url).me()).toMatchObject({
      outcome: 'uncertain',
      problem: { smaller: true, httpStatus: 413 },
    });
  });
});

describe('a network that fails', () => {
  const broken: readonly (readonly [string, Script])[] = [
    ['reset instead of an answer', (_response, _seen, socket) => socket.resetAndDestroy()],
    [
      'reset after the headers',
      (response, _seen, socket) => {
        response.writeHead(200, { ...jsonType, 'content-length': '100' }).flushHeaders();
        setTimeout(() => socket.resetAndDestroy(), 30);
      },
    ],
    [
      'closed in the middle of the body',
      (response, _seen, socket) => {
        response.writeHead(200, { ...jsonType, 'content-length': '100' });
        response.write(meText.slice(0, 10));
        setTimeout(() => socket.end(), 30);
      },
    ],
  ];
  test.each(broken)('%s: connection lost, uncertain', async (_, script) => {
    await using server = await startScriptedServer(script);
    expect(await clientFor(server.url).me()).toMatchObject({
      outcome: 'uncertain',
      problem: { meaning: 'connection lost', smaller: true },
    });
  });

  const slow: readonly (readonly [string, Script, string])[] = [
    ['no headers', () => {}, 'no headers within 250 ms'],
    [
      'silence in the body',
      (response) => void response.writeHead(200, jsonType).write('{"id":'),
      'no body within 250 ms',
    ],
    [
      'a byte now and then',
      (response) => {
        response.writeHead(200, jsonType);
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(timer));
      },
      'no total within 600 ms',
    ],
  ];
  test.each(slow)('%s: its deadline ends it, uncertain', async (_, script, said) => {
    await using server = await startScriptedServer(script);
    const answer = await clientFor(server.url, { timeouts: short }).me();
    expect(answer).toMatchObject({
      outcome: 'uncertain',
      problem: { meaning: 'no answer in time', said },
    });
  });

  test('a server that takes the connection and nothing else', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.pause()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const body = new Uint8Array(8_000_000).fill(32);
    const rows = { account: '1', audienceId: '2', direction: 'add', body } as const;
    const client = clientFor(`http://127.0.0.1:${port}`, { timeouts: short });
    expect(await client.users(rows)).toMatchObject({
      outcome: 'uncertain',
      problem: { meaning: 'no answer in time' },
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('a port where nobody listens, and a name that nobody has: certainly without effect', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const url of [`http://127.0.0.1:${port}`, 'http://nobody.invalid']) {
      expect(await clientFor(url).me()).toMatchObject({
        outcome: 'refused',
        problem: { meaning: 'unreachable', class: 'retry' },
      });
    }
  });

  // The shapes that Node 26 throws; the certificate one was seen with a self-signed server.
  test.each([
    ['certificate refused', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
    ['certificate refused', { code: 'CERT_HAS_EXPIRED' }],
    ['unreachable', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
    ['unreachable', { errors: [{ code: 'ETIMEDOUT', syscall: 'connect' }] }],
    ['connection lost', { errors: [{ code: 'ETIMEDOUT', syscall: 'write' }] }],
    ['connection lost', { code: 'UND_ERR_SOCKET' }],
    ['connection lost', undefined],
  ])('%s, thrown as %j', async (meaning, cause) => {
    const failing = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    const answer = await clientFor('http://localhost', { fetch: failing }).me();
    expect(answer).toMatchObject({ problem: { meaning } });
    expect(answer.outcome).toBe(meaning === 'connection lost' ? 'uncertain' : 'refused');
  });

  test('a fetch that does not listen to its signal is left all the same', async () => {
    const deaf = () => new Promise<Response>(() => {});
    const client = clientFor('http://localhost', { fetch: deaf, timeouts: short });
    expect(await client.me()).toMatchObject({ problem: { meaning: 'no answer in time' } });
  });

  test('a proxy that wants a password', async () => {
    const proxy = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    // Node reads its proxy from the environment at the start, so this needs a process of its own.
    expect(await throughProxy(port)).toMatchObject({ kind: 'failed', meaning: 'proxy refused' });
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe('the governor', () => {
  const usageHeaders = {
    'X-App-Usage': '{"call_count":5,"total_cputime":0,"total_time":81}',
    'X-Business-Use-Case-Usage':
      '{"1":[{"type":"custom_audience","call_count":32,"total_cputime":3,"total_time":7,"estimated_time_to_regain_access":2}]}',
  };

  test('is asked before every call and told after it, after a failed one too', async () => {
    await using server = await startScriptedServer(
      json(me, 200, usageHeaders),
      graphError({ code: 4 }),
      (_response, _seen, socket) => socket.resetAndDestroy(),
    );
    const governor = openGovernor();
    const client = clientFor(server.url, { governor });
    await client.adAccount('1');
    await client.adAccount('1');
    await client.me();
    expect(governor.told.map(({ account, usage }) => [account, usage.throttled])).toEqual([
      ['act_1', null],
      ['act_1', 'app'],
      [null, null],
    ]);
    expect(governor.told[0]?.usage).toMatchObject({
      appPercent: 81,
      callsPercent: 32,
      regainMs: 120_000,
    });
  });

  test('that asks for more patience than there is holds the call back, and says until when', async () => {
    await using server = await startScriptedServer(json(me));
    const governor = { ...openGovernor(), ask: () => Promise.resolve(60_001) };
    const answer = await clientFor(server.url, { governor }).me();
    expect(answer).toMatchObject({
      outcome: 'refused',
      problem: { meaning: 'held back', class: 'wait', opensInMs: 60_001 },
    });
    expect(server.seen).toEqual([]);
  });

  test('is waited for, and asked again afterwards', async () => {
    await using server = await startScriptedServer(json(me));
    const waits = [20, 10, 0];
    const governor = { ...openGovernor(), ask: () => Promise.resolve(waits.shift() ?? 99_999) };
    expect(await clientFor(server.url, { governor }).me()).toMatchObject({ outcome: 'clean' });
    expect(waits).toEqual([]);
  });

  test('that was asked before a call was written down is not asked again', async () => {
    await using server = await startScriptedServer(json(me));
    let asked = 0;
    const governor = { ...openGovernor(), ask: async () => (asked += 1) - 1 };
    const client = clientFor(server.url, { governor });
    expect(await client.admit('act_1', 0)).toBeNull();
    const rows = { account: '1', audienceId: '2', direction: 'add', admitted: true } as const;
    await client.users({ ...rows, body: new Uint8Array() });
    expect(server.seen).toHaveLength(1);
    expect(asked).toBe(1);
    expect(await client.admit('act_1', 0)).toMatchObject({ meaning: 'held back' });
  });

  test('that let pass too late, because the process stood still, lets nothing out', async () => {
    await using server = await startScriptedServer(json(me));
    let nowMs = 1_000;
    const governor = {
      ...openGovernor(),
      ask: async () => {
        nowMs += 6_000;
        return 0;
      },
    };
    const clock = { ...systemClock, nowMs: () => nowMs };
    const client = clientFor(server.url, { governor, clock });
    const body = new Uint8Array();
    const rows = { account: '1', audienceId: '2', direction: 'add', body } as const;
    const answer = await client.users({ ...rows, openByMs: 6_000 });
    expect(answer).toMatchObject({ outcome: 'refused', problem: { meaning: 'held back' } });
    expect(server.seen).toEqual([]);
  });
});

test('no problem carries a token, a secret or an address', async () => {
  await using server = await startScriptedServer(
    graphError({ code: 190, message: 'Malformed access token TOKENTOKENTOKENTOKENTOKENTOKEN' }),
  );
  const client = clientFor(server.url, {
    token: 'TOKENTOKENTOKENTOKENTOKENTOKEN',
    appSecret: 'app-secret',
  });
  const text = JSON.stringify(await client.me());
  expect(text).not.toMatch(/TOKEN|app-secret|127\.0\.0\.1/);
  expect(text).toContain('Malformed access token');
});

test('no timer outlives its call', async () => {
  await using server = await startScriptedServer(json(me));
  let pending = 0;
  const clock = {
    ...systemClock,
    after: (delayMs: number, then: () => void) => {
      pending += 1;
      const cancel = systemClock.after(delayMs, then);
      return () => {
        pending -= 1;
        cancel();
      };
    },
  };
  const client = clientFor(server.url, { clock, timeouts: short });
  await client.me();
  expect(pending).toBe(0);
});

async function throughProxy(port: number): Promise<unknown> {
  const file = new URL('./exchange.ts', import.meta.url).href;
  const clock = '{ nowMs: Date.now, after: () => () => {} }';
  const code = `
    const { exchange, defaultTimeouts } = await import(${JSON.stringify(file)});
    const url = 'https://graph.facebook.com/v26.0/me';
    console.log(JSON.stringify(await exchange(fetch, url, {}, defaultTimeouts, ${clock})));`;
  const proxy = `http://127.0.0.1:${port}`;
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy, https_proxy: proxy };
  const run = promisify(execFile);
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await run(process.execPath, args, {
    env: { ...env, NO_PROXY: '', no_proxy: '' },
  });
  return JSON.parse(stdout);
}
