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

it('tells what became of a period, with the reasons of what did not arrive', async () => {
  const { muster } = desk.place;
  await desk.place.receive('id,email,plan,phone\nC,,silver,000\nD,d@example.com,silver,000\n');
  await desk.place.createAudience('silver', { trait: 'plan', op: 'equals', value: 'silver' });
  await syncAudience(muster, 'silver', { trigger: 'manual', wait: true }, () => {});
  const ended = (days: number, counts: object, state = 'partial', error: object | null = null) =>
    muster.store.query(
      `insert into run (audience_id, trigger, state, counts, error, started_at, finished_at)
       values (2, 'manual', $3, $2, $4, muster_now(), muster_now() - make_interval(days => $1))`,
      [days, counts, state, error],
    );
  await ended(3, {
    requests: 2,
    accepted: 5,
    rejected: 3,
    rejectedBy: { 'invalid hash format': 3 },
  });
  await ended(4, { left: 7 }, 'failed', { code: 'META_TOKEN', message: '', next: '' });
  await ended(20, { requests: 1, rejected: 2, rejectedBy: { 'invalid hash format': 2 } });
  const path = { audienceId: '2' };
  const read = async (days: number) =>
    (
      await desk.owner.GET('/audiences/{audienceId}/delivery', {
        params: { path, query: { days } },
      })
    ).data;
  const week = await read(7);
  expect(week).toMatchObject({ runs: 3, runsFailed: 1, rejected: 3, failed: 7, unknown: 0 });
  expect(week?.reasons).toEqual([
    { kind: 'meta', reason: 'invalid hash format', count: 3 },
    { kind: 'value', reason: 'phone: all zeros', count: 2 },
    { kind: 'run', reason: 'META_TOKEN', count: 1 },
  ]);
  expect(await read(30)).toMatchObject({ runs: 4, rejected: 5, accepted: week?.accepted ?? 0 });

  const all = await desk.owner.GET('/overview/delivery', {
    params: { query: { days: 30, integrationId: '1' } },
  });
  expect(all.data).toMatchObject({ runs: 5, rejected: 5 });
  const german = await desk.ask('/audiences/2/delivery?days=7', {
    headers: { 'accept-language': 'de' },
  });
  expect(await german.text()).toContain('phone: nur Nullen');
  const elsewhere = desk.as({ databases: [77] });
  expect((await elsewhere.GET('/overview/delivery', { params: { query: {} } })).data).toMatchObject(
    { runs: 0, reasons: [] },
  );
});
