import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SyncReport } from '#sync/reports.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/**
 * Where the processes of a whole life connect to: the Graph address that is configured, and what was
 * entered; and what they ask of Meta, which is never who somebody is (features.md G-11).
 */
let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let own: string;
let log: string;
let smtp: SMTPServer;
let hook: Server;
let mails = 0;
let sandbox: string;

beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'muster-egress-'));
  log = join(own, 'log');
  await writeFile(log, '');
  database = await testDatabase();
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _, done) {
      mails++;
      void text(stream).then(() => done());
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  hook = createServer((_, response) => response.writeHead(204).end());
  await once(hook.listen(0, '127.0.0.1'), 'listening');
  desk = await openDesk({
    DATABASE_URL: database.url,
    EGRESS_LOG: log,
    NODE_OPTIONS: `--import ${new URL('_watch-egress.ts', import.meta.url).href}`,
    MUSTER_SMTP_URL: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    MUSTER_MAIL_FROM: 'muster@example.com',
  });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
  smtp.close();
  hook.close();
  await rm(own, { recursive: true });
});

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

/** Where was connected to since the last look; PostgreSQL and this machine's own name apart. */
async function targets(): Promise<Set<string>> {
  const { hostname, port } = new URL(database.url);
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  await writeFile(log, '');
  const ours = (line: string) =>
    line.startsWith('unix ') ||
    line === `tcp ${hostname}:${port}` ||
    /^dns (127\.0\.0\.1|localhost|::1)$/.test(line);
  return new Set(lines.filter((line) => !ours(line)));
}

async function done(...args: string[]): Promise<void> {
  const { code, stderr } = await desk.muster(args, RULE);
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
}

const RULE = '{"trait":"plan","op":"equals","value":"gold"}';

it('takes files in, also picked up, and connects nowhere for it', async () => {
  const people = join(own, 'people.csv');
  await writeFile(people, 'id,email,plan\n1,ana@example.com,gold\n2,bo@example.com,free\n');
  await done('import', people, '--country', 'DE');
  const exports = join(own, 'exports');
  await mkdir(exports);
  const file = join(exports, 'more.csv');
  await writeFile(file, 'nr,contact,plan\n3,cem@example.com,gold\n');
  await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
  await done(
    'source',
    'add',
    'exports',
    '--type',
    'folder',
    '--path',
    exports,
    '--pattern',
    'more.csv',
  );
  await done(
    ...['model', 'create', 'more', '--source', 'exports', '--id', 'nr'],
    ...['--map', 'EMAIL=contact', '--mode', 'upsert'],
  );
  await done('model', 'sync', 'more');
  expect(await targets()).toEqual(new Set());
});

it('sends to the Graph address that is configured, and to nothing else', async () => {
  const ready = await desk.start(['sandbox', '--port', '0']);
  sandbox = (JSON.parse(ready.firstLine) as { url: string }).url;
  await done('connect', '--sandbox');
  await done('audience', 'create', 'gold', '--rule', '-');
  const report = await desk.json<SyncReport>(['sync', 'gold']);
  expect(report).toMatchObject({ state: 'succeeded', added: 2 });
  await done('connection', 'audiences');
  const graph = `tcp ${new URL(sandbox).host}`;
  expect(await targets()).toEqual(new Set([graph]));
  // It says hello to the mail server that was entered.
  await done('doctor');
  expect(await targets()).toEqual(new Set([graph, `tcp 127.0.0.1:${portOf(smtp.server)}`]));
});

it('serves its page from itself, and reads nothing from elsewhere for it', async () => {
  const serving = await desk.start(['serve', '--port', '0', '--workers', '1']);
  const url = /http:\S+/.exec(serving.firstLine)?.[0] ?? '';
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) {
    const address = new URL(part, `${url}/`);
    expect(address.origin).toBe(new URL(url).origin);
    expect((await fetch(address)).status, part).toBe(200);
  }
  for (const path of ['/healthz', '/docs', '/openapi.json']) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(200);
  }
  expect(await serving.stop('SIGTERM')).toBe(130);
  const graph = `tcp ${new URL(sandbox).host}`;
  expect([...(await targets())].filter((target) => target !== graph)).toEqual([]);
});

it('connects to the server for mail and to webhooks once they are entered', async () => {
  await done('alert', 'to-mail', 'ana@example.com');
  const port = portOf(hook);
  await done('webhook', 'create', 'pager', '--url', `http://127.0.0.1:${port}/`, '--allow-private');
  await done('alert', 'test');
  expect(mails).toBe(1);
  expect(await targets()).toEqual(
    new Set([`tcp 127.0.0.1:${portOf(smtp.server)}`, `tcp 127.0.0.1:${port}`]),
  );
});

it('G-11 asks Meta for sizes and states, and never who anybody is', async () => {
  const answer = await fetch(`${sandbox}/_sandbox/requests?limit=10000`);
  const { requests } = (await answer.json()) as {
    requests: { method: string; endpoint: string | null; rows: number | null }[];
  };
  const asked = new Set(requests.map(({ method, endpoint }) => `${method} ${endpoint}`));
  expect(asked).toContain('POST users.add');
  // People go there by `users`, and by nothing do they come back: what is read is about the token, the
  // account and the audience as a whole.
  const readable = /^(me|debug_token|account|audiences?|business|systemUser|sessions)(\.|$)/;
  const reads = [...asked].filter((one) => one.startsWith('GET '));
  expect(reads.length).toBeGreaterThan(2);
  for (const read of reads) expect(read.slice('GET '.length)).toMatch(readable);
  const status = await desk.json<{ databases: { name: string; profiles: number }[] }>(['status']);
  expect(status.databases).toMatchObject([{ name: 'main', profiles: 3 }]);
});
