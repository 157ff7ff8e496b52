import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { normalising } from '#http/contract/database-settings.ts';
import { choices } from '#identifiers/setting.ts';
import { takeOneUpload } from '#jobs/uploads.ts';
import { findAudience } from '#store/audiences.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const databaseId = '1';
const inMain = { params: { path: { databaseId } } };

beforeAll(async () => {
  desk = await openApiDesk();
});
afterAll(async () => await desk[Symbol.asyncDispose]());

const people = 'id,email,phone,plan\nA,ana@example.com,0171 3920012,gold\nB,bo@example.com,,free\n';

async function upload(query: string, body: string, headers = {}) {
  return await desk.ask(`/databases/1/imports?${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });
}

describe('a file that is uploaded', () => {
  it('is looked at, then taken over, and leaves nothing on the disk', async () => {
    const dry = await upload('file=people.csv&dryRun=true&country=DE', people);
    expect(dry.status).toBe(200);
    expect(await dry.json()).toMatchObject({
      ...{
        rows: 2,
        created: 2,
        dryRun: true,
        mapped: { email: 'email' },
        traits: { plan: 'text' },
      },
    });
    const done = await upload('file=people.csv&country=DE', people.replace('A,', 'C,too,few\nA,'));
    expect(await done.json()).toMatchObject({
      ...{ rows: 3, created: 2, rejected: 1, rejectedRows: [{ line: 2 }] },
    });
    expect(await readdir(join(desk.directory, 'data', 'uploads'))).toEqual([]);
  });

  it('tells how far it is, and at the end what came of it', async () => {
    const told = await upload('file=people.csv&mirror=true', people, {
      accept: 'application/x-ndjson',
    });
    const lines = (await told.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.at(-1)).toMatchObject({ report: { rows: 2, unchanged: 2 } });
    expect(lines.slice(0, -1).every((line) => 'progress' in line)).toBe(true);
    const broken = await upload('file=people.csv', 'id,email\nA,"ana', {
      accept: 'application/x-ndjson',
    });
    expect(JSON.parse((await broken.text()).trim().split('\n').at(-1) ?? '')).toMatchObject({
      problem: { code: expect.stringMatching(/^IMPORT_/) as string },
    });
  });

  it('need not be waited for: a worker imports it, on whatever machine, and who asks is told', async () => {
    // Of a process with a data directory of its own.
    const uploads = join(desk.directory, 'elsewhere', 'uploads');
    const kept = async () =>
      await desk.muster.store.query<{ kind: string; bytes: Buffer }>(
        'select kind, bytes from upload_part order by upload_id, kind, part',
      );
    const later = async (body: string) => {
      const response = await upload('file=later.csv', body, { prefer: 'respond-async' });
      expect(response.status).toBe(202);
      const { id } = (await response.json()) as { id: string };
      expect(response.headers.get('location')).toBe(`/api/v1/uploads/${id}`);
      return { params: { path: { uploadId: id } } };
    };
    const asked = await later('id,email\nA,ana@example.com\ntoo,many,cells\nB,bo@example.com\n');
    const before = await desk.owner.GET('/uploads/{uploadId}', asked);
    expect(before.data).toMatchObject({ state: 'queued', report: null, file: 'later.csv' });
    expect(await readdir(join(desk.directory, 'data', 'uploads'))).toEqual([]);
    expect(await kept()).toMatchObject([{ kind: 'file' }]);
    const following = desk.ask(`/uploads/${asked.params.path.uploadId}/events`);
    expect(await takeOneUpload(desk.muster, uploads)).toBe(true);
    const told = await (await following).text();
    expect(told).toContain('"state":"partial"');
    const { data } = await desk.owner.GET('/uploads/{uploadId}', asked);
    expect(data).toMatchObject({
      ...{ state: 'partial', error: null },
      report: { rows: 3, created: 0, rejected: 1, rejectedRows: [{ line: 3 }] },
    });
    expect(await kept()).toMatchObject([{ kind: 'rejected' }]);
    const rejected = await desk.ask(`/uploads/${asked.params.path.uploadId}/rejected`);
    expect(rejected.headers.get('content-type')).toContain('text/csv');
    expect(await rejected.text()).toMatch(/^line,reason\n3,/);
    const viewer = desk.as({ role: 'viewer', databases: [] });
    expect((await viewer.GET('/uploads/{uploadId}', asked)).response.status).toBe(404);

    const broken = await later('id,email\nA,"ana');
    await takeOneUpload(desk.muster, uploads);
    const failed = await desk.owner.GET('/uploads/{uploadId}', broken);
    expect(failed.data).toMatchObject({
      ...{ state: 'failed', report: null },
      error: { code: expect.stringMatching(/^IMPORT_/) as string },
    });
    expect(await takeOneUpload(desk.muster, uploads)).toBe(false);
    await desk.muster.store.query(
      `update upload set finished_at = finished_at - interval '8 days'`,
    );
    // One whose sender went away, and a folder whose process died.
    await desk.muster.store.query(
      `insert into upload (database_id, file, wish, state, queued_at)
       values (1, 'never.csv', '{}', 'receiving', muster_now() - interval '2 days')`,
    );
    await mkdir(join(uploads, 'upload-died'));
    await utimes(join(uploads, 'upload-died'), 0, 0);
    await takeOneUpload(desk.muster, uploads);
    expect(await readdir(uploads)).toEqual([]);
    expect(await kept()).toEqual([]);
    expect(await desk.muster.store.query('select id from upload')).toEqual([]);
  });

  it('arrives byte by byte, also where it takes many parts', async () => {
    const note = 'x'.repeat(100_000);
    const rows = Array.from({ length: 30 }, (_, i) => `P-${i},person${i}@example.com,${note}\n`);
    const body = `id,email,note\n${rows.join('')}`;
    await upload('file=large.csv&dryRun=true&rows=30', body, { prefer: 'respond-async' });
    const parts = await desk.muster.store.query<{ bytes: Buffer }>(
      'select bytes from upload_part order by part',
    );
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(Buffer.from(body))).toBe(true);
    await takeOneUpload(desk.muster, join(desk.directory, 'elsewhere', 'uploads'));
    const [ended] = await desk.muster.store.query<{ state: string; report: { rows: number } }>(
      `select state, report from upload where file = 'large.csv'`,
    );
    expect(ended).toMatchObject({ state: 'succeeded', report: { rows: 30 } });
  });

  it('is taken again when its process died, and is not tried for ever', async () => {
    const uploads = join(desk.directory, 'data', 'uploads');
    const send = async () => {
      const response = await upload('file=later.csv&dryRun=true', people, {
        prefer: 'wait=5, respond-async',
      });
      return ((await response.json()) as { id: string }).id;
    };
    const died = (id: string, times: number) =>
      desk.muster.store.query(
        `update upload set state = 'running', started_at = now(), attempts = $2 where id = $1`,
        [id, times],
      );
    const [once, ever] = [await send(), await send()];
    await died(once, 1);
    await died(ever, 3);
    while (await takeOneUpload(desk.muster, uploads));
    const states = await desk.muster.store.query(
      'select state, error_code as code from upload where id = any($1) order by id',
      [[once, ever]],
    );
    expect(states).toEqual([
      { state: 'succeeded', code: null },
      { state: 'failed', code: 'UPLOAD_LOST' },
    ]);
  });

  it('keeps to its own directory, whatever it is called', async () => {
    const response = await upload('file=..%2F..%2Fevil.csv&dryRun=true', people);
    expect(await response.json()).toMatchObject({ rows: 2 });
    expect(await readdir(desk.directory)).not.toContain('evil.csv');
    const viewer = await desk.as({ role: 'viewer' }).POST('/databases/{databaseId}/imports', {
      params: { path: { databaseId }, query: { file: 'people.csv' } },
      body: people,
      bodySerializer: String,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(viewer.response.status).toBe(403);
  });
});

test('the contract has the rules of docs/normalising.md, each with its choices', () => {
  const shape = Object.keys(normalising.shape);
  expect(shape.length).toBe(Object.keys(choices).length);
  for (const [name, allowed] of Object.entries(choices)) {
    for (const choice of allowed) {
      expect(normalising.safeParse({ [name]: choice }).success, `${name} ${choice}`).toBe(true);
    }
    expect(normalising.safeParse({ [name]: 'nonsense' }).success).toBe(false);
  }
});

test('settings of a database are changed after a look at whom it touches', async () => {
  const set = async (body: object) =>
    await desk.owner.PATCH('/databases/{databaseId}/settings', { ...inMain, body });
  const dry = await set({ normalising: { externalId: 'sha256' }, dryRun: true });
  expect(dry.data).toMatchObject({ changed: false, touched: 2, settings: { normalising: {} } });
  const done = await set({ unknownConsent: 'blocks', expectedEveryMinutes: 1_440 });
  expect(done.data).toMatchObject({ changed: true, touched: 0 });
  const { data } = await desk.owner.GET('/databases/{databaseId}/settings', inMain);
  expect(data).toMatchObject({
    ...{ defaultCountry: 'DE', unknownConsent: 'blocks', expectedEveryMinutes: 1_440 },
    requiredConsents: [{ integration: 'sandbox', categories: [] }],
  });
  expect((await set({ defaultCountry: 'Nowhere' })).response.status).toBe(422);
});

test('traits are listed, computed from events and removed', async () => {
  const body = {
    ...{ name: 'orders', event: 'Order Completed', function: 'count' as const },
  };
  const made = await desk.owner.POST('/databases/{databaseId}/traits', { ...inMain, body });
  expect(made.data).toMatchObject({ name: 'orders', people: 0, days: null, as: null });
  const list = await desk.owner.GET('/databases/{databaseId}/traits', inMain);
  expect(list.data?.items.map(({ name }) => name)).toEqual([
    ...['email', 'id', 'orders', 'phone', 'plan'],
  ]);
  expect(list.data?.items[2]?.computed).toMatchObject({ event: 'Order Completed' });
  const wrong = { ...body, name: 'x', as: 'EXTERN_ID' };
  const refused = await desk.owner.POST('/databases/{databaseId}/traits', {
    ...inMain,
    body: wrong,
  });
  expect(refused.error).toMatchObject({ code: 'TRAIT_INVALID' });
  const gone = await desk.owner.POST('/databases/{databaseId}/traits/remove', {
    ...inMain,
    body: { name: 'orders' },
  });
  expect(gone.response.status).toBe(204);
});

test('lookalikes of an audience that is not linked are refused with the reason', async () => {
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  const { id } = await findAudience(desk.muster.store, 'gold');
  const path = { audienceId: String(id) };
  const made = await desk.owner.POST('/audiences/{audienceId}/lookalikes', {
    params: { path },
    body: { country: 'DE', percent: 1 },
  });
  expect(made.error).toMatchObject({ code: 'AUDIENCE_NOT_LINKED' });
});
