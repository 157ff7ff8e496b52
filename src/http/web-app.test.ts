import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MusterError } from '#domain/errors/muster-error.ts';
import { createWebApp, type WebAppOptions } from './web-app.ts';

const index =
  '<head><base href="/" /><meta name="style-nonce" content="" /></head><script src="./assets/a-1.js">';

function open({ built = Promise.resolve(), basePath = '/' }: Partial<WebAppOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'muster-web-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), index);
  writeFileSync(join(directory, 'assets/a-1.js'), 'let a = 1;');
  writeFileSync(join(directory, '.stamp'), 'abc');
  const app = createWebApp({ built, directory, basePath });
  return async (path: string, headers: Record<string, string> = {}) =>
    await app.request(path, { headers });
}

it('answers every address that a person opens with the page', async () => {
  const get = open();
  for (const path of ['/', '/audiences', '/audiences/17?tab=runs', '/login']) {
    const answer = await get(path, { accept: 'text/html,*/*' });
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('./assets/a-1.js');
  }
});

it('serves the built files alone, and lists none', async () => {
  const get = open();
  for (const path of [
    ...['/.git/config', '/.env', '/package.json', '/assets/', '/assets', '/assets/..%2findex.html'],
    ...['/assets/%2e%2e/index.html', '/assets/../../package.json', '/src/main.ts'],
  ]) {
    const answer = await get(path, {});
    expect([path, answer.status]).toEqual([path, 404]);
  }
});

it('leaves to others what is theirs', async () => {
  const get = open();
  for (const path of ['/api/v1/audiences', '/v1/batch', '/healthz', '/.stamp', '/assets/b.js']) {
    expect((await get(path, { accept: 'text/html' })).status, path).toBe(404);
  }
  expect((await get('/audiences', { accept: 'application/json' })).status).toBe(404);
});

it('lets in style elements by a nonce that is new each time, and no script of the page', async () => {
  const get = open({ basePath: '/muster/' });
  const nonces = new Set<string>();
  for (let i = 0; i < 2; i += 1) {
    const answer = await get('/');
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = policy.match(/style-src 'self' 'nonce-([^']+)'/)?.[1] ?? '';
    expect(policy).not.toContain('unsafe');
    const text = await answer.text();
    expect(text).toContain(`content="${nonce}"`);
    expect(text).toContain('<base href="/muster/"');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});

it('has what never changes kept, and sends it packed', async () => {
  const get = open();
  const plain = await get('/assets/a-1.js');
  expect(await plain.text()).toBe('let a = 1;');
  expect(plain.headers.get('cache-control')).toContain('immutable');
  const packed = await get('/assets/a-1.js', { 'accept-encoding': 'gzip, br' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  const same = await get('/assets/a-1.js', { 'if-none-match': plain.headers.get('etag') ?? '' });
  expect(same.status).toBe(304);
});

it('says why there is no page', async () => {
  const why = new MusterError('WEB_BUILD_FAILED', 'EROFS: read-only file system');
  const answer = await open({ built: Promise.reject(why) })('/');
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/^WEB_BUILD_FAILED: .*EROFS/);
});
