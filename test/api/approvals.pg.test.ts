import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sendLetters } from '#alerts/approval-letters.ts';
import { createMailer } from '#alerts/mail.ts';
import { Secret } from '#config/secret.ts';
import { approvalUrl } from '#http/auth/approval-link.ts';
import { must } from '#domain/errors/assert.ts';
import { takeOne } from '#jobs/workers.ts';
import { requestRun } from '#store/run-queue.ts';
import { deleteProfile } from '#sync/profiles.ts';
import { silentLog } from '../support/silent-log.ts';
import { type Answer, type Browser, type Door, openDoor } from './_door.ts';
import { installationOf } from './_desk.ts';
import { typed } from './_terminal.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What is more than one person may send waits for a second one (docs/guide/approval.md). */
let door: Door;
let ana: Browser;
let bo: Browser;
let vi1: Browser;
let smtp: SMTPServer;
const mails: { to: string; body: string }[] = [];
const password = 'correct horse battery';
const secret = new Secret('of these tests, and long enough to be one');
const hourMs = 3_600_000;

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      void text(stream).then((body) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), body });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  door = await openDoor();
  ana = await join(await door.firstStart(), 'ana@example.com', 'Ana');
  bo = await join(await door.invite('bo@example.com', { role: 'editor' }), null, 'Bo');
  vi1 = await join(await door.invite('vi@example.com', { role: 'viewer' }), null, 'Vi');
  const limits = { approval: { peopleAtMost: 5, removalsAtMost: 3 } };
  const set = await ana.ask('PATCH', '/databases/1/settings', limits);
  expect(set.body).toMatchObject({ settings: limits, changed: true });
});
afterAll(async () => {
  await door[Symbol.asyncDispose]();
  smtp.close();
  await once(smtp.server, 'close');
});

async function join(token: string, email: string | null, name: string): Promise<Browser> {
  const browser = door.browser();
  const wish = { token, name, password, ...(email === null ? {} : { email }) };
  const joined = await browser.ask('POST', '/auth/accept', wish);
  expect(joined.status).toBe(200);
  return browser;
}

/** `count` people whose plan is `plan`, and who said no where `no` has their number. */
function people(plan: string, count: number, no: readonly number[] = []): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const consent = no.includes(i) ? 'no' : 'yes';
    return `${plan}-${i},${plan}${i}@example.com,${plan},${consent}`;
  });
  return `id,email,plan,consent\n${lines.join('\n')}\n`;
}

async function work(): Promise<void> {
  while (await takeOne(door.place.muster, false, silentLog)) {
    // Until nothing is due.
  }
}

/** An audience of everybody with that plan, whom Ana sends. */
async function asks(plan: string, count: number): Promise<{ id: string; runId: string }> {
  await door.place.receive(people(plan, count));
  const rule = { trait: 'plan', op: 'equals', value: plan };
  const { body } = await ana.ask('POST', '/audiences', { name: plan, rule });
  const id = String(body['id']);
  const begun = await ana.ask('POST', `/audiences/${id}/sync`, {});
  expect(begun.status).toBe(202);
  await work();
  return { id, runId: String(begun.body['runId']) };
}

const stateOf = async (runId: string) => (await ana.ask('GET', `/runs/${runId}`)).body;
const membersAtMeta = async (id: string) => {
  const { body } = await ana.ask('GET', `/audiences/${id}`);
  return await door.place.heldRows(body['metaAudienceId'] as string | null);
};

/** A command as somebody at the machine types it. */
async function muster(...args: string[]): Promise<{ code: number; output: string }> {
  const { tools } = installationOf(door.place, '/nowhere');
  const { code, output, messages } = await typed(door.place.muster, tools, args);
  return { code, output: output + messages };
}

/** What the letters that are due bring, by who gets them. */
async function letters(): Promise<Record<string, string>> {
  mails.length = 0;
  const { port } = smtp.server.address() as AddressInfo;
  const mailer = createMailer(new Secret(`smtp://127.0.0.1:${port}`), 'muster@example.com');
  const urlFor = (letter: Parameters<typeof approvalUrl>[2]) =>
    Promise.resolve(approvalUrl(door.url, secret, letter, door.place.clock.nowMs));
  await sendLetters(door.place.muster.store, { mailer, urlFor });
  return Object.fromEntries(
    mails.map(({ to, body }) => {
      const plain = body.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
      return [to, /https?:\/\/\S+\/approval\/\S+/.exec(plain)?.[0] ?? ''];
    }),
  );
}

const post = async (url: string, form: Record<string, string> = {}) => {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, page: await response.text() };
};

const codeOf = ({ status, body }: Answer) => [status, body['code']];

it('holds what is too many, refuses who asked and who only looks, and goes when another says so', async () => {
  const { id, runId } = await asks('gold', 8);
  expect(await stateOf(runId)).toMatchObject({
    ...{ state: 'held', added: 0, error: { code: 'APPROVAL_NEEDED' } },
  });
  expect(await membersAtMeta(id)).toHaveLength(0);
  const { body: question } = await bo.ask('GET', `/runs/${runId}/approval`);
  expect(question).toMatchObject({
    ...{ state: 'open', adds: 8, removes: 0, peopleAtMost: 5, askedBy: 'Ana', mine: false },
    mayAnswer: ['Bo'],
  });
  const plan = await bo.ask('POST', `/audiences/${id}/plans`, {});
  expect(plan.body).toMatchObject({ approval: { needed: true, people: 8 } });
  const own = await ana.ask('POST', `/runs/${runId}/approve`, {});
  expect(codeOf(own)).toEqual([403, 'APPROVAL_OWN']);
  expect(own.body['detail']).toContain('Ana asked; Bo may answer');
  expect(codeOf(await vi1.ask('POST', `/runs/${runId}/approve`, {}))).toEqual([
    ...[403, 'API_NOT_ALLOWED'],
  ]);
  expect(codeOf(await ana.ask('POST', `/runs/${runId}/release`, {}))).toEqual([
    ...[409, 'APPROVAL_NEEDED'],
  ]);
  // A key that Ana made is Ana.
  const made = await ana.ask('POST', '/keys', { name: 'script', role: 'owner' });
  const key = { authorization: `Bearer ${String(made.body['key'])}` };
  const byKey = await door.browser().ask('POST', `/runs/${runId}/approve`, {}, key);
  expect(codeOf(byKey)).toEqual([403, 'APPROVAL_OWN']);
  const said = await bo.ask('POST', `/runs/${runId}/approve`, { note: 'as agreed' });
  expect(said.status).toBe(202);
  await work();
  expect(await stateOf(String(said.body['runId']))).toMatchObject({ state: 'succeeded', added: 8 });
  expect(await membersAtMeta(id)).toHaveLength(8);
  expect((await bo.ask('GET', `/runs/${runId}/approval`)).body).toMatchObject({
    ...{ state: 'done', decidedBy: 'Bo', note: 'as agreed' },
  });
  expect(codeOf(await bo.ask('POST', `/runs/${runId}/approve`, {}))).toEqual([
    ...[409, 'APPROVAL_DECIDED'],
  ]);
});

it('lets opt-outs and people taken out by hand go at once, and what is little with nobody asked', async () => {
  const [{ id }] = (await ana.ask('GET', '/audiences')).body['items'] as [{ id: string }];
  // What was added can no longer land late.
  door.place.clock.nowMs += hourMs;
  await door.place.receive(people('gold', 14, [0]));
  await deleteProfile(door.place.muster, { database: 'main', externalId: 'gold-1' });
  const { body } = await ana.ask('POST', `/audiences/${id}/sync`, {});
  await work();
  const run = await stateOf(String(body['runId']));
  expect(run).toMatchObject({ state: 'held', added: 0, error: { code: 'APPROVAL_NEEDED' } });
  expect(await membersAtMeta(id)).toHaveLength(6);
  await ana.ask('PATCH', '/databases/1/settings', { approval: { peopleAtMost: 6 } });
  const again = await ana.ask('POST', `/audiences/${id}/sync`, {});
  await work();
  expect(await stateOf(String(again.body['runId']))).toMatchObject({
    state: 'succeeded',
    added: 6,
  });
  expect(await membersAtMeta(id)).toHaveLength(12);
  await ana.ask('PATCH', '/databases/1/settings', { approval: { peopleAtMost: 5 } });
});

it('asks about many who would leave, and keeps the question for as long as it is the same', async () => {
  const [{ id }] = (await ana.ask('GET', '/audiences')).body['items'] as [{ id: string }];
  await door.place.receive(
    people('free', 6).replaceAll('free-', 'gold-').replaceAll('free', 'none'),
  );
  const first = await ana.ask('POST', `/audiences/${id}/sync`, {});
  await work();
  const runId = String(first.body['runId']);
  expect((await bo.ask('GET', `/runs/${runId}/approval`)).body).toMatchObject({ removes: 4 });
  const url = must((await letters())['bo@example.com'], 'Bo gets a letter');
  // Somebody else's people change, and another run looks: it is the same question.
  await door.place.receive(people('tin', 2));
  await requestRun(door.place.muster.store, { audienceId: Number(id), trigger: 'schedule' });
  await work();
  const page = await (await fetch(url)).text();
  expect(page).toContain('Ana asked for it');
  expect(await membersAtMeta(id)).toHaveLength(12);
  const open = (await bo.ask('GET', '/approvals?state=open')).body['items'];
  expect(open).toMatchObject([{ audience: 'gold', removes: 4, state: 'open' }]);
  expect((await post(url)).status).toBe(200);
  await work();
  expect(await membersAtMeta(id)).toHaveLength(8);
});

it('answers by the link that is mailed: once, for 72 hours, and only to what was asked', async () => {
  const { id, runId } = await asks('silver', 9);
  const mailed = await letters();
  expect(Object.keys(mailed)).toEqual(['bo@example.com']);
  const url = must(mailed['bo@example.com'], 'Bo gets a letter');
  // Programs that check mail open links, and ask for their heads.
  for (const method of ['GET', 'HEAD']) expect((await fetch(url, { method })).status).toBe(200);
  expect(await stateOf(runId)).toMatchObject({ state: 'held' });
  const shown = await fetch(url);
  expect(shown.headers.get('content-security-policy')).toContain("form-action 'self'");
  expect(await shown.text()).toMatch(/would join<\/dt><dd>9<\/dd>/);
  const forged = `${url.slice(0, -4)}AAAA`;
  expect((await post(forged)).status).toBe(404);
  const link = { runId: Number(runId), planChecksum: 'other', personId: 'x' };
  const nowMs = door.place.clock.nowMs;
  expect((await post(approvalUrl(door.url, secret, link, nowMs))).status).toBe(409);
  door.place.clock.nowMs = nowMs + 72 * hourMs;
  expect((await post(url)).page).toContain('older than 72 hours');
  door.place.clock.nowMs = nowMs;
  const approved = await post(url);
  expect([approved.status, approved.page.includes('Approved')]).toEqual([200, true]);
  expect((await post(url)).status).toBe(409);
  await work();
  expect(await membersAtMeta(id)).toHaveLength(9);
});

it('takes no answer to what would be something else by now, and asks anew', async () => {
  const { id, runId } = await asks('bronze', 7);
  const url = must((await letters())['bo@example.com'], 'Bo gets a letter');
  await door.place.receive(people('bronze', 8));
  const stale = await post(url);
  expect([stale.status, stale.page.includes('8 people to add')]).toEqual([409, true]);
  expect(codeOf(await bo.ask('POST', `/runs/${runId}/approve`, {}))).toEqual([
    ...[409, 'APPROVAL_STALE'],
  ]);
  expect(await membersAtMeta(id)).toHaveLength(0);
  await ana.ask('POST', `/audiences/${id}/sync`, {});
  await work();
  expect(Object.keys(await letters())).toEqual(['bo@example.com']);
});

it('is answered in the terminal in the name of somebody who may, and a no stands', async () => {
  const { id, runId } = await asks('copper', 6);
  const by = (address: string) => muster('refuse', runId, '--by', address, '--note', 'last year’s');
  expect((await by('ana@example.com')).output).toContain('APPROVAL_OWN');
  expect((await by('vi@example.com')).output).toContain('APPROVAL_PERSON_NEEDED');
  expect((await by('nobody@example.com')).output).toContain('USER_UNKNOWN');
  expect(await by('bo@example.com')).toMatchObject({ code: 0 });
  expect(await stateOf(runId)).toMatchObject({ state: 'cancelled', cancelledBy: 'Bo' });
  // The next planned run does not ask the same again; a person may.
  await requestRun(door.place.muster.store, { audienceId: Number(id), trigger: 'schedule' });
  await work();
  const { body: runs } = await ana.ask('GET', `/runs?audienceId=${id}&limit=1`);
  expect(runs['items']).toMatchObject([{ state: 'held', error: { code: 'APPROVAL_REFUSED' } }]);
  const again = await muster('sync', 'copper');
  expect(again.code).toBe(3);
  const next = /run (\d+)/.exec(again.output)?.[1] ?? '';
  // The terminal asked, so Ana may be the second person.
  const approved = await muster('approve', next, '--by', 'ana@example.com');
  expect(approved.output).toContain('accepted');
  expect(approved.code).toBe(0);
  expect(await membersAtMeta(id)).toHaveLength(6);
});

it('writes down who asked and who answered', async () => {
  const { items } = (await ana.ask('GET', '/audit?limit=200')).body as {
    items: { action: string; databaseId: string; actor: { name: string }; detail: object }[];
  };
  const approvals = items.filter(({ action }) => action.startsWith('approval.'));
  expect(approvals.map(({ action, actor }) => `${action} ${actor.name}`)).toEqual(
    expect.arrayContaining([
      ...['approval.asked Ana', 'approval.approved Bo', 'approval.refused Bo'],
      'approval.approved Ana',
    ]),
  );
  expect(new Set(approvals.map(({ databaseId }) => databaseId))).toEqual(new Set(['1']));
});
