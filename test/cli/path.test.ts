import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportReport, PlanReport, SyncReport } from '#sync/reports.ts';
import { type Desk, onlyDocument, openDesk, type Running } from './_muster.ts';

/** The whole way as somebody walks it: the embedded Postgres, a sandbox process, one shell. */
let desk: Desk;
let sandbox: Running;
let page: Running;
let ready: { url: string; adAccounts: { id: string; name: string }[]; token: string };

beforeAll(async () => {
  desk = await openDesk();
  sandbox = await desk.start(['sandbox', '--port', '0']);
  ready = JSON.parse(sandbox.firstLine) as typeof ready;
  // It keeps the database up, and the commands below attach to it.
  page = await desk.start(['serve', '--port', '0']);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const GOLD = '{"trait":"plan","op":"equals","value":"gold"}';

/** `people.csv` with customers 1 to `count`; every second one is gold. */
async function writePeople(count: number): Promise<string> {
  const lines = Array.from({ length: count }, (_, i) => {
    const plan = i % 2 === 0 ? 'gold' : 'free';
    return `c${i + 1}, Person${i + 1}@Example.com ,${plan}`;
  });
  const path = join(desk.directory, 'people.csv');
  await writeFile(path, `id,email,plan\n${lines.join('\n')}\n`);
  return path;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the sandbox really holds: EXTERN_ID and EMAIL of every row, in order. */
async function heldRows(metaAudienceId: string | null): Promise<string[]> {
  const answer = await fetch(`${ready.url}/_sandbox/audiences/${metaAudienceId}/rows`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as string[]).slice(0, 2).join(' ')).toSorted();
}

/** The same from nothing but the file: customers 1, 3, 5, … up to `count`. */
function goldRows(count: number): string[] {
  const numbers = Array.from({ length: count }, (_, i) => i + 1).filter((n) => n % 2 === 1);
  return numbers.map((n) => `c${n} ${sha256(`person${n}@example.com`)}`).toSorted();
}

describe('the way from a file to Meta', () => {
  let metaAudienceId: string | null = null;

  it('begins with a sandbox that says how to reach it', () => {
    expect(Object.keys(ready)).toEqual(['url', 'adAccounts', 'token']);
    expect(ready.adAccounts[0]?.id).toMatch(/^act_\d+$/);
  });

  it('connects before anybody was imported', async () => {
    const connected = await desk.json(['connect', '--sandbox']);
    const [account] = ready.adAccounts;
    expect(connected).toMatchObject({
      ...{ integration: 'sandbox', database: 'main', sandbox: true, replaced: false },
      adAccount: account?.id,
      accountName: account?.name,
    });
    expect((await stat(join(desk.directory, 'key'))).mode & 0o777).toBe(0o600);
    expect(await desk.json(['connect', '--sandbox'])).toMatchObject({ replaced: true });
  });

  it('imports, and changes nothing when only looking', async () => {
    const path = await writePeople(100);
    const looked = await desk.json<ImportReport>(['import', path, '--dry-run']);
    expect(looked).toMatchObject({ dryRun: true, rows: 100, created: 100 });
    const report = await desk.json<ImportReport>(['import', path]);
    expect(report).toMatchObject({
      ...{ database: 'main', rows: 100, created: 100, updated: 0, unchanged: 0, deleted: 0 },
      ...{ rejected: 0, rejectedFile: null, dryRun: false },
      mapped: { email: 'email' },
      traits: { plan: 'text' },
    });
    expect(await desk.json(['import', path])).toMatchObject({ created: 0, unchanged: 100 });
  });

  it('counts what a rule finds, and makes an audience of it that nobody is told of', async () => {
    const rule = join(desk.directory, 'gold.json');
    await writeFile(rule, GOLD);
    expect(await desk.json(['audience', 'count', '--rule', rule])).toEqual({ count: 50 });
    const made = await desk.json(['audience', 'create', 'gold', '--rule', rule]);
    expect(made).toMatchObject({
      ...{ name: 'gold', database: 'main', integration: 'sandbox', state: 'never' },
      ...{ metaAudienceId: null, activatedAt: null, customerFileSource: 'USER_PROVIDED_ONLY' },
      lastRun: null,
    });
    const again = await desk.muster(['audience', 'create', 'gold', '--rule', rule]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('AUDIENCE_EXISTS');
  });

  it('plans without sending, and applies exactly that plan', async () => {
    const plan = await desk.json<PlanReport>(['plan', 'gold']);
    expect(plan).toMatchObject({ audience: 'gold', adds: 50, removes: 0, updates: 0, requests: 1 });
    expect(await (await fetch(`${ready.url}/_sandbox/audiences`)).json()).toEqual({
      audiences: [],
    });
    const applied = await desk.json<SyncReport>(['apply', plan.checksum]);
    expect(applied).toMatchObject({ state: 'succeeded', added: 50, accepted: 50, rejected: 0 });
    metaAudienceId = applied.metaAudienceId;
    expect(await heldRows(metaAudienceId)).toEqual(goldRows(100));
    const stale = await desk.muster(['apply', plan.checksum, '--json']);
    expect(stale.code).toBe(2);
    expect(onlyDocument(stale.stdout)).toMatchObject({ error: { code: 'PLAN_STALE' } });
  });

  it('syncs what changed and nothing else', async () => {
    await desk.json(['import', await writePeople(90), '--mirror']);
    const report = await desk.json<SyncReport>(['sync', 'gold']);
    expect(report).toMatchObject({ state: 'succeeded', added: 0, removed: 5, members: 45 });
    expect(await heldRows(metaAudienceId)).toEqual(goldRows(90));
    expect(await desk.json(['audience', 'show', 'gold'])).toMatchObject({ state: 'up to date' });
    const nothing = await desk.json<SyncReport>(['sync', 'gold']);
    expect(nothing).toMatchObject({ state: 'succeeded', requestsUsed: 0, adds: 0, removes: 0 });
  });

  it('lists the members, one a line', async () => {
    const { stdout } = await desk.muster(['audience', 'members', 'gold', '--json']);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(ids).toHaveLength(45);
    expect(ids).toContainEqual({ externalId: 'c89' });
    expect(ids).not.toContainEqual({ externalId: 'c91' });
  });

  it('holds a removal of most people until somebody answers for it', async () => {
    await desk.json(['import', await writePeople(10), '--mirror']);
    const held = await desk.muster(['sync', 'gold', '--json']);
    expect(held.code).toBe(3);
    const report = onlyDocument<SyncReport>(held.stdout);
    expect(report).toMatchObject({ state: 'held', removed: 0, guard: { verdict: 'hold' } });
    expect(await heldRows(metaAudienceId)).toEqual(goldRows(90));
    const status = await desk.muster(['status']);
    expect(status.stdout).toContain(`muster release ${report.runId} --by YOUR_NAME`);
    const released = await desk.json<SyncReport>(['release', report.runId, '--by', 'Ana']);
    expect(released).toMatchObject({ state: 'succeeded', removed: 40 });
    expect(await heldRows(metaAudienceId)).toEqual(goldRows(10));
  });

  it('tells what is there, for programs and for people', async () => {
    const overview = await desk.json(['status']);
    expect(overview).toMatchObject({
      dataDirectory: desk.directory,
      server: { kind: 'embedded' },
      sandbox: ready.url,
      databases: [{ name: 'main', profiles: 10 }],
      audiences: [{ name: 'gold', members: 5, sandbox: true, atSandbox: { rowsHeld: 5 } }],
    });
    const { stdout } = await desk.muster(['audience', 'list']);
    expect(stdout).toMatch(/^gold +main +sandbox \(sandbox\) +\S.* 5 /m);
    expect(JSON.stringify(overview)).not.toContain(ready.token);
  });
});

describe('the status page', () => {
  const urlOf = (path: string) => `${/http:\S+/.exec(page.firstLine)?.[0] ?? ''}${path}`;
  let headers: Record<string, string>;

  beforeAll(async () => {
    const rights = ['--role', 'viewer', '--personal-data'];
    const { key } = await desk.json<{ key: string }>(['key', 'create', ...rights]);
    headers = { authorization: `Bearer ${key}` };
  });

  it('is plain HTML that says what is simulated, and runs no script', async () => {
    const answer = await fetch(urlOf('/status'), { headers });
    const text = await answer.text();
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toContain('gold <span class="mark">sandbox</span>');
    expect(text).toContain('simulated Meta');
    expect(text).not.toContain('<script');
    expect(text).not.toContain(ready.token);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('says the same as `muster status --json`', async () => {
    const { at: _, ...shown } = (await (
      await fetch(urlOf('/status.json'), { headers })
    ).json()) as {
      at: string;
    };
    expect(await desk.json(['status'])).toMatchObject(shown);
  });

  it('is well', async () => {
    expect(await (await fetch(urlOf('/healthz'))).json()).toEqual({ ok: true });
  });

  it('tells strangers nothing, and changes nothing', async () => {
    for (const path of ['/status', '/status.json', '/runs.json', '/doctor.json']) {
      expect((await fetch(urlOf(path))).status, path).toBe(401);
    }
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect((await fetch(urlOf('/status'), { method, headers })).status).toBe(404);
    }
  });

  it('gives way to whoever has the port', async () => {
    const port = new URL(urlOf('/status')).port;
    const { code, stderr } = await desk.muster(['serve', '--port', port]);
    expect(code).toBe(1);
    expect(stderr).toContain('PORT_TAKEN');
  });
});

describe('stopping', () => {
  it('ends the sandbox with 130 and takes its note away; then a sync says what is missing', async () => {
    expect(existsSync(join(desk.directory, 'sandbox.json'))).toBe(true);
    expect(await sandbox.stop('SIGINT')).toBe(130);
    expect(existsSync(join(desk.directory, 'sandbox.json'))).toBe(false);
    const sync = () => desk.muster(['sync', 'gold', '--json']);
    let failed = await sync();
    // A run that a worker of the page has in hand ends first.
    for (let i = 0; i < 4 && !failed.stdout.includes('SANDBOX_SILENT'); i++) failed = await sync();
    expect(onlyDocument(failed.stdout)).toMatchObject({ error: { code: 'SANDBOX_SILENT' } });
    expect(failed.code).toBe(1);
    const missing = await desk.muster(['connect', '--sandbox']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('SANDBOX_NOT_RUNNING');
  });

  it('leaves no Postgres behind once the last command is over', async () => {
    expect(await page.stop('SIGTERM')).toBe(130);
    expect(existsSync(join(desk.directory, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});
