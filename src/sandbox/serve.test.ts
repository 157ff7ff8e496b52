import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { hash, openForTest, type Opened } from './_opened.ts';
import { type ServedSandbox, serveSandbox } from './serve.ts';

async function serveForTest(): Promise<Opened & { served: ServedSandbox; headers: Headers }> {
  const opened = await openForTest();
  const served = await serveSandbox(opened.sandbox, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => served.close());
  const headers = new Headers({ authorization: `Bearer ${opened.sandbox.token}` });
  return { ...opened, served, headers };
}

test('it answers on its port as it does in process', async () => {
  const { served, headers, createAudience, heads } = await serveForTest();
  const id = await createAudience();
  const body = JSON.stringify({ payload: { schema: ['EMAIL'], data: [[hash('1')], ['x']] } });
  const response = await fetch(`${served.url}/v26.0/${id}/users`, {
    method: 'POST',
    headers,
    body,
  });
  expect(response.headers.get('facebook-api-version')).toBe('v26.0');
  expect(await response.json()).toMatchObject({ audience_id: id, num_invalid_entries: 1 });
  expect(await heads(id)).toEqual([['', hash('1'), '']]);
});

test('its ready line is all that a client needs', async () => {
  const { served, sandbox } = await serveForTest();
  expect(await (await fetch(`${served.url}/_sandbox/ready`)).json()).toEqual({
    url: served.url,
    adAccounts: [
      { id: 'act_1000000000001', name: 'Harbour & Pine' },
      { id: 'act_1000000000002', name: 'Harbour & Pine UK' },
      { id: 'act_1000000000003', name: 'Harbour & Pine US' },
    ],
    token: sandbox.token,
  });
});

test('a port that is taken is told as such', async () => {
  const { sandbox, served } = await serveForTest();
  const port = Number(new URL(served.url).port);
  await expect(serveSandbox(sandbox, { port, host: '127.0.0.1' })).rejects.toMatchObject({
    code: 'SANDBOX_PORT_TAKEN',
    exitCode: 1,
  });
});

test('a payload in the address of a DELETE is read, up to where Meta gives up', async () => {
  const { served, headers, createAudience, add, truth } = await serveForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 2_500 }, (_, at) => [hash(String(at))]);
  await add(id, ['EMAIL'], rows);
  const remove = (count: number) => {
    const payload = JSON.stringify({ schema: ['EMAIL'], data: rows.slice(0, count) });
    const query = new URLSearchParams({ payload }).toString();
    return fetch(`${served.url}/v26.0/${id}/users?${query}`, { method: 'DELETE', headers });
  };
  expect((await remove(1_000)).status).toBe(200);
  expect((await truth(id)).rowsHeld).toBe(1_500);
  const refused = await remove(2_500);
  expect(refused.status).toBe(400);
  expect(refused.headers.get('content-type')).toContain('text/html');
});

test('a body of 32 MB is the largest', async () => {
  const { served, headers, createAudience } = await serveForTest();
  const id = await createAudience();
  const url = `${served.url}/v26.0/${id}/users`;
  const post = (bytes: number) =>
    fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes).fill(32) });
  expect((await post(32 * 1024 * 1024)).status).toBe(400);
  expect((await post(32 * 1024 * 1024 + 1)).status).toBe(413);
});

test('the truth is told on this machine only, whatever name leads to it', async () => {
  const { served } = await serveForTest();
  const { port } = new URL(served.url);
  const options = { host: '127.0.0.1', port, headers: { host: 'rebound.example' } };
  const status = async (path: string) => {
    const sent = httpRequest({ ...options, path }).end();
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  };
  expect(await status('/_sandbox/ready')).toBe(403);
  expect(await status('/v26.0/me')).toBe(400);
});

test('where it is told to give no answer the connection ends, and the next one works', async () => {
  const { served, headers, sandbox } = await serveForTest();
  for (const name of ['resetBefore', 'resetInAnswer'] as const) {
    sandbox.faults.arm({ name });
    const broken = fetch(`${served.url}/v26.0/me`, { headers }).then((answer) => answer.text());
    await expect(broken).rejects.toThrow(TypeError);
  }
  sandbox.faults.arm({ name: 'requestLost' });
  const signal = AbortSignal.timeout(50);
  await expect(fetch(`${served.url}/v26.0/me`, { headers, signal })).rejects.toThrow(/timeout/);
  expect((await fetch(`${served.url}/v26.0/me`, { headers })).status).toBe(200);
});

test('a connection ends in the middle of an upload', async () => {
  const { served, headers, sandbox, createAudience, truth } = await serveForTest();
  const id = await createAudience();
  sandbox.faults.arm({ name: 'resetDuring', on: 'users.add' });
  let sent = 0;
  const slowly = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      sent += 1;
      controller.enqueue(new Uint8Array(1024).fill(32));
      if (sent === 2_000) controller.close();
    },
  });
  const init = { method: 'POST', headers, body: slowly, duplex: 'half' } as const;
  await expect(fetch(`${served.url}/v26.0/${id}/users`, init)).rejects.toThrow(TypeError);
  expect(sent).toBeLessThan(2_000);
  expect((await truth(id)).rowsHeld).toBe(0);
});

test('an answer that trickles ends with the client, and holds nobody else up', async () => {
  const { served, headers, sandbox } = await serveForTest();
  sandbox.faults.arm({ name: 'slowAnswer', on: 'me', holdMs: 5 });
  const slow = await fetch(`${served.url}/v26.0/me`, { headers });
  const begun = performance.now();
  const body = (await slow.json()) as { id: string };
  expect(body.id).toBe('100000000000001');
  expect(performance.now() - begun).toBeGreaterThan(5 * 40);

  sandbox.faults.arm({ name: 'slowAnswer', on: 'me' });
  const signal = AbortSignal.timeout(100);
  const given = await fetch(`${served.url}/v26.0/me`, { headers, signal });
  await expect(given.text()).rejects.toThrow(/timeout/);
  expect((await fetch(`${served.url}/v26.0/me`, { headers })).status).toBe(200);
});

test('a million rows would stream: lines come as they are read', async () => {
  const { served, createAudience, add } = await serveForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 10_000 }, (_, at) => [`c-${at}`]);
  await add(id, ['EXTERN_ID'], rows);
  const response = await fetch(`${served.url}/_sandbox/audiences/${id}/rows`);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as string[])[0])).toEqual(rows.map(([one]) => one));
});
