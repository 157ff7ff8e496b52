import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImportReport, SyncReport } from '#sync/reports.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, onlyDocument, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let url: string;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url, MUSTER_SETTLE_MS: '60000' });
  const { firstLine } = await desk.start(['sandbox', '--port', '0']);
  ({ url } = JSON.parse(firstLine) as { url: string });
  await desk.json(['connect', '--sandbox']);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

async function writeCsv(lines: readonly string[]): Promise<string> {
  const path = join(desk.directory, 'people.csv');
  await writeFile(path, `id,email,plan\n${lines.join('\n')}\n`);
  return path;
}

const RULE = '{"trait":"plan","op":"equals","value":"gold"}';

it('4: an import with rejected rows, and only when --strict asks for it', async () => {
  const path = await writeCsv(['1,a@example.com,gold', '2,b@example.com', '3,c@example.com,gold']);
  expect(await desk.json<ImportReport>(['import', path])).toMatchObject({
    rejected: 1,
    created: 2,
  });
  const strict = await desk.muster(['import', path, '--strict', '--json']);
  expect(strict.code).toBe(4);
  expect(onlyDocument<ImportReport>(strict.stdout)).toMatchObject({ rejected: 1, unchanged: 2 });
});

it('2: a file that cannot be used changes nothing', async () => {
  const path = await writeCsv(['9,x@example.com,gold', '10,"cut']);
  const { code, stdout, stderr } = await desk.muster(['import', path, '--json']);
  expect(code).toBe(2);
  expect(onlyDocument(stdout)).toMatchObject({ error: { code: 'IMPORT_FILE_CUT' } });
  expect(stderr).toContain('Error IMPORT_FILE_CUT');
  expect(await desk.json(['status'])).toMatchObject({ databases: [{ profiles: 2 }] });
});

it('4 and 0: rows that the sandbox rejects one by one', async () => {
  const made = await desk.muster(['audience', 'create', 'gold', '--rule', '-'], RULE);
  expect(made.stderr).toContain('Fewer than 1,000 people (2): too small to be effective');
  expect(made.code).toBe(0);
  await fetch(`${url}/_sandbox/faults`, {
    method: 'POST',
    body: JSON.stringify({ name: 'invalidRows', on: 'users', valuePrefix: '3', times: null }),
  });
  const { code, stdout } = await desk.muster(['sync', 'gold', '--strict', '--json']);
  const report = onlyDocument<SyncReport>(stdout);
  expect(report).toMatchObject({ state: 'partial', accepted: 1, rejected: 1 });
  expect(Object.values(report.rejectedBy)).toEqual([1]);
  expect(code).toBe(4);
  await fetch(`${url}/_sandbox/faults`, { method: 'DELETE' });
});

it('5: the opposite of what was just said waits for its window', async () => {
  await desk.json(['import', await writeCsv(['1,a@example.com,free']), '--mirror']);
  const waits = await desk.muster(['sync', 'gold', '--json']);
  const report = onlyDocument<SyncReport>(waits.stdout);
  expect(report.state).toBe('waiting');
  expect(report.waiting).toBeGreaterThan(0);
  const inMs = Date.parse(report.waitingUntil ?? '') - Date.now();
  expect(inMs).toBeGreaterThan(25_000);
  expect(inMs).toBeLessThan(120_000);
  expect(waits.code).toBe(5);
  const shown = await desk.muster(['sync', '--all']);
  expect(shown.code).toBe(5);
  expect(shown.stdout).toContain('What waits is safe');
});

it('1: one audience that fails does not keep the others from being sent', async () => {
  const args = ['audience', 'create', 'all', '--rule', '-'];
  await desk.muster(args, '{"trait":"plan","op":"exists"}');
  await fetch(`${url}/_sandbox/faults`, {
    method: 'POST',
    body: JSON.stringify({ name: 'termsRevoked', on: 'audiences.create', times: 1 }),
  });
  await desk.muster(['audience', 'create', 'first', '--rule', '-'], RULE);
  const failed = await desk.muster(['sync', '--all', '--json']);
  expect(failed.code).toBe(1);
  const { audiences } = onlyDocument<{ audiences: object[] }>(failed.stdout);
  expect(audiences).toMatchObject([
    { audience: 'gold', state: 'waiting' },
    { audience: 'all', error: { code: 'META_TERMS' } },
    { audience: 'first', state: 'succeeded' },
  ]);
});

it.each([
  [['sync', 'nobody'], 2, 'AUDIENCE_UNKNOWN'],
  [['plan', 'nobody'], 2, 'AUDIENCE_UNKNOWN'],
  [['audience', 'show', 'nobody'], 2, 'AUDIENCE_UNKNOWN'],
  [['audience', 'members', 'nobody'], 2, 'AUDIENCE_UNKNOWN'],
  [['audience', 'activate', 'nobody'], 2, 'AUDIENCE_UNKNOWN'],
  [['apply', 'abc'], 2, 'PLAN_UNKNOWN'],
  [['release', '4711', '--by', 'Ana'], 2, 'RUN_UNKNOWN'],
  [['import', 'nowhere.csv'], 2, 'IMPORT_FILE_UNREADABLE'],
  [['audience', 'count', '--rule', 'nowhere.json'], 2, 'FILE_UNREADABLE'],
])('%j ends with %i and %s', async (args, exitCode, error) => {
  const { code, stdout, stderr } = await desk.muster(args);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(`Error ${error}`);
});

it('1: a database that is not there', async () => {
  const lost = await openDesk({ DATABASE_URL: 'postgresql://muster:secret@127.0.0.1:1/none' });
  await using _ = lost;
  const { code, stdout, stderr } = await lost.muster(['status']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Error STORE_UNREACHABLE');
  expect(stderr).not.toContain('secret');
});

it('writes down what changed something, with its exit code, and nothing personal', async () => {
  await desk.muster(['audience', 'create', 'noted', '--rule', '-'], RULE);
  const before = (await log()).length;
  for (const look of [
    ['plan', 'noted'],
    ['audience', 'list'],
    ['audience', 'show', 'noted'],
    ['audience', 'schedule', 'noted'],
    ['audience', 'edit', 'noted', '--folder', 'Here'],
    ['audit', 'verify'],
  ]) {
    expect((await desk.muster(look)).code, look.join(' ')).toBe(0);
  }
  // What was refused changed nothing.
  expect((await desk.muster(['audience', 'activate', 'not-there'])).code).toBe(2);
  expect((await log()).length).toBe(before);

  const person = ['C-70707', 'email=zoe@example.com'];
  expect((await desk.muster(['profile', 'add', ...person])).code).toBe(0);
  expect((await desk.muster(['consent', 'C-70707', '--no', '--proof', 'letter 3'])).code).toBe(0);
  const { code } = await desk.muster(['forget', 'C-70707']);
  expect((await desk.muster(['audience', 'schedule', 'noted', '--by-hand'])).code).toBe(0);
  expect((await desk.muster(['user', 'invite', 'zoe@example.com'])).code).toBe(0);
  const noted = (await log()).slice(0, -before).toReversed();
  expect(noted.map(({ action, subject, detail }) => [action, subject, detail])).toEqual([
    ['profile.add', null, { options: [], exitCode: 0 }],
    ['consent', null, { options: ['--no', '--proof'], exitCode: 0 }],
    ['forget', null, { options: [], exitCode: code }],
    ['audience.schedule', 'audiences/noted', { options: ['--by-hand'], exitCode: 0 }],
    // Once, for it writes its own; the first one is owner whatever was asked for.
    ['invitation.create', expect.stringMatching(/^invitations\/\d+$/), { role: 'owner' }],
  ]);
  expect(new Set(noted.map(({ actor }) => `${actor.kind} ${actor.name}`))).toEqual(
    new Set([`terminal ${userInfo().username}`]),
  );
  expect(JSON.stringify(noted)).not.toMatch(/70707|zoe|letter/);
});

interface Entry {
  readonly actor: { readonly kind: string; readonly name: string };
  readonly action: string;
  readonly subject: string | null;
  readonly detail: object | null;
}

/** The newest first. */
async function log(): Promise<readonly Entry[]> {
  return (await desk.json<{ entries: Entry[] }>(['audit', 'list', '--limit', '1000'])).entries;
}
