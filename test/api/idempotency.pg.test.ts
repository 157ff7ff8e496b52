import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropOldAnswers } from '#store/answered-requests.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const rule = { trait: 'plan', op: 'equals', value: 'gold' };

beforeAll(async () => {
  desk = await openApiDesk();
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function make(key: string, body: object): Promise<Response> {
  return await desk.ask('/audiences', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
}

it('does it once, and answers the same again', async () => {
  const first = await make('one', { name: 'gold', rule });
  expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
  const again = await make('one', { name: 'gold', rule });
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  expect(await again.json()).toEqual(await first.json());
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
});

it('does it once when many ask at the same time', async () => {
  const many = await Promise.all(
    Array.from({ length: 8 }, () => make('together', { name: 'silver', rule })),
  );
  // Whoever came while the first was under way is told so, and may ask again.
  const made = many.filter(({ status }) => status === 201);
  expect(made.length).toBeGreaterThan(0);
  expect(many.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  const found = await desk.owner.GET('/audiences', { params: { query: { name: 'silver' } } });
  expect(found.data?.items).toHaveLength(1);
});

it('refuses a key under which something else was asked', async () => {
  await make('reused', { name: 'bronze', rule });
  const other = await make('reused', { name: 'iron', rule });
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ code: 'API_KEY_REUSED' });
});

it('keeps nothing of what was refused', async () => {
  const refused = await make('again', { name: 'tin', rule: { trait: 'plan' } });
  expect(refused.status).toBe(422);
  const mended = await make('again', { name: 'tin', rule });
  expect(mended.status).toBe(201);
});

it('forgets a key after a day', async () => {
  const made = await make('daily', { name: 'lead', rule });
  desk.place.clock.nowMs += 25 * 3_600_000;
  const later = await make('daily', { name: 'lead', rule });
  expect([made.status, later.status]).toEqual([201, 409]);
  expect(await later.json()).toMatchObject({ code: 'AUDIENCE_EXISTS' });
});

it('drops what is older than a day, and nothing younger', async () => {
  const { store } = desk.place.muster;
  const kept = () => store.query<{ key: string }>('select key from answered_request');
  await make('young', { name: 'zinc', rule });
  desk.place.clock.nowMs += 23 * 3_600_000;
  await dropOldAnswers(store);
  expect((await kept()).map(({ key }) => key)).toContain('young');
  desk.place.clock.nowMs += 2 * 3_600_000;
  expect(await dropOldAnswers(store)).toBeGreaterThan(0);
  expect(await kept()).toEqual([]);
});

it('takes no JSON larger than a rule may be', async () => {
  const large = await make('large', { name: 'x'.repeat(7_000_000), rule });
  expect(large.status).toBe(413);
  expect(await large.json()).toMatchObject({ code: 'API_TOO_LARGE' });
});
