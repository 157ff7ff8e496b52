import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const isGold = { trait: 'plan', op: 'equals', value: 'gold' };

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
  for (const name of ['gold', 'silver', 'bronze']) await desk.place.createAudience(name, isGold);
});
afterAll(async () => await desk[Symbol.asyncDispose]());

describe('the list of audiences', () => {
  it('gives pages that go on where the one before ended', async () => {
    const first = await desk.owner.GET('/audiences', { params: { query: { limit: 2 } } });
    expect(first.data?.items.map(({ name }) => name)).toEqual(['bronze', 'gold']);
    const cursor = first.data?.next ?? '';
    const second = await desk.owner.GET('/audiences', { params: { query: { limit: 2, cursor } } });
    expect(second.data?.items.map(({ name }) => name)).toEqual(['silver']);
    expect(second.data?.next).toBeNull();
  });

  it('sorts the other way, filters and leaves out', async () => {
    const sorted = await desk.owner.GET('/audiences', { params: { query: { sort: '-name' } } });
    expect(sorted.data?.items.map(({ name }) => name)).toEqual(['silver', 'gold', 'bronze']);
    const query = { name: 'gold', fields: 'name,state' };
    const sparse = await desk.owner.GET('/audiences', { params: { query } });
    expect(sparse.data?.items).toEqual([{ id: '1', name: 'gold', state: 'never' }]);
  });

  it.each(['name', 'createdAt', 'members', 'state', 'synchronizedAt'] as const)(
    'goes through all by %s, either way, also past those that have none',
    async (by) => {
      const { store } = desk.muster;
      const back = `update audience set state = 'never', member_count = 0, synchronized_at = null`;
      onTestFinished(async () => void (await store.query(back)));
      // Two of the same, and one that has nothing.
      await store.query(
        `update audience set state = 'up to date', member_count = id % 2,
           synchronized_at = case when id > 1 then timestamptz '2026-11-02 10:00:00.1234Z' end`,
      );
      for (const sort of [by, `-${by}`] as const) {
        const whole = await desk.owner.GET('/audiences', { params: { query: { sort } } });
        const one = { sort, limit: 1 };
        let { data } = await desk.owner.GET('/audiences', { params: { query: one } });
        const found = [...(data?.items ?? [])];
        while (data?.next) {
          const query = { ...one, cursor: data.next };
          ({ data } = await desk.owner.GET('/audiences', { params: { query } }));
          found.push(...(data?.items ?? []));
        }
        expect(found).toEqual(whole.data?.items);
        expect(found).toHaveLength(3);
        if (by === 'synchronizedAt') expect(found.at(-1)?.synchronizedAt).toBeNull();
      }
    },
  );

  it('finds by every filter, and takes no cursor that was made up', async () => {
    const set = `update audience set description = 'Für ÄLTERE', folder = 'shop', labels = '{vip}'
      where name = 'silver'`;
    await desk.muster.store.query(set);
    const filters = [
      { search: 'für ältere' },
      { folder: 'shop' },
      { label: 'vip' },
      { name: 'silver' },
      { search: 'SILV', way: 'rule', integrationId: '1', databaseId: '1' },
    ] as const;
    for (const query of filters) {
      const { data } = await desk.owner.GET('/audiences', { params: { query } });
      expect(data?.items.map(({ name }) => name)).toEqual(['silver']);
    }
    for (const query of [
      { folder: 'none' },
      { integrationId: '999999999999999' },
      { label: 'v' },
    ]) {
      const { data } = await desk.owner.GET('/audiences', { params: { query } });
      expect(data?.items).toEqual([]);
    }
    for (const place of [
      ['createdAt', 'yesterday', '1'],
      ['members', 'x', '1'],
      ['members', 1.5, '1'],
      ['name', 'a', '99999999999'],
    ]) {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      const query = { sort: place[0] as 'name', cursor };
      const { error } = await desk.owner.GET('/audiences', { params: { query } });
      expect(error?.code).toBe('API_CURSOR_INVALID');
    }
  });

  it('says what is wrong with a request, and where', async () => {
    const query = { limit: 0 };
    const { error, response } = await desk.owner.GET('/audiences', { params: { query } });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(error).toMatchObject({ code: 'API_REQUEST_INVALID', path: '/query/limit' });
    const foreign = await desk.owner.GET('/audiences', { params: { query: { cursor: 'x' } } });
    expect(foreign.error?.code).toBe('API_CURSOR_INVALID');
    const field = await desk.owner.GET('/audiences', { params: { query: { fields: 'secret' } } });
    expect(field.error?.code).toBe('API_REQUEST_INVALID');
  });
});

describe('one audience', () => {
  it('comes with its version as ETag', async () => {
    const params = { path: { audienceId: '1' } };
    const { data, response } = await desk.owner.GET('/audiences/{audienceId}', { params });
    expect(data).toMatchObject({
      ...{ id: '1', name: 'gold', database: 'main', integration: 'sandbox', sandbox: true },
      ...{ state: 'never', rule: isGold, definition: 'people whose plan is "gold"' },
    });
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['999', '0', 'x', '99999999999999999999'])('%s is not there', async (audienceId) => {
    const params = { path: { audienceId } };
    const { error } = await desk.owner.GET('/audiences/{audienceId}', { params });
    expect(error).toMatchObject({ status: 404, code: 'API_NOT_FOUND' });
  });
});

describe('access', () => {
  it('lets no stranger in', async () => {
    const { error, response } = await desk.stranger.GET('/audiences');
    expect(error).toMatchObject({ status: 401, code: 'API_LOGIN_NEEDED' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('hides what is in a database that somebody may not see', async () => {
    const elsewhere = desk.as({ databases: [77] });
    expect((await elsewhere.GET('/audiences')).data).toEqual({ items: [], next: null });
    const params = { path: { audienceId: '1' } };
    const hidden = await elsewhere.GET('/audiences/{audienceId}', { params });
    const missing = await elsewhere.GET('/audiences/{audienceId}', {
      params: { path: { audienceId: '2' } },
    });
    expect(hidden.error?.status).toBe(404);
    expect(hidden.error?.detail.replace('1', '2')).toBe(missing.error?.detail);
  });
});
