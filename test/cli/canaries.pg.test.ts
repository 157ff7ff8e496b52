import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptTables } from '#store/backup.ts';
import { openStore } from '#store/db.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/** Values that are nowhere else in the world: where one of them is found, it came from there. */
const person = {
  email: 'qzvx-mail@canary.example',
  phone: '+4915199887766',
  first: 'Qzvxanna',
  last: 'Qzvxowitz',
  trait: 'qzvx-plan',
  event: 'qzvx-basket',
};
const hookPath = 'qzvx-hook-9081';

/** A value, and the forms in which it might slip through. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    value.toLowerCase(),
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('hex'),
  ];
}
const leaks = (text: string, values: readonly string[]) =>
  values.filter((value) => formsOf(value).some((form) => text.includes(form)));

let database: Awaited<ReturnType<typeof testDatabase>>;
let desk: Desk;
let token: string;
/** What commands, pages and logs have said. */
const said: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url, MUSTER_DEBUG: '1' });
  const { firstLine } = await desk.start(['sandbox', '--port', '0']);
  token = (JSON.parse(firstLine) as { token: string }).token;
}, 120_000);
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

async function run(...args: string[]): Promise<string> {
  const { stdout, stderr } = await desk.muster(args);
  said.push(stdout, stderr);
  return stdout;
}

/** Every row of every table as text, by table. */
async function dump(): Promise<Map<string, string>> {
  await using store = openStore({ url: database.url });
  const texts = new Map<string, string>();
  for (const { name } of await keptTables(store)) {
    const rows = await store.query<{ row: string }>(`select t::text as row from "${name}" t`);
    texts.set(name, rows.map(({ row }) => row).join('\n'));
  }
  return texts;
}

it('personal data and tokens are where they have to be, and nowhere else (I8)', async () => {
  const { email, phone, first, last, trait, event } = person;
  const people = join(desk.directory, 'people.csv');
  await writeFile(
    people,
    `id,email,phone,first_name,last_name,plan\nC-1,${email},${phone},${first},${last},${trait}\nC-2,two@example.com,,,,free\n`,
  );
  await run('connect', '--sandbox');
  await run('import', people, '--country', 'DE');
  await run(
    'webhook',
    'create',
    'pager',
    '--url',
    `http://127.0.0.1:9/${hookPath}`,
    '--allow-private',
  );
  await run('webhook', 'test', 'pager');
  const rule = join(desk.directory, 'rule.json');
  await writeFile(rule, JSON.stringify({ trait: 'plan', op: 'equals', value: trait }));
  await run('audience', 'create', 'gold', '--rule', rule);
  await run('plan', 'gold');
  await run('sync', 'gold');
  await eventComesIn(email, event);
  for (const command of [
    ['status', '--json'],
    ['doctor'],
    ['why', 'C-1', 'gold', '--json'],
    ['audience', 'details', 'gold', '--json'],
    ['run', 'show', '1', '--json'],
    ['connection', 'show', 'sandbox', '--json'],
    ['events', 'tail', '--json'],
    ['alert', 'list', '--all', '--json'],
    ['webhook', 'list', '--json'],
    ['inspect', people],
  ]) {
    await run(...command);
  }
  // What people call a trait's value stands in rules, which somebody wrote.
  const unseen = [email, phone, first, last, token, hookPath];
  expect(leaks(said.join('\n'), unseen)).toEqual([]);

  const secrets = [token, hookPath];
  const tables = await dump();
  for (const [table, text] of tables) expect([table, ...leaks(text, secrets)]).toEqual([table]);
  const held = [...tables].filter(
    ([, text]) => leaks(text, [email, phone, first, last]).length > 0,
  );
  const mayHold = ['event', 'identity', 'profile', 'profile_change'];
  expect(held.map(([table]) => table).filter((table) => !mayHold.includes(table))).toEqual([]);

  await run('forget', 'C-1');
  const after = await dump();
  const left = [...after].filter(([, text]) => leaks(text, [email, phone, first, last]).length > 0);
  expect(left.map(([table]) => table)).toEqual([]);
  expect(leaks(after.get('event') ?? '', [event])).toEqual([]);

  const file = join(desk.directory, 'backup.gz');
  await run('backup', file);
  const bytes = gunzipSync(await readFile(file)).toString('latin1');
  expect(leaks(bytes, [...secrets, email, phone, first, last])).toEqual([]);
  expect(leaks(said.join('\n'), unseen)).toEqual([]);
}, 240_000);

/** What came in has been worked off. */
async function inboxIsEmpty(): Promise<void> {
  await using store = openStore({ url: database.url });
  for (;;) {
    const [waiting] = await store.query('select 1 from inbox limit 1');
    if (waiting === undefined) return;
    await sleep(100);
  }
}

/** A call of an SDK, by HTTP; it is in the profile when this ends. */
async function eventComesIn(email: string, event: string): Promise<void> {
  const { key } = await desk.json<{ key: string }>(['key', 'create', '--write']);
  const serving = await desk.start(['serve', '--port', '0', '--workers', '0']);
  let errors = '';
  serving.process.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(serving.firstLine)?.[0] ?? '';
  const call = async (path: string, body: object) =>
    await fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        connection: 'close',
      },
      body: JSON.stringify(body),
    });
  const answers = [
    await call('identify', { userId: 'C-1', traits: { email } }),
    await call('track', { userId: 'C-1', event, properties: { email } }),
    await call('track', { userId: 'C-1', properties: { email } }),
  ];
  for (const answer of answers) said.push(await answer.text());
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    said.push(await (await fetch(`${url}${path}`, { headers: { connection: 'close' } })).text());
  }
  await inboxIsEmpty();
  await serving.stop('SIGTERM');
  said.push(serving.firstLine, errors);
}
