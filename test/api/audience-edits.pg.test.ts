import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeOne } from '#jobs/workers.ts';
import { silentLog } from '../support/silent-log.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const isGold = { trait: 'plan', op: 'equals', value: 'gold' };
const isFree = { trait: 'plan', op: 'equals', value: 'free' };

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive(
    'id,email,plan\nC-1,a@example.com,gold\nB,b@example.com,free\nC,c@example.com,free\n',
  );
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function make(name: string, more: object = {}) {
  const body = { name, rule: isGold, ...more };
  const { data, error, response } = await desk.owner.POST('/audiences', { body });
  if (data === undefined) throw new Error(`${response.status} ${error.code}: ${error.detail}`);
  return data;
}

const at = (audienceId: string) => ({ params: { path: { audienceId } } });

/** What a worker does under `serve`. */
async function work(): Promise<void> {
  while (await takeOne(desk.place.muster, false, silentLog)) {
    // Until nothing waits.
  }
}

describe('making an audience', () => {
  it('answers with all of it, and says nothing to Meta', async () => {
    const made = await make('vip', { description: 'Who pays', labels: ['always'], folder: 'Mine' });
    expect(made).toMatchObject({
      ...{ name: 'vip', description: 'Who pays', labels: ['always'], folder: 'Mine', version: 1 },
      ...{ state: 'never', metaAudienceId: null, integration: 'sandbox', way: 'rule' },
    });
  });

  it('refuses what is wrong, with the place', async () => {
    const all = [
      { trait: 'plan', op: 'equals', value: 'x' },
      { trait: 'plan', op: 'is' },
    ];
    const wrong = await desk.owner.POST('/audiences', { body: { name: 'x', rule: { all } } });
    expect(wrong.error).toMatchObject({
      ...{ status: 422, code: 'RULE_OPERATOR_UNKNOWN', path: '/body/rule/all/1/op' },
    });
    const taken = await desk.owner.POST('/audiences', { body: { name: 'vip', rule: isGold } });
    expect(taken.error).toMatchObject({ status: 409, code: 'AUDIENCE_EXISTS' });
    const bare = await desk.owner.POST('/audiences', { body: { name: 'y' } });
    expect(bare.error).toMatchObject({ status: 422, code: 'USAGE' });
  });

  it('is not for viewers', async () => {
    const viewer = desk.as({ role: 'viewer' });
    const refused = await viewer.POST('/audiences', { body: { name: 'z', rule: isGold } });
    expect(refused.error).toMatchObject({ status: 403, code: 'API_NOT_ALLOWED' });
  });
});

describe('editing an audience', () => {
  it('says first what would change, and then changes what was looked at', async () => {
    const { id } = await make('edited');
    const body = { rule: isFree, description: 'Who does not pay' };
    const params = { path: { audienceId: id }, query: { dryRun: 'true' as const } };
    const look = await desk.owner.PATCH('/audiences/{audienceId}', { params, body });
    expect(look.data).toMatchObject({ done: false, version: 1, members: { after: 2, joined: 2 } });
    const header = { 'if-match': look.response.headers.get('etag') ?? '' };
    const done = await desk.owner.PATCH('/audiences/{audienceId}', {
      params: { path: { audienceId: id }, header },
      body,
    });
    expect(done.data?.done).toBe(true);
    expect(done.response.headers.get('etag')).toBe(`"${done.data?.version}"`);
    const late = await desk.owner.PATCH('/audiences/{audienceId}', {
      params: { path: { audienceId: id }, header },
      body: { description: 'Mine' },
    });
    expect(late.error).toMatchObject({ status: 412, code: 'AUDIENCE_CHANGED' });
    const blind = await desk.owner.PATCH('/audiences/{audienceId}', { ...at(id), body });
    expect(blind.error).toMatchObject({ status: 428, code: 'API_VERSION_MISSING' });
  });

  it('renames, copies and changes when it runs', async () => {
    const { id } = await make('first name');
    const rename = { ...at(id), body: { name: 'second name' } };
    const renamed = await desk.owner.POST('/audiences/{audienceId}/rename', rename);
    expect(renamed.data?.name).toBe('second name');
    const copy = await desk.owner.POST('/audiences/{audienceId}/duplicate', {
      ...at(id),
      body: {},
    });
    expect(copy.data?.name).toBe('second name (copy)');
    const plan = await desk.owner.PUT('/audiences/{audienceId}/schedule', {
      ...at(id),
      body: { schedule: { kind: 'interval', minutes: 15 } },
    });
    expect(plan.data?.schedule).toEqual({ kind: 'interval', minutes: 15 });
    const wrong = await desk.owner.PUT('/audiences/{audienceId}/schedule', {
      ...at(id),
      body: { schedule: { kind: 'interval', minutes: 16 } },
    });
    expect(wrong.error).toMatchObject({ status: 400, path: '/body/schedule/minutes' });
    const way = await desk.owner.POST('/audiences/{audienceId}/way', {
      ...at(id),
      body: { way: 'hand', dryRun: true },
    });
    expect(way.data).toMatchObject({ way: 'hand', dryRun: true });
  });
});

describe('from activation to deletion', () => {
  it('goes the whole way', async () => {
    const { id } = await make('whole');
    const active = await desk.owner.POST('/audiences/{audienceId}/activate', at(id));
    expect(active.data?.metaAudienceId).toMatch(/^\d+$/);
    const asked = await desk.owner.POST('/audiences/{audienceId}/sync', at(id));
    expect(asked.response.status).toBe(202);
    const { runId = '' } = asked.data ?? {};
    expect(asked.response.headers.get('location')).toBe(`/api/v1/runs/${runId}`);
    await work();
    const run = await desk.owner.GET('/runs/{runId}', { params: { path: { runId } } });
    expect(run.data).toMatchObject({ state: 'succeeded', added: 1, accepted: 1, audienceId: id });

    const operations = await desk.owner.GET('/runs/{runId}/operations', {
      params: { path: { runId } },
    });
    expect(operations.data?.items).toMatchObject([{ kind: 'add', rows: 1, outcome: 'clean' }]);
    const rows = await desk.owner.GET('/runs/{runId}/rows', { params: { path: { runId } } });
    expect(rows.data?.items).toMatchObject([{ externalId: 'C-1', state: 'accepted' }]);
    const blind = await desk
      .as({ personalData: false })
      .GET('/runs/{runId}/rows', { params: { path: { runId } } });
    expect(blind.data?.items[0]?.externalId).toBe('A-9');

    const paused = await desk.owner.POST('/audiences/{audienceId}/pause', at(id));
    expect(paused.data?.paused).toBe(true);
    const refused = await desk.owner.POST('/audiences/{audienceId}/sync', at(id));
    expect(refused.error).toMatchObject({ status: 409, code: 'AUDIENCE_PAUSED' });
    const resumed = await desk.owner.POST('/audiences/{audienceId}/resume', at(id));
    expect(resumed.data?.paused).toBe(false);

    const replay = await desk.owner.POST('/audiences/{audienceId}/replay', { ...at(id), body: {} });
    const database = { params: { path: { databaseId: '1' } } };
    const all = await desk.owner.POST('/databases/{databaseId}/replay', { ...database, body: {} });
    expect(all.response.status).toBe(202);
    expect(all.data?.audiences).toEqual([
      { audienceId: id, audience: 'whole', runId: replay.data?.runId, state: 'under way' },
    ]);
    const none = await desk.owner.POST('/databases/{databaseId}/replay', {
      ...database,
      body: { integrationId: '999' },
    });
    expect(none.data?.audiences).toEqual([]);
    const cancelled = await desk.owner.POST('/runs/{runId}/cancel', {
      params: { path: { runId: replay.data?.runId ?? '' } },
      body: { reason: 'not now' },
    });
    expect(cancelled.data).toMatchObject({ cancelReason: 'not now', cancelledBy: 'Olga' });

    const mistyped = await desk.owner.POST('/audiences/{audienceId}/delete-at-meta', {
      ...at(id),
      body: { confirm: 'hole' },
    });
    expect(mistyped.error).toMatchObject({ status: 422, code: 'CONFIRMATION_WRONG' });
    const deleted = await desk.owner.POST('/audiences/{audienceId}/delete-at-meta', {
      ...at(id),
      body: { confirm: 'whole' },
    });
    expect(deleted.data).toMatchObject({ state: 'deactivated', metaAudienceId: null });
  });

  it('removes everybody first where that is wished', async () => {
    const { id } = await make('emptied');
    await desk.owner.POST('/audiences/{audienceId}/sync', at(id));
    await work();
    // What was just added is not taken out before its request can no longer take effect.
    desk.place.clock.nowMs += 60_000;
    const body = { removePeople: true };
    await desk.owner.POST('/audiences/{audienceId}/deactivate', { ...at(id), body });
    await work();
    const query = { audienceId: id };
    const runs = await desk.owner.GET('/runs', { params: { query } });
    expect(runs.data?.items.map(({ trigger, removed }) => [trigger, removed])).toEqual([
      ['deactivate', 1],
      ['manual', 0],
    ]);
    const after = await desk.owner.GET('/audiences/{audienceId}', at(id));
    expect(after.data?.state).toBe('deactivated');
  });
});

describe('following', () => {
  it('tells a run as it goes on, and ends with it', async () => {
    const { id } = await make('followed');
    const asked = await desk.owner.POST('/audiences/{audienceId}/sync', at(id));
    const events = await desk.ask(`/runs/${asked.data?.runId}/events`);
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    await work();
    const states = [...(await events.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data = '{}']) => (JSON.parse(data) as { state: string }).state,
    );
    expect(states[0]).toBe('queued');
    expect(states.at(-1)).toBe('succeeded');
  });

  it('tells what changed', async () => {
    const events = await desk.ask('/events');
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (wanted: RegExp) => {
      let text = '';
      while (!wanted.test(text)) text += (await reader?.read())?.value ?? '';
    };
    await until(/event: ready/);
    const { id } = await make('noticed');
    await until(new RegExp(`event: audience\\ndata: {"id":"${id}"}`));
    await reader?.cancel();
  });
});
