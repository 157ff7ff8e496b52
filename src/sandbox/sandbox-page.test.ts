import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hash, openForTest, origin } from './_opened.ts';

const form = (fields: Record<string, string>, from = origin) => ({
  method: 'POST',
  headers: { origin: from },
  body: new URLSearchParams(fields),
});

test('the page shows what is there, and no value of any row', async () => {
  const { sandbox, createAudience, add, admin } = await openForTest();
  const id = await createAudience('<b>Lapsed</b> & [shoes]');
  await add(id, ['EMAIL'], [[hash('mary@example.com')], ['mary@example.com']]);
  await admin('faults', { name: 'lateApply', on: 'users', lagMs: 1 });
  const page = await sandbox.fetch(`${origin}/_sandbox/`);
  const text = await page.text();
  for (const words of [
    '&lt;b&gt;Lapsed&lt;/b&gt; &amp; [shoes]',
    `POST /v26.0/${id}/users`,
    '1 invalid',
    'lateApply',
    'act_1000000000003',
    'of 190,040',
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain('mary@example.com');
  expect(text).not.toContain(hash('mary@example.com').slice(0, 16));
  expect(text).not.toContain('<b>Lapsed');
});

test('its script and its style are named by their digests, and nothing else may run', async () => {
  const { sandbox } = await openForTest();
  const page = await sandbox.fetch(`${origin}/_sandbox/`);
  const text = await page.text();
  const digest = (tag: string) => {
    const inside = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(text)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`;
  };
  expect(page.headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    'img-src data:',
    `style-src ${digest('style')}`,
    `script-src ${digest('script')}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(text).not.toMatch(/ on\w+=| style=/);
});

test('a browser is led to it from the root; a program is told that this is no path', async () => {
  const { sandbox } = await openForTest();
  const seen = await sandbox.fetch(origin, { headers: { accept: 'text/html,*/*' } });
  expect([seen.status, seen.headers.get('location')]).toEqual([303, '/_sandbox/']);
  expect((await sandbox.fetch(origin)).status).toBe(400);
});

test('a form does what JSON does, and curl may call JSON a form', async () => {
  const { sandbox, clock, admin } = await openForTest();
  const post = (path: string, init: RequestInit) =>
    sandbox.fetch(`${origin}/_sandbox/${path}`, init);
  const armed = await post(
    'faults',
    form({ name: 'throttle', code: '17', on: '', target: '42', times: 'null', isLasting: '' }),
  );
  expect([armed.status, armed.headers.get('location')]).toEqual([303, '/_sandbox/']);
  expect(sandbox.faults.armed().faults).toMatchObject([
    { name: 'throttle', code: 17, on: null, target: '42', times: null },
  ]);
  await post('faults', form({ method: 'DELETE' }));
  expect(sandbox.faults.armed().faults).toEqual([]);
  await post('settings', form({ 'versions[]': 'v26.0' }));
  expect((await admin('settings')).body['versions']).toEqual(['v26.0']);

  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await post('clock', { method: 'POST', headers, body: '{"advanceMs":5000}' });
  expect((await admin('clock')).body['nowMs']).toBe(clock.now + 5_000);

  const refused = await post('faults', form({ name: 'shoe' }));
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('That cannot be done');
});

test('another site can change nothing', async () => {
  const { sandbox, admin } = await openForTest();
  const evil = form({ advanceMs: '5000' }, 'https://evil.example');
  expect((await sandbox.fetch(`${origin}/_sandbox/clock`, evil)).status).toBe(403);
  expect((await admin('clock')).body['aheadMs']).toBe(0);
});
