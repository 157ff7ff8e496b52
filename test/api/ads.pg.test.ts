import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { activeLink } from '#store/links.ts';
import { syncAudience } from '#sync/sync.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

/** What ads did that name an audience: where Meta tells, and where it does not. */

let desk: ApiDesk;
const path = { audienceId: '1' };

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive('id,email,plan\nA,a@example.com,gold\n');
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await syncAudience(desk.place.muster, 'gold', { trigger: 'manual', wait: true }, () => {});
});
afterAll(async () => await desk[Symbol.asyncDispose]());

async function read(refresh: 'true' | 'false' = 'false') {
  const { data } = await desk.owner.GET('/audiences/{audienceId}/ads', {
    params: { path, query: { refresh } },
  });
  return must(data, 'what is known of the ads');
}

async function plant(): Promise<void> {
  const { muster, sandbox } = desk.place;
  const link = must(await activeLink(muster.store, 1), 'a link');
  const account = must(sandbox.adAccounts[0], 'an ad account').id;
  const adSet = (id: string, name: string, more: object) => ({ id, account, name, ...more });
  const body = JSON.stringify({
    adSets: [
      adSet('5001', 'Spring', {
        audiences: [link.metaAudienceId, '99'],
        days: [
          { day: '2026-10-31', impressions: 1_000, spend: 12.5, purchases: 2 },
          { day: '2026-11-01', impressions: 500, spend: 7.5 },
          { day: '2026-08-01', impressions: 7, spend: 7 },
        ],
      }),
      adSet('5002', 'Not to them', {
        status: 'PAUSED',
        excluded: [link.metaAudienceId],
        days: [{ day: '2026-11-01', impressions: 9, spend: 9 }],
      }),
      adSet('5003', 'Others', {
        audiences: ['99'],
        days: [{ day: '2026-11-01', impressions: 8, spend: 8 }],
      }),
    ],
  });
  const url = 'http://127.0.0.1/_sandbox/ads';
  const answer = await sandbox.fetch(new Request(url, { method: 'POST', body }));
  expect(answer.status, await answer.clone().text()).toBe(200);
}

it('says that Meta does not tell, and sends to audiences all the same', async () => {
  const refused = await read();
  expect(refused).toMatchObject({ readAt: null, adSets: [] });
  expect(refused.refusal).toMatch(/ads_management|may not/);
  const { data } = await desk.owner.GET('/overview/ads', { params: { query: {} } });
  expect(data?.items).toEqual([]);
  const report = await syncAudience(
    ...([desk.place.muster, 'gold', { trigger: 'manual', wait: true }, () => {}] as const),
  );
  expect(report.state).toBe('succeeded');
});

it('adds up the ad sets that name it, day by day, and names those that keep its people out', async () => {
  await plant();
  expect(await read(), 'within the hour nobody is asked').toMatchObject({ readAt: null });
  desk.place.clock.nowMs += 2 * 3_600_000;
  expect(await read()).toMatchObject({
    ...{ refusal: null, currency: 'EUR' },
    adSets: [
      { id: '5001', name: 'Spring', status: 'ACTIVE', excluded: false },
      { id: '5002', name: 'Not to them', status: 'PAUSED', excluded: true },
    ],
  });
  const figures = async (query: object) =>
    (await desk.owner.GET('/overview/ads', { params: { query } })).data?.items;
  expect(await figures({ days: 30 })).toMatchObject([
    { audience: 'gold', impressions: 1_500, spend: 20, purchases: 2, currency: 'EUR' },
  ]);
  expect(await figures({ days: 1, audienceId: '1' })).toMatchObject([
    { impressions: 500, spend: 7.5, purchases: 0 },
  ]);
  const elsewhere = desk.as({ databases: [77] });
  expect((await elsewhere.GET('/overview/ads', { params: { query: {} } })).data?.items).toEqual([]);
});
