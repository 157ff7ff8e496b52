import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeOne } from '#jobs/workers.ts';
import { silentLog } from '../support/silent-log.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
/** Filled by hand, and by a rule. */
let hand: string;
let gold: string;

beforeAll(async () => {
  desk = await openApiDesk();
  const people = Array.from({ length: 30 }, (_, i) => `C-${i},p${i}@example.com,free`);
  await desk.place.receive(
    `id,email,plan\n=1+1,formula@example.com,gold\nvip,vip@example.com,gold\n${people.join('\n')}\n`,
  );
  const rule = { trait: 'plan', op: 'equals', value: 'gold' };
  hand = await make({ name: 'by hand', way: 'hand' });
  gold = await make({ name: 'gold', rule });
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function make(body: { name: string; way?: 'hand'; rule?: Record<string, unknown> }) {
  const { data } = await desk.owner.POST('/audiences', { body });
  return data?.id ?? '';
}

const at = (audienceId: string) => ({ params: { path: { audienceId } } });

async function work(): Promise<void> {
  while (await takeOne(desk.place.muster, false, silentLog)) {
    // Until nothing waits.
  }
}

describe('members', () => {
  it('are put in and taken out by hand, and read page by page', async () => {
    const include = { ids: ['C-1', 'C-2', 'C-3', 'stranger'], emails: ['p4@example.com'] };
    const body = { include, exclude: { ids: ['C-3'] } };
    const edited = await desk.owner.POST('/audiences/{audienceId}/members', { ...at(hand), body });
    expect(edited.data).toMatchObject({ added: 3, members: 3, unknown: { ids: ['stranger'] } });
    const read = async (cursor?: string) => {
      const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const params = { path: { audienceId: hand }, query };
      return (await desk.owner.GET('/audiences/{audienceId}/members', { params })).data;
    };
    const first = await read();
    const second = await read(first?.next ?? '');
    const ids = [...(first?.items ?? []), ...(second?.items ?? [])].map((one) => one.externalId);
    expect(ids.toSorted()).toEqual(['C-1', 'C-2', 'C-4']);
    expect(second?.next).toBeNull();
    const masked = await desk
      .as({ personalData: false })
      .GET('/audiences/{audienceId}/members', at(hand));
    expect(masked.data?.items[0]?.externalId).toBe('A-9');
  });

  it('come in a stream of many', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `C-${i}\n`).join('');
    const send = async (text: string, action: string) =>
      await desk.ask(`/audiences/${hand}/members/bulk?action=${action}`, {
        ...{ method: 'POST', body: text, headers: { 'content-type': 'text/plain' } },
      });
    const taken = await send(lines, 'include');
    expect(await taken.json()).toMatchObject({ members: 30, unknown: { count: 99_970 } });
    const gone = await send('C-9\r\nC-8', 'exclude');
    expect(await gone.json()).toMatchObject({ removed: 2, members: 28 });
    const tooMany = await send(`${lines}one more`, 'include');
    expect(tooMany.status).toBe(413);
    expect(await tooMany.json()).toMatchObject({ code: 'API_TOO_LARGE' });
  });

  it('are exported, with formulas made harmless', async () => {
    await desk.owner.POST('/audiences/{audienceId}/plans', at(gold));
    const exported = await desk.ask(`/audiences/${gold}/members/export`);
    // Named by a number: no name that somebody gave is in it.
    expect(exported.headers.get('content-disposition')).toBe(
      `attachment; filename="members-${gold}.csv"`,
    );
    const csv = await exported.text();
    expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual([
      ...['externalId', "'=1+1", 'vip', ''],
    ]);
    const lines = await (await desk.ask(`/audiences/${gold}/members/export?format=ndjson`)).text();
    const ids = lines
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { externalId: string }).externalId);
    expect(ids).toEqual(['=1+1', 'vip']);
    const refused = await desk
      .as({ personalData: false })
      .GET('/audiences/{audienceId}/members/export', { ...at(gold), parseAs: 'text' });
    expect(refused.error).toMatchObject({ status: 403 });
  });
});

describe('a plan', () => {
  it('is looked at, and then exactly that is sent', async () => {
    const made = await desk.owner.POST('/audiences/{audienceId}/plans', at(gold));
    expect(made.response.status).toBe(201);
    expect(made.data).toMatchObject({ adds: 2, removes: 0, guard: { verdict: 'pass' } });
    const planId = made.data?.checksum ?? '';
    const plan = { params: { path: { planId } } };
    const kept = await desk.owner.GET('/plans/{planId}', plan);
    expect(kept.data).toMatchObject({ adds: 2, audienceId: gold, state: 'sealed' });
    const applied = await desk.owner.POST('/plans/{planId}/apply', plan);
    expect(applied.response.status).toBe(202);
    const { runId = '' } = applied.data ?? {};
    const events = await desk.ask(`/runs/${runId}/events`);
    await events.text();
    const run = await desk.owner.GET('/runs/{runId}', { params: { path: { runId } } });
    expect(run.data).toMatchObject({ trigger: 'apply', added: 2 });
    const again = await desk.owner.POST('/plans/{planId}/apply', plan);
    expect(again.error).toMatchObject({ status: 409, code: 'PLAN_STALE' });
    const foreign = await desk.as({ databases: [77] }).GET('/plans/{planId}', plan);
    expect(foreign.error?.status).toBe(404);
  });
});

describe('what became of it', () => {
  it('says why somebody is there, to whom it is linked, and how long it took', async () => {
    await desk.owner.POST('/audiences/{audienceId}/sync', at(gold));
    await work();
    const body = { externalId: 'vip' };
    const why = await desk.owner.POST('/audiences/{audienceId}/why', { ...at(gold), body });
    expect(why.data).toMatchObject({ known: true, member: true, synchronized: true });
    expect(why.data?.rule[0]?.seen).toContain('gold');
    const masked = desk.as({ personalData: false });
    const blind = await masked.POST('/audiences/{audienceId}/why', { ...at(gold), body });
    expect(blind.data?.rule[0]?.seen).toBeNull();
    const details = await desk.owner.GET('/audiences/{audienceId}/details', at(gold));
    expect(details.data).toMatchObject({ available: true, state: 'up to date', members: 2 });
    expect(details.data?.last?.state).toBe('succeeded');
    const pending = await desk.owner.GET('/audiences/{audienceId}/details', at(hand));
    expect(pending.data).toMatchObject({ available: false });
    expect(pending.data?.reason).toContain('never activated');
    const linked = await desk.owner.GET('/audiences/{audienceId}/linked', at(gold));
    expect(linked.data).toMatchObject({ integration: 'sandbox', sandbox: true });
    const told = await desk.owner.GET('/audiences/{audienceId}/told', at(gold));
    expect(told.data).toEqual({ people: 2 });
  });

  it('lists what is at Meta, and why some cannot be linked', async () => {
    const params = { path: { integrationId: '1' } };
    const found = await desk.owner.GET('/integrations/{integrationId}/meta-audiences', { params });
    expect(found.data?.items).toMatchObject([
      { name: 'gold', linkable: false, linkedTo: 'gold', reason: 'is linked to “gold”' },
    ]);
    const databases = await desk.owner.GET('/databases');
    expect(databases.data?.items).toMatchObject([{ name: 'main', profiles: 32 }]);
  });
});
