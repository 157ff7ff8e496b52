import { afterAll, beforeAll, expect, it } from 'vitest';
import { syncAudience } from '#sync/sync.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await syncAudience(desk.place.muster, 'gold', { trigger: 'manual', wait: true }, () => {});
});
afterAll(async () => await desk[Symbol.asyncDispose]());

it('says how everything is', async () => {
  const { data } = await desk.owner.GET('/overview');
  expect(data).toMatchObject({
    ...{ sandbox: true, integrations: 1 },
    databases: [{ name: 'main', profiles: 2 }],
    audiences: { total: 1, members: 1, byState: { 'up to date': 1 } },
    quotas: [{ integration: 'sandbox' }],
  });
  expect(data?.audiences.oldestSynchronizedAt).not.toBeNull();
});

it('shows nothing of a database that somebody may not see', async () => {
  const elsewhere = desk.as({ databases: [77] });
  const { data } = await elsewhere.GET('/overview');
  expect(data).toMatchObject({ needs: [], databases: [], integrations: 0, quotas: [] });
  const asked = await elsewhere.GET('/overview', { params: { query: { databaseId: '1' } } });
  expect(asked.data).toMatchObject({ databases: [], audiences: { total: 0 } });
});

it('tells people added and removed day by day, also days without a run', async () => {
  const query = { days: 3, zone: 'Europe/Berlin' };
  const { data } = await desk.owner.GET('/overview/flow', { params: { query } });
  expect(data?.zone).toBe('Europe/Berlin');
  expect(data?.days.map(({ added, removed, runs }) => [added, removed, runs])).toEqual([
    ...[
      [0, 0, 0],
      [0, 0, 0],
    ],
    [1, 0, 1],
  ]);
  const path = { audienceId: '1' };
  const one = await desk.owner.GET('/audiences/{audienceId}/flow', {
    params: { path, query: { days: 1 } },
  });
  expect(one.data?.days).toMatchObject([{ added: 1, runs: 1, runsFailed: 0 }]);
  const wrong = await desk.owner.GET('/overview/flow', {
    params: { query: { zone: 'Mars/Base' } },
  });
  expect(wrong.error).toMatchObject({ status: 422, code: 'SCHEDULE_INVALID' });
});
