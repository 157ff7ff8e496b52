import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { findAudience } from '#store/audiences.ts';
import { evaluateAudience } from '#sync/evaluate.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const databaseId = '1';
const inMain = { params: { path: { databaseId } } };

beforeAll(async () => {
  desk = await openApiDesk();
  const people =
    'id,email,plan,marketing_consent\nA,ana@example.com,gold,yes\nB,bo@example.com,free,no\n';
  await desk.place.receive(`${people}C,cem@example.com,gold,\n`);
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  const { store } = desk.muster;
  await evaluateAudience(store, await findAudience(store, 'gold'));
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function idOf(externalId: string): Promise<string> {
  const rule = { trait: 'email', op: 'starts_with', value: externalId };
  const { data } = await desk.owner.POST('/databases/{databaseId}/profiles/search', {
    ...inMain,
    body: { rule },
  });
  return must(data?.items[0], externalId).id;
}

const ofProfile = (profileId: string) => ({ params: { path: { databaseId, profileId } } });

describe('search', () => {
  it('finds people by a rule, page by page', async () => {
    const rule = { trait: 'plan', op: 'equals', value: 'gold' };
    const search = (cursor: string | null) =>
      desk.owner.POST('/databases/{databaseId}/profiles/search', {
        ...inMain,
        body: { rule, limit: 1, cursor },
      });
    const first = await search(null);
    expect(first.data?.items.map(({ externalId }) => externalId)).toEqual(['A']);
    const second = await search(first.data?.next ?? null);
    expect(second.data?.items.map(({ externalId }) => externalId)).toEqual(['C']);
    expect(second.data?.next).toBeNull();
    const wrong = await search('x');
    expect(wrong.error).toMatchObject({ code: 'API_CURSOR_INVALID', status: 400 });
  });

  it('finds text in ids, identifiers and traits, and takes it as it stands', async () => {
    const found = async (text: string) => {
      const body = { text };
      const { data } = await desk.owner.POST('/databases/{databaseId}/profiles/search', {
        ...inMain,
        body,
      });
      return data?.items.map(({ externalId }) => externalId);
    };
    expect(await found('BO@')).toEqual(['B']);
    expect(await found('gold')).toEqual(['A', 'C']);
    expect(await found('%')).toEqual([]);
  });

  it('shows shapes to whoever may not see personal data, and guesses nothing for them', async () => {
    const viewer = desk.as({ role: 'viewer', personalData: false });
    const rule = { trait: 'email', op: 'exists' };
    const { data } = await viewer.POST('/databases/{databaseId}/profiles/search', {
      ...inMain,
      body: { rule },
    });
    expect(JSON.stringify(data)).not.toContain('example.com');
    expect(data?.items[0]).toMatchObject({
      masked: true,
      identifiers: { email: 'aaa@aaaaaaa.aaa' },
    });
    const { error } = await viewer.POST('/databases/{databaseId}/profiles/search', {
      ...inMain,
      body: { text: 'ana' },
    });
    expect(error).toMatchObject({ status: 403, code: 'API_NOT_ALLOWED' });
  });
});

describe('one person', () => {
  it('is shown with audiences, changes and time line; masked for others', async () => {
    const id = await idOf('ana');
    const { data } = await desk.owner.GET(
      '/databases/{databaseId}/profiles/{profileId}',
      ofProfile(id),
    );
    expect(data).toMatchObject({
      ...{ id, externalId: 'A', consent: true, masked: false, traits: { plan: 'gold' } },
      audiences: [{ name: 'gold', synchronizedAt: null }],
    });
    expect(data?.timeline.map(({ kind }) => kind)).toContain('audience');
    const viewer = desk.as({ role: 'viewer', personalData: false });
    const shown = await viewer.GET('/databases/{databaseId}/profiles/{profileId}', ofProfile(id));
    expect(shown.data).toMatchObject({ masked: true, consent: true, traits: { plan: 'aaaa' } });
    expect(JSON.stringify(shown.data)).not.toContain('ana@');
    const foreign = desk.as({ databases: [99] });
    const { error } = await foreign.GET(
      '/databases/{databaseId}/profiles/{profileId}',
      ofProfile(id),
    );
    expect(error).toMatchObject({ status: 404, code: 'API_NOT_FOUND' });
  });

  it('is added, edited and deleted by hand', async () => {
    const made = await desk.owner.POST('/databases/{databaseId}/profiles', {
      ...inMain,
      body: { externalId: 'D', traits: { email: 'dora@example.com', plan: 'gold', seats: 3 } },
    });
    expect(made.response.status).toBe(201);
    const id = must(made.data, 'a person').id;
    // What is said in the same moment has no order of its own.
    await desk.place.muster.sleep(1_000);
    const edited = await desk.owner.PATCH('/databases/{databaseId}/profiles/{profileId}', {
      ...ofProfile(id),
      body: { traits: { plan: null, seats: 4 } },
    });
    expect(edited.data).toMatchObject({
      traits: { seats: 4 },
      identifiers: { email: 'dora@example.com' },
    });
    expect(edited.data?.traits).not.toHaveProperty('plan');
    const gone = await desk.owner.DELETE(
      '/databases/{databaseId}/profiles/{profileId}',
      ofProfile(id),
    );
    expect(gone.response.status).toBe(204);
    const again = await desk.owner.GET(
      '/databases/{databaseId}/profiles/{profileId}',
      ofProfile(id),
    );
    expect(again.error).toMatchObject({ status: 404, code: 'PROFILE_UNKNOWN' });
  });

  it('says no, which has its details, and is forgotten with a receipt', async () => {
    const id = await idOf('cem');
    const said = await desk.owner.POST('/databases/{databaseId}/profiles/{profileId}/consent', {
      ...ofProfile(id),
      body: { consent: 'no', source: 'phone', proof: 'call 17' },
    });
    expect(said.data).toMatchObject({ consent: 'no', state: 'nothing to remove' });
    const { data } = await desk.owner.GET(
      '/databases/{databaseId}/profiles/{profileId}',
      ofProfile(id),
    );
    expect(data).toMatchObject({
      ...{ consent: false, optedOut: true },
      consents: { marketing: { source: 'phone', proof: 'call 17', direct: true } },
    });
    const forgotten = await desk.owner.POST(
      '/databases/{databaseId}/profiles/{profileId}/forget',
      ofProfile(id),
    );
    const erasureId = must(forgotten.data, 'a receipt').erasureId;
    const receipt = await desk.owner.GET('/databases/{databaseId}/erasures/{erasureId}', {
      params: { path: { databaseId, erasureId } },
    });
    expect(receipt.data).toEqual({ ...forgotten.data, problem: null });
    const none = await desk.owner.GET('/databases/{databaseId}/erasures/{erasureId}', {
      params: { path: { databaseId, erasureId: '999' } },
    });
    expect(none.response.status).toBe(404);
  });
});

describe('events', () => {
  it('of a person come page by page, the newest first', async () => {
    const id = await idOf('ana');
    await desk.place.muster.store.query(
      `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id,
         identity_id, properties)
       select 1, $1, 0, 'Order', '2026-11-01T10:00:00.000123Z'::timestamptz + i * interval '1 us',
         now(), 'm' || i, 0, jsonb_build_object('total', i) from generate_series(1, 3) i`,
      [id],
    );
    const page = (cursor?: string) =>
      desk.owner.GET('/databases/{databaseId}/profiles/{profileId}/events', {
        params: {
          path: { databaseId, profileId: id },
          query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        },
      });
    const first = await page();
    expect(first.data?.items.map((one) => one.id)).toEqual(['m3', 'm2']);
    const second = await page(first.data?.next ?? undefined);
    expect(second.data).toMatchObject({
      items: [{ id: 'm1', properties: { total: 1 } }],
      next: null,
    });
  });
});
