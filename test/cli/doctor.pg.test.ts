import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/** One line of the check-list about the installation. */
interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly next: string | null;
}

interface Diagnosed {
  readonly ok: boolean;
  readonly installation: readonly Finding[];
}

const opened = new AsyncDisposableStack();
let database: Awaited<ReturnType<typeof testDatabase>>;
let smtp: string;
let provider: string;
let elsewhere: string;
let mails = 0;
/** What the provider's document says. */
let issuer = '';

beforeAll(async () => {
  database = await testDatabase();
  opened.defer(() => database.drop());
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }, _, done) {
      if (username === 'muster' && password === 'qzvx-right') done(null, { user: 'muster' });
      else done(new Error('no'));
    },
    onData(stream, _, done) {
      mails += 1;
      stream.resume();
      stream.on('end', () => done());
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  smtp = `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  provider = await listen(
    createServer((request, response) => {
      const isIt = request.url === '/.well-known/openid-configuration';
      response.writeHead(isIt ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isIt ? { issuer, authorization_endpoint: `${issuer}/in` } : {}));
    }),
  );
  elsewhere = await listen(createServer((_, response) => response.writeHead(404).end('no')));
}, 120_000);
afterAll(() => opened.disposeAsync());

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What doctor says, with these settings; by name. */
async function diagnosed(
  environment: Record<string, string>,
  prepare: (desk: Desk) => Promise<unknown> = () => Promise.resolve(),
) {
  await using desk = await openDesk({ DATABASE_URL: database.url, ...environment });
  await prepare(desk);
  const { code, stdout, stderr } = await desk.muster(['doctor', '--json']);
  expect(stderr).toBe('');
  const { ok, installation } = JSON.parse(stdout) as Diagnosed;
  // Every line that does not pass says what to do.
  expect(installation.filter(({ state, next }) => (state === 'pass') === (next !== null))).toEqual(
    [],
  );
  expect(code).toBe(ok ? 0 : 1);
  const line = (name: string) =>
    must(
      installation.find((one) => one.name === name),
      `doctor looks at ${name}`,
    );
  return { ok, stdout, line, names: installation.map(({ name }) => name) };
}

it('looks at everything, and nothing stands in the way of a fresh one', async () => {
  const { ok, names, line } = await diagnosed({});
  expect(ok).toBe(true);
  expect(names).toEqual([
    ...['address', 'proxies', 'key', 'single sign-on', 'database', 'clock of the database'],
    ...['disk', 'backup', 'runs', 'mail'],
  ]);
  expect(line('backup')).toMatchObject({ state: 'warn', next: expect.stringContaining('backup') });
  expect(line('clock of the database').state).toBe('pass');
  expect(line('database').found).toMatch(/^PostgreSQL \d+/);
});

it('is read by people line by line, with the remedy below', async () => {
  await using desk = await openDesk({ DATABASE_URL: database.url });
  const { stdout, code } = await desk.muster(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Installation\n/);
  expect(stdout).toMatch(/✓ address +127\.0\.0\.1, port 4780: for this machine alone/);
  expect(stdout).toMatch(/! backup +none was made[^]*muster backup FILE/);
  expect(stdout).toContain('There is no connection yet. Next: muster connect --guide');
});

it('sees that a backup was made', async () => {
  const { line } = await diagnosed({}, (desk) =>
    desk.json(['backup', join(desk.directory, 'backup.gz')]),
  );
  expect(line('backup')).toMatchObject({ state: 'pass', found: expect.stringMatching(/UTC$/) });
});

it('signs in at the server for mail and sends nothing', async () => {
  const from = { MUSTER_MAIL_FROM: 'muster@example.com' };
  const right = await diagnosed({ ...from, MUSTER_SMTP_URL: `smtp://muster:qzvx-right@${smtp}` });
  expect(right.line('mail').state).toBe('pass');
  const wrong = await diagnosed({ ...from, MUSTER_SMTP_URL: `smtp://muster:qzvx-wrong@${smtp}` });
  expect(wrong.line('mail')).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('EAUTH'),
  });
  const half = await diagnosed({ MUSTER_SMTP_URL: `smtp://muster:qzvx-right@${smtp}` });
  expect(half.line('mail')).toMatchObject({
    ...{ state: 'fail', found: expect.stringContaining('MUSTER_MAIL_FROM') },
  });
  expect([right, wrong, half].filter(({ stdout }) => stdout.includes('qzvx'))).toEqual([]);
  expect(mails).toBe(0);
});

it('looks at files with secrets, and shows nothing of them', async () => {
  await using files = await openDesk();
  const path = join(files.directory, 'token');
  const look = async () =>
    (await diagnosed({ MUSTER_METRICS_TOKEN_FILE: path })).line('MUSTER_METRICS_TOKEN_FILE');
  expect(await look()).toMatchObject({ state: 'fail', found: expect.stringContaining('ENOENT') });
  await writeFile(path, 'qzvx-secret', { mode: 0o600 });
  expect(await look()).toMatchObject({ state: 'pass', found: expect.stringContaining('mode 600') });
  await chmod(path, 0o644);
  expect(await look()).toMatchObject({ state: 'warn', next: expect.stringContaining('chmod 600') });
  await writeFile(path, '');
  expect(await look()).toMatchObject({ state: 'fail', found: expect.stringContaining('empty') });
});

it('goes where people open Muster, and says what is wrong with the way', async () => {
  const at = async (url: string, more: Record<string, string> = {}) =>
    (await diagnosed({ MUSTER_PUBLIC_URL: url, ...more })).line('address');
  expect(await at('http://people.example/muster')).toMatchObject({
    ...{ state: 'fail', found: expect.stringContaining('in clear') },
  });
  expect(await at(`${elsewhere}/muster`)).toMatchObject({
    ...{ state: 'fail', found: expect.stringContaining('answers 404') },
  });
  expect(await at('http://127.0.0.1:9/muster')).toMatchObject({
    ...{ state: 'warn', next: expect.stringContaining('muster serve') },
  });
  await using desk = await openDesk({ DATABASE_URL: database.url });
  const { firstLine } = await desk.start(['serve', '--port', '0', '--workers', '0']);
  const url = /http:\/\/[\d.:]+/.exec(firstLine)?.[0] ?? '';
  expect(await at(url)).toMatchObject({ state: 'pass', found: `${url} leads here` });
});

it('asks who is believed about who comes', async () => {
  const line = async (environment: Record<string, string>) =>
    (await diagnosed(environment)).line('proxies').state;
  const publicUrl = { MUSTER_PUBLIC_URL: 'http://127.0.0.1:9' };
  expect(await line(publicUrl)).toBe('warn');
  expect(await line({ ...publicUrl, MUSTER_TRUSTED_PROXIES: '10.0.0.0/8' })).toBe('pass');
  expect(await line({ ...publicUrl, MUSTER_TRUSTED_PROXIES: '0.0.0.0/0' })).toBe('fail');
});

it('reads the document of single sign-on, which must be about that provider', async () => {
  const client = { MUSTER_OIDC_CLIENT_ID: 'muster', MUSTER_OIDC_CLIENT_SECRET: 'qzvx-client' };
  const line = async (environment: Record<string, string>) =>
    (await diagnosed(environment)).line('single sign-on');
  issuer = provider;
  expect(await line({ ...client, MUSTER_OIDC_ISSUER: provider })).toMatchObject({ state: 'pass' });
  issuer = 'https://other.example';
  expect(await line({ ...client, MUSTER_OIDC_ISSUER: provider })).toMatchObject({
    ...{ state: 'fail', found: expect.stringContaining('another issuer') },
  });
  expect(await line({ MUSTER_OIDC_ISSUER: provider })).toMatchObject({
    ...{ state: 'fail', found: expect.stringContaining('MUSTER_OIDC_CLIENT_SECRET') },
  });
});

it('connects to every source', async () => {
  await using desk = await openDesk({ DATABASE_URL: database.url });
  const folder = join(desk.directory, 'lists');
  await mkdir(folder);
  await desk.json([
    'source',
    'add',
    'lists',
    '--type',
    'folder',
    '--path',
    folder,
    '--files',
    'each',
  ]);
  const look = async () => {
    const { code, stdout } = await desk.muster(['doctor', '--json']);
    const { installation } = JSON.parse(stdout) as Diagnosed;
    return { code, state: installation.find(({ name }) => name === 'source lists')?.state };
  };
  expect(await look()).toEqual({ code: 0, state: 'pass' });
  await rm(folder, { recursive: true });
  expect(await look()).toEqual({ code: 1, state: 'fail' });
});
