import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetKeys } from '#automations/presets.ts';
import { must } from '#domain/errors/assert.ts';
import { createAudience } from '#store/audiences.ts';
import { syncAudience } from '#sync/sync.ts';
import { byScenario } from '#sync/ways.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const databaseId = '1';
const inMain = { params: { path: { databaseId } } };

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive(
    'id,email,plan\nA,ana@example.com,gold\nB,bo@example.com,free\nC,cem@example.com,gold\n',
  );
});
afterAll(async () => await desk[Symbol.asyncDispose]());

describe('connections', () => {
  it('are made by a pasted token that is never given back, and looked over', async () => {
    const { token } = desk.place.sandbox;
    const account = must(desk.place.sandbox.adAccounts[1], 'a second ad account').id;
    const body = { token, databaseId, adAccount: account, name: 'second' };
    const made = await desk.owner.POST('/connections', { body });
    expect(made.data).toMatchObject({ integration: 'second', adAccount: account, replaced: false });
    const list = await desk.owner.GET('/connections', {});
    const second = must(
      list.data?.items.find(({ name }) => name === 'second'),
      'it',
    );
    expect(second).toMatchObject({ state: 'ok', integrations: [{ name: 'second' }] });
    expect(JSON.stringify([made.data, list.data])).not.toContain(token);
    const path = { connectionId: second.id };
    const checked = await desk.owner.POST('/connections/{connectionId}/check', {
      params: { path },
    });
    expect(checked.data).toMatchObject({ ok: true, connection: 'second' });
    const elsewhere = await desk.as({ databases: [] }).GET('/connections', {});
    expect(elsewhere.data?.items.flatMap(({ integrations }) => integrations)).toEqual([]);
  });

  it('are refused with the reason, and are for those who may handle credentials', async () => {
    const body = { token: 'wrong', databaseId, adAccount: '1' };
    const wrong = await desk.owner.POST('/connections', { body });
    expect(wrong.error).toMatchObject({ code: 'META_TOKEN' });
    const admin = await desk
      .as({ role: 'admin', credentials: false })
      .POST('/connections', { body });
    expect(admin.response.status).toBe(403);
    const none = await desk.owner.POST('/connections', { body: { sandbox: true, databaseId } });
    expect(none.error).toMatchObject({ code: 'SANDBOX_NOT_RUNNING' });
    const guide = await desk.as({ role: 'viewer' }).GET('/connections/guide', {});
    expect(guide.data?.steps.length).toBeGreaterThan(5);
  });

  it('by a login take the answer to what was begun here, once', async () => {
    const app = { appId: '42', appSecret: 'not-a-real-secret' };
    const body = { app, redirectUri: 'http://localhost:4780/connect' };
    const begun = must((await desk.owner.POST('/connections/login', { body })).data, 'a login');
    expect(begun.url).toContain('https://www.facebook.com/v26.0/dialog/oauth?client_id=42');
    expect(begun.url).not.toContain(app.appSecret);
    const declined = { state: begun.state, error: 'access_denied' };
    const first = await desk.owner.POST('/connections/login/answer', { body: declined });
    expect(first.error).toMatchObject({ code: 'META_LOGIN' });
    expect(first.error?.detail).toContain('declined');
    const again = await desk.owner.POST('/connections/login/answer', { body: declined });
    expect(again.error?.detail).toContain('not begun here');
  });
});

describe('integrations', () => {
  it('are renamed, switched and told whom to send', async () => {
    const list = await desk.owner.GET('/integrations', { params: { query: { name: 'second' } } });
    const path = { integrationId: must(list.data?.items[0], 'it').id };
    const edited = await desk.owner.PATCH('/integrations/{integrationId}', {
      params: { path },
      body: { name: 'other', enabled: false, externalIdAllowed: true, requiredConsents: ['ads'] },
    });
    expect(edited.data).toMatchObject({
      ...{ name: 'other', enabled: false, externalIdAllowed: true, requiredConsents: ['ads'] },
      quotaLeftPercent: 100,
    });
    const marketing = await desk.owner.PATCH('/integrations/{integrationId}', {
      params: { path },
      body: { requiredConsents: ['marketing'] },
    });
    expect(marketing.response.status).toBe(422);
    const remove = (confirm: string) =>
      desk.owner.POST('/integrations/{integrationId}/remove', {
        params: { path },
        body: { confirm },
      });
    expect((await remove('second')).error).toMatchObject({ code: 'CONFIRMATION_WRONG' });
    expect((await remove('other')).data).toEqual({ tokenForgotten: true });
  });
});

describe('what two people edit', () => {
  const edit = (path: string, tag: string, body: object, method = 'PATCH') =>
    desk.ask(path, {
      ...{ method, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json', 'if-match': tag },
    });
  const tagOf = async (path: string) => (await desk.ask(path)).headers.get('etag') ?? '';

  it.each([
    ['/integrations/1', 'PATCH', { externalIdAllowed: true }, { externalIdAllowed: false }],
    ['/databases/1/settings', 'PATCH', { expectedEveryMinutes: 60 }, { unknownConsent: 'blocks' }],
    [
      '/alert-rules',
      'PUT',
      { deliveryBelowPercent: 1, jumpPercent: 1, jumpPeopleMin: 1, remindHours: 1 },
      { deliveryBelowPercent: 2, jumpPercent: 2, jumpPeopleMin: 2, remindHours: 2 },
    ],
  ] as const)('%s is not edited from an older version', async (path, method, one, other) => {
    const tag = await tagOf(path);
    expect(tag).toMatch(/^"[0-9a-f]{16}"$/);
    const first = await edit(path, tag, one, method);
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe(await tagOf(path));
    const late = await edit(path, tag, other, method);
    expect(late.status).toBe(412);
    expect(await late.json()).toMatchObject({ code: 'API_CHANGED' });
    expect((await edit(path, await tagOf(path), other, method)).status).toBe(200);
    expect((await edit(path, '"no tag of ours"', one, method)).status).toBe(412);
  });

  it('is edited by one of many who begin from the same', async () => {
    const path = '/databases/1/settings';
    const tag = await tagOf(path);
    const edits = [101, 102, 103, 104, 105, 106, 107, 108].map((expectedEveryMinutes) =>
      edit(path, tag, { expectedEveryMinutes }),
    );
    const answers = (await Promise.all(edits)).map(({ status }) => status);
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => status === 412)).toHaveLength(7);
  });

  it('is told apart from a look, and whoever sends no version sets it', async () => {
    const path = '/databases/1/settings';
    const tag = await tagOf(path);
    const look = await edit(path, tag, { expectedEveryMinutes: 7, dryRun: true });
    expect(look.headers.get('etag')).toBe(tag);
    const blind = await desk.owner.PATCH('/databases/{databaseId}/settings', {
      ...inMain,
      body: { expectedEveryMinutes: null, unknownConsent: 'passes', normalising: {} },
    });
    expect(blind.response.status).toBe(200);
  });
});

describe('scenarios', () => {
  it('are checked, made, switched on, started by name and seen on their steps', async () => {
    const kinds = await desk.owner.GET('/automations/presets', {});
    expect(kinds.data?.presets.map(({ key }) => key)).toEqual([...presetKeys]);
    await createAudience(desk.muster.store, {
      ...{
        databaseId: 1,
        integrationId: null,
        name: 'welcome',
        customerFileSource: 'USER_PROVIDED_ONLY',
      },
      ...byScenario,
    });
    const definition = {
      start: { by: 'hand' },
      steps: [{ wait: { days: 2 } }, { add: 'welcome' }],
    };
    const checked = await desk.owner.POST('/scenarios/check', { body: { definition } });
    expect(checked.data?.steps[0]).toContain('2 days');
    const inGerman = await desk.owner.POST('/scenarios/check', {
      ...{ body: { definition }, headers: { 'accept-language': 'de' } },
    });
    expect(inGerman.data?.steps[0]).toContain('2 Tage');
    const made = await desk.owner.POST('/scenarios', {
      body: { name: 'welcome all', databaseId, definition },
    });
    expect(made.data).toMatchObject({ state: 'draft', people: { started: 0, onStep: [] } });
    const path = { scenarioId: must(made.data, 'a scenario').id };
    const asked = { params: { path }, body: { externalIds: ['A', 'nobody'], key: 'once' } };
    const early = await desk.owner.POST('/scenarios/{scenarioId}/start', asked);
    expect(early.error).toMatchObject({ code: 'SCENARIO_INACTIVE' });
    await desk.owner.POST('/scenarios/{scenarioId}/switch', {
      params: { path },
      body: { state: 'active' },
    });
    const started = await desk.owner.POST('/scenarios/{scenarioId}/start', asked);
    expect(started.data).toEqual({ started: 1, held: 0, unknown: 1 });
    const shown = await desk.owner.GET('/scenarios/{scenarioId}', { params: { path } });
    expect(shown.data).toMatchObject({
      ...{ state: 'active', people: { started: 1, underWay: 1, onStep: [{ people: 1 }] } },
    });
    const ways = await desk.owner.GET('/scenarios/{scenarioId}/ways', { params: { path } });
    expect(ways.data?.items).toMatchObject([{ externalId: 'A', endedAt: null }]);
    const elsewhere = desk.as({ databases: [] });
    const hidden = await elsewhere.GET('/scenarios/{scenarioId}', { params: { path } });
    expect(hidden.response.status).toBe(404);
    const gone = await desk.owner.DELETE('/scenarios/{scenarioId}', { params: { path } });
    expect(gone.response.status).toBe(204);
  });
});

describe('who is kept out', () => {
  it('by a hold-out and by a list of values', async () => {
    const held = await desk.owner.PUT('/databases/{databaseId}/hold-out', {
      ...inMain,
      body: { percent: 50 },
    });
    expect(held.data).toMatchObject({ percent: 50, people: 3 });
    const off = await desk.owner.PUT('/databases/{databaseId}/hold-out', {
      ...inMain,
      body: { percent: null },
    });
    expect(off.data).toMatchObject({ percent: null, heldOut: 0 });
    const change = await desk.owner.POST('/databases/{databaseId}/suppressions', {
      ...inMain,
      body: { add: { emails: [' ANA@example.com', 'no address'] } },
    });
    expect(change.data).toMatchObject({ added: 1, people: 1, unusable: ['aa aaaaaaa'] });
    const list = await desk.owner.GET('/databases/{databaseId}/suppressions', inMain);
    expect(list.data).toMatchObject({ values: { EMAIL: 1 }, people: 1, added: 0 });
  });
});

describe('write keys', () => {
  it('are shown once and revoked in their own database', async () => {
    const made = await desk.owner.POST('/databases/{databaseId}/write-keys', {
      ...inMain,
      body: { name: 'website', days: 30 },
    });
    const { key, id: writeKeyId } = must(made.data, 'a key');
    const list = await desk.owner.GET('/databases/{databaseId}/write-keys', inMain);
    expect(list.data?.items).toMatchObject([
      { name: 'website', hint: key.slice(-4), revokedAt: null },
    ]);
    expect(JSON.stringify(list.data)).not.toContain(key);
    const revoke = (id: string) =>
      desk.owner.POST('/databases/{databaseId}/write-keys/{writeKeyId}/revoke', {
        params: { path: { databaseId, writeKeyId: id } },
      });
    expect((await revoke(writeKeyId)).data?.revokedAt).not.toBeNull();
    expect((await revoke('99')).error).toMatchObject({ code: 'KEY_UNKNOWN' });
  });
});

describe('what only commands did', () => {
  it('has routes: the sweep, templates, an exchange of all members that is looked at first', async () => {
    await desk.place.createAudience('whole', { trait: 'plan', op: 'equals', value: 'gold' });
    const list = await desk.owner.GET('/audiences', { params: { query: { name: 'whole' } } });
    const params = { path: { audienceId: must(list.data?.items[0], 'it').id } };
    const off = await desk.owner.PUT('/audiences/{audienceId}/sweep', {
      ...{ params, body: { sweep: 'off' } },
    });
    expect(off.data).toEqual({ audience: 'whole', sweep: 'off' });
    const shown = await desk.owner.GET('/audiences/{audienceId}/sweep', { params });
    expect(shown.data?.sweep).toBe('off');
    const templates = await desk.owner.GET('/rules/templates', {});
    expect(templates.data?.items[0]).toEqual({
      ...{ name: 'recent-buyers', summary: expect.any(String) as string, days: 30 },
      rule: { event: 'Order Completed', within_last: { days: 30 } },
    });

    const early = await desk.owner.POST('/audiences/{audienceId}/replacements', { params });
    expect(early.error).toMatchObject({ code: 'REPLACE_NOT_LINKED' });
    const how = { wait: true, trigger: 'manual' } as const;
    await syncAudience(desk.muster, 'whole', how, () => {});
    const looked = await desk.owner.POST('/audiences/{audienceId}/replacements', { params });
    const { checksum, warnings } = must(looked.data, 'a replacement');
    expect(looked.data?.predictedSeconds).toBeGreaterThan(0);
    expect(warnings.length).toBeGreaterThan(2);
    const confirm = (sum: string) =>
      desk.owner.POST('/audiences/{audienceId}/replacements/{checksum}/confirm', {
        params: { path: { ...params.path, checksum: sum } },
      });
    expect((await confirm('00000000')).error).toMatchObject({ code: 'PLAN_UNKNOWN' });
    const begun = await confirm(checksum);
    expect(begun.response.status).toBe(202);
    const runId = must(begun.data, 'a run').runId;
    const stateOf = async () => {
      const { data } = await desk.owner.GET('/runs/{runId}', { params: { path: { runId } } });
      return data?.state;
    };
    await expect.poll(stateOf, { timeout: 60_000 }).toBe('succeeded');
  });

  it('has the end of a database, for owners who type its name', async () => {
    const made = await desk.owner.POST('/databases', { body: { name: 'sample' } });
    const params = { path: { databaseId: must(made.data, 'a database').id } };
    await desk.place.receive('id,email\nS,s@example.com\n', { database: 'sample' });
    const remove = (confirm: string, client = desk.owner) =>
      client.POST('/databases/{databaseId}/delete', { params, body: { confirm } });
    expect((await remove('sample', desk.as({ role: 'admin' }))).response.status).toBe(403);
    expect((await remove('Sample')).error).toMatchObject({ code: 'CONFIRMATION_WRONG' });
    expect((await remove('sample')).data).toEqual({
      ...{ database: 'sample', people: 1, leftAtMeta: [] },
    });
    expect((await desk.owner.GET('/databases/{databaseId}', { params })).response.status).toBe(404);
    const inMainOnes = await desk.owner.POST('/databases/{databaseId}/delete', {
      ...{ ...inMain, body: { confirm: 'main' } },
    });
    expect(inMainOnes.error).toMatchObject({ code: 'DATABASE_AT_META' });
  });
});
