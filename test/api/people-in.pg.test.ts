import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { normalising } from '#http/contract/database-settings.ts';
import { choices } from '#identifiers/setting.ts';
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
