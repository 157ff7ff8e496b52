import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { kindsOfSource } from '#http/contract/sources.ts';
import { takeOneModel } from '#jobs/model-runs.ts';
import { addModel } from '#store/models.ts';
import { sourceKinds } from '#store/sources.ts';
import { silentLog } from '../support/silent-log.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
let folder: string;

beforeAll(async () => {
  desk = await openApiDesk();
  folder = join(desk.directory, 'exports');
  await mkdir(folder);
  await mkdir(join(desk.directory, 'data'));
  const file = join(folder, 'people.csv');
  await writeFile(
    file,
    'nr,contact,plan\n1,ana@example.com,gold\n2,bo@example.com,free\n3,cem@example.com,free\n',
  );
  // Long enough ago, by the clock of the place, that nobody writes it any more.
  await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
});
afterAll(async () => await desk[Symbol.asyncDispose]());

const add = async (name: string, url: string, as = desk.owner) =>
  await as.POST('/sources', {
    body: { name, type: 'folder', url, settings: { pattern: 'people.csv' } },
  });

test('the contract names the same kinds of source as the store', () => {
  expect(kindsOfSource).toEqual(sourceKinds);
});

describe('sources', () => {
  it('are asked, kept, listed, tested and removed', async () => {
    const made = await add('exports', folder);
    expect(made.response.status).toBe(201);
    expect(made.data).toMatchObject({ name: 'exports', type: 'folder', models: [] });
    expect(made.data?.server).toContain('people.csv');
    const sourceId = must(made.data, 'a source').id;
    const tested = await desk.owner.POST('/sources/{sourceId}/test', {
      params: { path: { sourceId } },
    });
    expect(tested.data?.server).toContain('people.csv');
    const twice = await add('exports', folder);
    expect(twice.error).toMatchObject({ status: 409, code: 'SOURCE_EXISTS' });
    const other = await add('spare', folder);
    const spare = { params: { path: { sourceId: must(other.data, 'a source').id } } };
    expect((await desk.owner.DELETE('/sources/{sourceId}', spare)).response.status).toBe(204);
    const list = await desk.as({ role: 'viewer' }).GET('/sources', {});
    expect(list.data?.items.map(({ name }) => name)).toEqual(['exports']);
  });

  it('on the server are for owners, and never inside of the own directory', async () => {
    const admin = await add('mine', folder, desk.as({ role: 'admin' }));
    expect(admin.error).toMatchObject({ status: 403, code: 'API_NOT_ALLOWED' });
    for (const path of [join(desk.directory, 'data'), `${folder}/../data/x`, 'exports']) {
      expect((await add('own', path)).error).toMatchObject({ code: 'SOURCE_URL_INVALID' });
    }
    const unable = await add('unable', folder, desk.as({ role: 'admin', credentials: false }));
    expect(unable.response.status).toBe(403);
  });
});

describe('models', () => {
  it('are looked at before they are made, run by a worker, and changed', async () => {
    const sources = await desk.owner.GET('/sources', { params: { query: { name: 'exports' } } });
    const sourceId = must(sources.data?.items[0], 'a source').id;
    const looked = await desk.owner.POST('/models/preview', { body: { sourceId } });
    expect(looked.data).toMatchObject({
      ...{ columns: ['nr', 'contact', 'plan'], idColumn: 'nr' },
      rows: [['1', 'ana@example.com', 'gold'], expect.anything(), expect.anything()],
      hints: [{ column: 'contact', key: 'EMAIL' }],
    });
    const editor = desk.as({ role: 'editor', personalData: false });
    const masked = await editor.POST('/models/preview', { body: { sourceId } });
    expect(JSON.stringify(masked.data)).not.toContain('ana@');

    const body = {
      name: 'people',
      sourceId,
      databaseId: '1',
      idColumn: 'nr',
      map: 'EMAIL=contact',
    };
    const made = await editor.POST('/models', { body });
    expect(made.response.status).toBe(201);
    const path = { modelId: must(made.data, 'a model').id };
    const nobodys = desk.as({ role: 'editor', databases: [] });
    expect((await nobodys.POST('/models', { body: { ...body, name: 'x' } })).error).toMatchObject({
      code: 'API_NOT_FOUND',
    });
    expect((await nobodys.GET('/models', {})).data?.items).toEqual([]);
    expect((await nobodys.GET('/models/{modelId}', { params: { path } })).response.status).toBe(
      404,
    );

    const asked = await editor.POST('/models/{modelId}/runs', { params: { path }, body: {} });
    expect(asked.response.status).toBe(202);
    await takeOneModel(desk.muster, silentLog);
    const run = await editor.GET('/model-runs/{modelRunId}', {
      params: { path: { modelRunId: must(asked.data, 'a run').id } },
    });
    expect(run.data).toMatchObject({ state: 'succeeded', counts: { new: 3 }, failedRows: [] });

    const tried = await editor.POST('/models/{modelId}/test', { params: { path }, body: {} });
    expect(tried.data).toMatchObject({ externalId: '9', answer: null });
    expect(JSON.stringify(tried.data)).not.toContain('ana@');

    const dry = await editor.PATCH('/models/{modelId}', {
      params: { path },
      body: { map: 'EMAIL=contact, LN=plan', dryRun: true },
    });
    expect(dry.data).toMatchObject({ changed: false, resync: false, touches: { updated: 3 } });
    const changed = await editor.PATCH('/models/{modelId}', {
      params: { path },
      body: { map: 'EMAIL=contact, LN=plan' },
    });
    expect(changed.data).toMatchObject({
      ...{ changed: true, resync: true, touches: { updated: 3 } },
      replay: { path: '/databases/1/replay', audiences: 0 },
    });
    const off = await editor.PATCH('/models/{modelId}', {
      params: { path },
      body: { enabled: false },
    });
    expect(off.data).toMatchObject({ changed: true, touches: null, model: { enabled: false } });
    const refused = await editor.POST('/models/{modelId}/runs', { params: { path }, body: {} });
    expect(refused.error).toMatchObject({ status: 409, code: 'MODEL_DISABLED' });
  });

  it('have a schedule, a copy, and go', async () => {
    const { data } = await desk.owner.GET('/models', {});
    const path = { modelId: must(data?.items[0], 'a model').id };
    const when = await desk.owner.PUT('/models/{modelId}/schedule', {
      params: { path },
      body: { kind: 'calendar', times: '06:30', days: 'mon,fri', zone: 'Europe/Berlin' },
    });
    expect(when.data).toMatchObject({ schedule: { kind: 'calendar', times: ['06:30'] } });
    const copy = await desk.owner.POST('/models/{modelId}/duplicate', { params: { path } });
    expect(copy.data).toMatchObject({
      name: 'people (Copy)',
      enabled: false,
      map: 'EMAIL=contact, LN=plan',
    });
    expect(
      (await desk.owner.POST('/models/{modelId}/reset', { params: { path } })).response.status,
    ).toBe(204);
    const runs = await desk.owner.GET('/models/{modelId}/runs', { params: { path } });
    expect(runs.data?.items.map(({ state }) => state)).toEqual(['succeeded']);
    const gone = await desk.owner.DELETE('/models/{modelId}', { params: { path } });
    expect(gone.response.status).toBe(204);
  });
});

test('a file that cannot be taken is passed over, and the one after it is read', async () => {
  const drop = join(desk.directory, 'drop');
  await mkdir(drop);
  const files = { 'a.csv': 'nr,email\n1,"ana', 'b.csv': 'nr,email\n2,bo@example.com\n' };
  for (const [i, [name, text]] of Object.entries(files).entries()) {
    await writeFile(join(drop, name), text);
    await utimes(join(drop, name), new Date(`2026-01-0${i + 1}`), new Date(`2026-01-0${i + 1}`));
  }
  const settings = { pattern: '*.csv', files: 'each' as const };
  const source = await desk.owner.POST('/sources', {
    body: { name: 'drop', type: 'folder', url: drop, settings },
  });
  const { store } = desk.muster;
  const { id } = await store.tx((tx) =>
    addModel(tx, {
      ...{ name: 'changes', sourceId: Number(source.data?.id), databaseId: 1, sql: '' },
      ...{ idColumn: 'nr', map: null, mode: 'upsert', enabled: true },
    }),
  );
  const path = { modelId: String(id) };
  const sync = async () => {
    const asked = await desk.owner.POST('/models/{modelId}/runs', { params: { path }, body: {} });
    await takeOneModel(desk.muster, silentLog);
    const modelRunId = must(asked.data, 'a run').id;
    const run = await desk.owner.GET('/model-runs/{modelRunId}', {
      params: { path: { modelRunId } },
    });
    return run.data;
  };
  expect(await sync()).toMatchObject({ state: 'failed' });
  const skipped = await desk.owner.POST('/models/{modelId}/skip-file', { params: { path } });
  expect(skipped.data).toEqual({ file: 'a.csv' });
  expect(await sync()).toMatchObject({ state: 'succeeded', counts: { file: 'b.csv', new: 1 } });
  const none = await desk.owner.POST('/models/{modelId}/skip-file', { params: { path } });
  expect(none.error).toMatchObject({ code: 'SOURCE_NO_FILE' });
});
