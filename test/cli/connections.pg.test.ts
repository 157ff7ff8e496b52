import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk, type Running } from './_muster.ts';

/** Credentials over a whole life, by commands, against a sandbox whose tokens live and die. */
let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Running;
let ready: { url: string; adAccounts: { id: string }[]; token: string };
let audiences = 0;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  sandbox = await desk.start(['sandbox', '--port', '0']);
  ready = JSON.parse(sandbox.firstLine) as typeof ready;
  const people = join(desk.directory, 'people.csv');
  await writeFile(people, 'id,email,plan\n1,ana@example.com,gold\n2,bo@example.com,gold\n');
  await desk.json(['import', people]);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

async function admin<T>(path: string, body?: object): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`${ready.url}/_sandbox/${path}`, body === undefined ? {} : init);
  expect(answer.ok, path).toBe(true);
  return (await answer.json()) as T;
}

interface Given {
  readonly id: string;
  readonly token: string;
}

async function given(token: string): Promise<string> {
  const path = join(desk.directory, `token-${token.slice(-8)}`);
  await writeFile(path, `${token}\n`);
  return path;
}

const account = (place: number) => must(ready.adAccounts[place], 'the sandbox has three').id;
const at = (place: number) => ['connect', '--api', ready.url, '--ad-account', account(place)];

async function audienceOn(integration: string, ...options: string[]): Promise<string> {
  const name = `gold ${(audiences += 1)}`;
  const rule = '{"trait":"plan","op":"equals","value":"gold"}';
  const args = [
    'audience',
    'create',
    name,
    '--rule',
    '-',
    '--integration',
    integration,
    ...options,
  ];
  expect((await desk.muster(args, rule)).code).toBe(0);
  return name;
}

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly tokenKind: string | null;
  readonly tokenEndsAt: string | null;
  readonly stopped: { code: string; metaSubcode: number } | null;
}

const shown = (name: string) => desk.json<Shown>(['connection', 'show', name]);
const dayMs = 86_400_000;

it.each([
  [15, 'ok'],
  [13, 'ends soon'],
  [6, 'ends soon'],
  [0.5, 'ends soon'],
])('a token that ends in %d days is %s', async (days, state) => {
  const token = await admin<Given>('tokens', { expiresInSeconds: days * 86_400 });
  const file = await given(token.token);
  await desk.json([...at(0), '--token-file', file, '--name', 'Shop']);
  const connection = await shown('Shop');
  expect(connection).toMatchObject({ state, tokenKind: 'SYSTEM_USER' });
  const endsInMs = Date.parse(connection.tokenEndsAt ?? '') - Date.now();
  expect(Math.abs(endsInMs - days * dayMs)).toBeLessThan(60_000);
  const { stdout } = await desk.muster(['status']);
  expect(stdout.includes('Each newly generated token replaces the previous')).toBe(state !== 'ok');
});

it('a token that never ends says so, and one that Meta says nothing of is unknown, not guessed', async () => {
  await desk.json([...at(0), '--token-file', await given(ready.token)]);
  expect(await shown('Shop')).toMatchObject({ state: 'ok', tokenEndsAt: 'never' });
  // Without the app the token asks about itself, and that may be refused.
  await admin('faults', { name: 'tokenDead', on: 'debug_token', times: 1 });
  await desk.json([...at(0), '--token-file', await given(ready.token)]);
  expect(await shown('Shop')).toMatchObject({ tokenEndsAt: null, tokenKind: null });
  expect((await desk.muster(['connection', 'show', 'Shop'])).stdout).toContain(
    'unknown: Meta did not say',
  );
});

it('a dead token stops its connection and nothing else, and what waited goes out after reconnecting', async () => {
  const dying = await admin<Given>('tokens', { expiresInSeconds: 60 * 86_400 });
  await desk.json([...at(0), '--token-file', await given(ready.token)]);
  await desk.json([...at(1), '--token-file', await given(dying.token), '--name', 'UK']);
  const [own, uk] = [await audienceOn('Shop'), await audienceOn('UK')];
  await desk.json(['sync', uk]);
  await admin(`tokens/${dying.id}`, { endedBy: 460 });
  await writeFile(
    join(desk.directory, 'people.csv'),
    'id,email,plan\n1,ana@example.com,gold\n2,bo@example.com,gold\n3,cy@example.com,gold\n',
  );
  await desk.json(['import', join(desk.directory, 'people.csv')]);
  const failed = await desk.muster(['sync', uk]);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(
    /META_TOKEN.*password.*190\/460[^]*Next: Reconnect.*muster connect/,
  );
  expect(await desk.json(['sync', own])).toMatchObject({ state: 'succeeded', added: 3 });
  expect(await shown('Shop')).toMatchObject({ state: 'ok', stopped: null });
  expect(await shown('UK')).toMatchObject({
    state: 'Reconnect',
    stopped: { code: 'META_TOKEN', metaSubcode: 460 },
  });
  const serving = await desk.start(['serve', '--port', '0']);
  const fresh = await admin<Given>('tokens', {});
  const again = ['connect', '--connection', 'UK', '--token-file', await given(fresh.token)];
  await desk.json(again);
  expect(await shown('UK')).toMatchObject({ state: 'ok', stopped: null });
  // Nobody asks for it: it goes by itself.
  const { metaAudienceId } = await desk.json<{ metaAudienceId: string }>(['audience', 'show', uk]);
  const held = async () =>
    (await admin<{ rowsHeld: number }>(`audiences/${metaAudienceId}`)).rowsHeld;
  await expect.poll(held, { timeout: 30_000, interval: 500 }).toBe(3);
  await serving.stop('SIGTERM');
});

it('terms that are not accepted block saving, with the link, until somebody accepted them', async () => {
  await admin(`accounts/${account(2)}`, { hasAcceptedTerms: false });
  const args = [...at(2), '--token-file', await given(ready.token), '--name', 'US'];
  const blocked = await desk.muster(args);
  expect(blocked.code).toBe(1);
  const link = `customaudiences/tos/?act=${account(2).replace('act_', '')}`;
  expect(blocked.stderr).toContain(link);
  expect(blocked.stderr).toContain('✗ terms');
  expect((await desk.muster(['integration', 'list'])).stdout).not.toContain('US');
  await admin(`accounts/${account(2)}`, { hasAcceptedTerms: true });
  expect((await desk.muster(args)).code).toBe(0);
  // Taken back later, they stop that ad account alone, and the check-list starts it again.
  const us = await audienceOn('US');
  await admin(`accounts/${account(2)}`, { hasAcceptedTerms: false });
  const refused = await desk.muster(['sync', us]);
  expect(refused.stderr).toMatch(/META_TERMS[^]*customaudiences\/tos/);
  const doctor = await desk.muster(['doctor', '--json']);
  expect(doctor.code).toBe(1);
  await admin(`accounts/${account(2)}`, { hasAcceptedTerms: true });
  const well = await desk.json<{ ok: boolean }>(['doctor']);
  expect(well.ok).toBe(true);
  expect(await desk.json(['sync', us])).toMatchObject({ state: 'succeeded' });
});

it('what is wrong with the other ad account of one audience stops no other audience', async () => {
  const here = await audienceOn('US');
  const abroad = await audienceOn('US', '--ad-account', account(1));
  await admin(`accounts/${account(1)}`, { hasAcceptedTerms: false });
  expect((await desk.muster(['sync', abroad])).stderr).toContain('META_TERMS');
  expect(await desk.json(['sync', here])).toMatchObject({ state: 'succeeded' });
  await admin(`accounts/${account(1)}`, { hasAcceptedTerms: true });
  expect(await desk.json(['sync', abroad])).toMatchObject({ state: 'succeeded' });
});

it.each([
  [{ owner: null }, '✗ business', 'Add the ad account to a business portfolio'],
  [{ tasks: ['ANALYZE'] }, '✗ role', 'admin or advertiser'],
])('what is missing is named with its remedy: %j', async (change, line, remedy) => {
  await admin(`accounts/${account(2)}`, change);
  const { code, stdout } = await desk.muster(['doctor', 'US']);
  expect({ code, stdout: stdout.includes(line) && stdout.includes(remedy) }).toEqual({
    ...{ code: 1, stdout: true },
  });
  await admin(`accounts/${account(2)}`, { owner: 'own', tasks: ['ADVERTISE', 'MANAGE'] });
});

it('a token without ads_management is refused before it is kept', async () => {
  const token = await admin<Given>('tokens', { scopes: ['ads_read'] });
  const refused = await desk.muster([...at(2), '--token-file', await given(token.token)]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/✗ permissions +ads_management is missing[^]*META_PERMISSION/);
});

it('a disabled integration sends nothing, keeps what waits, and sends it when enabled', async () => {
  const name = await audienceOn('Shop');
  await desk.json(['integration', 'disable', 'Shop']);
  const total = async () => (await admin<{ total: number }>('requests')).total;
  const before = await total();
  const { code, stderr } = await desk.muster(['sync', name]);
  expect({ code, sent: (await total()) - before }).toEqual({ code: 2, sent: 0 });
  expect(stderr).toContain('DESTINATION_DISABLED');
  expect((await desk.muster(['integration', 'list'])).stdout).toMatch(/Shop.* off\n/);
  await desk.json(['integration', 'enable', 'Shop']);
  expect(await desk.json(['sync', name])).toMatchObject({ state: 'succeeded', added: 3 });
});

it('an integration is renamed, and never to a name that is taken', async () => {
  await desk.json(['integration', 'rename', 'Shop', 'Shop, Europe']);
  const taken = await desk.muster(['integration', 'rename', 'Shop, Europe', 'UK']);
  expect(taken.stderr).toContain('INTEGRATION_EXISTS');
  await desk.json(['integration', 'rename', 'Shop, Europe', 'Shop']);
});

it('a further ad account goes through a connection that is there', async () => {
  const connected = await desk.json<{ connection: string; integration: string }>([
    ...['connect', '--connection', 'US', '--ad-account', account(0), '--database', 'other'],
  ]);
  expect(connected.connection).toBe('US');
  const { connections } = await desk.json<{
    connections: { name: string; integrations: { adAccount: string }[] }[];
  }>(['connection', 'list']);
  const us = connections.find(({ name }) => name === 'US');
  expect(us?.integrations.map(({ adAccount }) => adAccount)).toEqual([account(2), account(0)]);
});

it('a new key seals everything anew, and the old one opens nothing any more', async () => {
  expect(await desk.json(['connection', 'rotate-key'])).toEqual({
    ...{ connections: 3, oldKeyGone: true },
  });
  expect((await desk.json<{ ok: boolean }>(['doctor'])).ok).toBe(true);
  const key = join(desk.directory, 'key');
  await rm(key);
  const lost = await desk.muster(['doctor', 'US']);
  expect(lost.code).toBe(1);
  expect(lost.stdout).toContain('cannot be opened with this key');
});

it('a person logs in, and the ad accounts that they granted are listed', async () => {
  const app = await admin<{ id: string; secret: string }>('app');
  const secret = join(desk.directory, 'secret');
  await writeFile(secret, app.secret);
  const launcher = fileURLToPath(new URL('../../bin/muster', import.meta.url));
  const args = ['connect', '--login', '--api', ready.url, '--login-port', '0', '--json'];
  const child = spawn(launcher, [...args, '--app-id', app.id, '--app-secret-file', secret], {
    env: { ...process.env, MUSTER_DATA: desk.directory, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = text(child.stdout);
  let dialog: URL | null = null;
  for await (const chunk of child.stderr) {
    dialog = URL.parse(/http\S+dialog\S+/.exec(String(chunk))?.[0] ?? '') ?? dialog;
    if (dialog !== null) break;
  }
  const asked = must(dialog, 'the command says where to log in');
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
  expect(asked.searchParams.get('scope')).toContain('ads_management');
  const redirect = must(asked.searchParams.get('redirect_uri'), 'it says where to come back');
  const forged = await fetch(`${redirect}?code=x&state=forged`);
  expect(forged.status).toBe(400);
  const agreed = await fetch(asked, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([
      ['decision', 'grant'],
      ...['ads_management', 'ads_read', 'business_management'].map((one) => ['scope', one]),
      ['account', account(1)],
    ] as [string, string][]),
  });
  await fetch(must(agreed.headers.get('location'), 'the dialog sends the browser back'));
  expect(JSON.parse(await output)).toMatchObject({
    tokenKind: 'USER',
    adAccounts: [{ id: account(1) }],
  });
});
