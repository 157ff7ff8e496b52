import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk, type Running } from './_muster.ts';

/** From an SDK's call to the rows at Meta, by real processes. */

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let sandboxUrl: string;
let serve: Running;
let key: string;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  const ready = JSON.parse((await desk.start(['sandbox', '--port', '0'])).firstLine) as {
    url: string;
  };
  sandboxUrl = ready.url;
  await desk.json(['connect', '--sandbox']);
  serve = await desk.start(['serve', '--port', '0']);
  ({ key } = await desk.json<{ key: string }>(['key', 'create', '--write']));
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

function urlOf({ firstLine }: Running): string {
  return firstLine.match(/http:\S+(?= until)/)?.[0] ?? '';
}

async function send(path: string, body: object, writeKey = key): Promise<number> {
  const headers = { authorization: `Basic ${btoa(`${writeKey}:`)}` };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${urlOf(serve)}/v1/${path}`, request)).status;
}

interface Synced {
  readonly metaAudienceId: string;
  readonly added: number;
  readonly removed: number;
  readonly state: string;
}

interface Shown {
  readonly members: number;
  readonly membersChangedAt: string;
  readonly synchronizedAt: string | null;
  readonly eventKey: string;
  readonly heldBack: { readonly noConsent: number };
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex');

/** The e-mails that the sandbox holds, hashed. */
async function emailsAtMeta(id: string): Promise<string[]> {
  const answer = await fetch(`${sandboxUrl}/_sandbox/audiences/${id}/rows`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as string[])[1] ?? '').toSorted();
}

const name = 'Order Completed Last 30days';
const member = 'order_completed_last_30days';
const emails = (...of: string[]) => of.map((who) => sha(`${who}@example.com`)).toSorted();

describe('an audience filled by events', () => {
  it('has whom identify and track calls name, whatever the event is called', async () => {
    const made = await desk.json<Shown>(['audience', 'create', name, '--by-events']);
    expect(made.eventKey).toBe(member);
    const identify = (who: string, traits: object) =>
      send('identify', { userId: who, traits: { email: `${who}@example.com`, ...traits } });
    await identify('ana', { [member]: true });
    await identify('bo', {});
    await send('track', { userId: 'bo', event: 'Anything', properties: { [member]: true } });
    await identify('cy', { [member]: true, marketing_consent: false });
    await identify('di', { [member]: false });
    const run = await desk.json<Synced>(['sync', name]);
    expect(run).toMatchObject({ added: 2, removed: 0, state: 'succeeded' });
    expect(await emailsAtMeta(run.metaAudienceId)).toEqual(emails('ana', 'bo'));
    const shown = await desk.json<Shown>(['audience', 'show', name]);
    expect(shown).toMatchObject({ members: 2, heldBack: { noConsent: 1 } });
  });

  it('changes nothing about itself for somebody who said no', async () => {
    const before = await desk.json<Shown>(['audience', 'show', name]);
    const traits = { email: 'no@example.com', consent: 'no', [member]: true };
    await send('identify', { userId: 'no', traits });
    await untilShown(({ heldBack }) => heldBack.noConsent === 2);
    const { members, membersChangedAt, synchronizedAt } = await desk.json<Shown>([
      ...['audience', 'show', name],
    ]);
    expect({ members, membersChangedAt, synchronizedAt }).toEqual({
      ...{ members: before.members, membersChangedAt: before.membersChangedAt },
      synchronizedAt: before.synchronizedAt,
    });
  });

  it('lets go by either kind, and at the next send whoever takes a consent back', async () => {
    await send('identify', { userId: 'bo', traits: { [member]: false } });
    await send('track', { userId: 'ana', event: 'x', properties: { [member]: false } });
    await send('track', { userId: 'di', event: 'x', properties: { [member]: true } });
    const run = await desk.json<Synced>(['sync', name]);
    expect(run).toMatchObject({ added: 1, removed: 2 });
    expect(await emailsAtMeta(run.metaAudienceId)).toEqual(emails('di'));
    await send('identify', { userId: 'di', traits: { marketing_consent: false } });
    const last = await desk.json<Synced>(['sync', name]);
    expect(last).toMatchObject({ added: 0, removed: 1 });
    expect(await emailsAtMeta(run.metaAudienceId)).toEqual([]);
  });

  it('refuses a second audience of the same key, and a rule beside it', async () => {
    const again = ['audience', 'create', 'order completed, last 30DAYS', '--by-events'];
    expect((await desk.muster(again)).stderr).toMatch(/AUDIENCE_KEY_TAKEN/);
    expect((await desk.muster(['audience', 'create', 'x'])).stderr).toMatch(/USAGE/);
  });

  async function untilShown(holds: (shown: Shown) => boolean): Promise<void> {
    for (let i = 0; i < 100; i++) {
      if (holds(await desk.json<Shown>(['audience', 'show', name]))) return;
      await delay(200);
    }
    throw new Error('it never was so');
  }
});

describe('keys and what came in', () => {
  it('are listed without the key, and refused once revoked', async () => {
    const other = await desk.json<{ key: string; id: string }>([
      ...['key', 'create', '--write', '--database', 'shop', '--name', 'website'],
    ]);
    expect(await send('track', { userId: 'x', event: 'y' }, other.key)).toBe(200);
    const listed = await desk.muster(['key', 'list', '--json']);
    expect(listed.stdout).toContain('"name":"website","database":"shop"');
    expect(listed.stdout).not.toContain(other.key);
    await desk.json(['key', 'revoke', other.id]);
    await delay(5_500);
    expect(await send('track', { userId: 'x', event: 'y' }, other.key)).toBe(401);
  });

  it('tail shows the last calls, refusals with their reason, and nobody', async () => {
    await send('track', { userId: 'somebody', properties: { note: 'secret' } });
    const { stdout } = await desk.muster(['events', 'tail', '--json', '--lines', '200']);
    const calls = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { accepted: boolean; reason: string | null });
    expect(calls.at(-1)).toMatchObject({
      ...{ accepted: false, type: 'track', database: 'main' },
      reason: 'event is missing, not a name',
    });
    expect(calls.some(({ accepted }) => accepted)).toBe(true);
    expect(stdout).toContain('aaa@aaaaaaa.aaa');
    expect(stdout).not.toMatch(/secret|somebody|ana@/);
  });
});
