import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let ready: { url: string; adAccounts: { id: string }[]; token: string };

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  ready = JSON.parse((await desk.start(['sandbox', '--port', '0'])).firstLine) as typeof ready;
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

/** `connect` to the sandbox's first or another account as if it were Meta. */
function asMeta(place = 0): string[] {
  const account = ready.adAccounts[place]?.id ?? '';
  return ['connect', '--api', ready.url, '--ad-account', account.replace('act_', '')];
}

async function tokenFile(token: string): Promise<string> {
  const path = join(desk.directory, 'token.txt');
  await writeFile(path, `${token}\n`);
  return path;
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it('takes a token from a file, and the account with or without act_', async () => {
  const args = [...asMeta(), '--token-file', await tokenFile(ready.token)];
  const connected = await desk.json(args);
  // It is a sandbox, whatever it was called: its figures must be marked so.
  expect(connected).toMatchObject({ sandbox: true, adAccount: 'act_1000000000001' });
});

it('takes a token from standard input', async () => {
  const { code, stdout, stderr } = await desk.muster([...asMeta(), '--token', '-'], ready.token);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Connected again');
});

it('takes a token as an argument, and warns of it', async () => {
  const { code, stderr } = await desk.muster([...asMeta(), '--token', ready.token]);
  expect(code).toBe(0);
  expect(stderr).toContain('process lists');
  expect(stderr).not.toContain(ready.token);
});

it('keeps one integration a database and account, with the name it was given last', async () => {
  const token = ['--token-file', await tokenFile(ready.token)];
  await desk.json([...asMeta(), ...token, '--name', 'Shop']);
  await desk.json([...asMeta(1), ...token]);
  await desk.json([...asMeta(1), ...token, '--database', 'other']);
  expect(await query('select name, ad_account from integration order by id')).toEqual([
    { name: 'Shop', ad_account: 'act_1000000000001' },
    { name: 'sandbox', ad_account: 'act_1000000000002' },
    { name: 'sandbox 2', ad_account: 'act_1000000000002' },
  ]);
  const taken = await desk.muster([...asMeta(2), ...token, '--name', 'Shop']);
  expect(taken).toMatchObject({ code: 2, stdout: '' });
  expect(taken.stderr).toContain('INTEGRATION_EXISTS');
});

it('asks which one is meant where there are several', async () => {
  const args = ['audience', 'create', 'x', '--rule', '-'];
  const rule = '{"trait":"plan","op":"exists"}';
  const unclear = await desk.muster(args, rule);
  expect(unclear.code).toBe(2);
  expect(unclear.stderr).toMatch(/INTEGRATION_UNCLEAR.*“Shop”.*“sandbox”.*“sandbox 2”/);
  const unknown = await desk.muster([...args, '--integration', 'Shopp'], rule);
  expect(unknown.stderr).toContain('INTEGRATION_UNKNOWN');
  const { code } = await desk.muster([...args, '--integration', 'sandbox 2'], rule);
  expect(code).toBe(0);
  expect(await desk.json(['audience', 'show', 'x'])).toMatchObject({ database: 'other' });
});

it('stores the token sealed and shows it nowhere', async () => {
  const [{ sealed } = {}] = await query('select token_sealed as sealed from connection limit 1');
  expect((sealed as Buffer).includes(Buffer.from(ready.token.slice(0, 12)))).toBe(false);
  const outputs = await Promise.all([
    desk.muster(['status', '--json']),
    desk.muster(['audience', 'list', '--json']),
    desk.muster([...asMeta(), '--token', `${ready.token}x`, '--json']),
  ]);
  for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(ready.token);
});

it.each([
  ['a wrong token', () => asMeta(), 'EAAwrong', 'META_TOKEN', 1],
  ['an unknown account', () => [...asMeta(), '--ad-account', '77'], null, 'META_', 1],
  ['no number', () => [...asMeta(), '--ad-account', 'shop'], null, 'META_ID', 2],
  ['an empty token', () => asMeta(), ' ', 'TOKEN_MISSING', 2],
  ['several words', () => asMeta(), 'two words', 'TOKEN_MISSING', 2],
  ['plain http', () => [...asMeta(), '--api', 'http://example.com'], null, 'API_URL_INVALID', 2],
] as const)('refuses %s and keeps nothing', async (_, args, token, error, exitCode) => {
  const before = await query('select * from connection order by id');
  const { code, stdout, stderr } = await desk.muster(
    [...args(), '--token', '-'],
    token ?? ready.token,
  );
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(error);
  expect(stderr).not.toContain(ready.token);
  expect(await query('select * from connection order by id')).toEqual(before);
});

it('says so when there is no token at all', async () => {
  const { code, stderr } = await desk.muster(asMeta());
  expect(code).toBe(2);
  expect(stderr).toContain('TOKEN_MISSING');
});
