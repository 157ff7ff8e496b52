import { expect, test } from 'vitest';
import { directoryForTest, openForTest, origin } from './_opened.ts';

function useCase(headers: Headers, account: string): Record<string, unknown> {
  const all = JSON.parse(headers.get('x-business-use-case-usage') ?? '{}') as Record<
    string,
    Record<string, unknown>[]
  >;
  return all[account.replace('act_', '')]?.[0] ?? {};
}

function score(headers: Headers): Record<string, unknown> {
  return JSON.parse(headers.get('x-ad-account-usage') ?? '{}') as Record<string, unknown>;
}

test('an account over its score is refused with 17/2446079, and let in again after the block', async () => {
  const opened = await openForTest();
  const { call, clock, createAudience, add } = opened;
  await opened.ask('settings', { tier: 'development_access' });
  const id = await createAudience();
  // Sixty points in five minutes: the audience and nineteen uploads at three points each.
  for (let sent = 0; sent < 19; sent += 1)
    expect((await add(id, ['EMAIL'], [['']])).status).toBe(200);
  const refused = await add(id, ['EMAIL'], [['']]);
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { code: 17, error_subcode: 2_446_079 } },
  });
  expect(score(refused.headers)).toEqual({
    acc_id_util_pct: 100,
    reset_time_duration: 300,
    ads_api_access_tier: 'development_access',
  });
  // It stands for everything in the account, and the time to wait comes with every answer.
  clock.now += 60_000;
  const read = await call('GET', id);
  expect(read.body.error['code']).toBe(17);
  expect(score(read.headers)).toMatchObject({ reset_time_duration: 240 });
  clock.now += 240_000;
  expect((await add(id, ['EMAIL'], [['']])).status).toBe(200);

  const other = opened.sandbox.adAccounts[1]?.id ?? '';
  expect((await call('GET', other)).status).toBe(200);
  await opened.ask('settings', { accountLimitCode: 613 });
  for (let sent = 0; sent < 20; sent += 1) await add(id, ['EMAIL'], [['']]);
  const renamed = await call('POST', id, { name: 'B' });
  expect(renamed.body.error).toMatchObject({ code: 613, error_subcode: 1_487_742 });
});

test('an account over its calls of the hour is refused with 80003 until the hour lets go', async () => {
  const opened = await openForTest();
  const { call, account, clock, createAudience, add } = opened;
  const id = await createAudience();
  await opened.ask('settings', { useCaseCallsAnHour: 10 });
  for (let sent = 1; sent < 9; sent += 1) await call('GET', id);
  clock.now += 30 * 60_000;
  const last = await call('GET', id);
  expect(last.status).toBe(200);
  expect(useCase(last.headers, account)).toMatchObject({
    type: 'custom_audience',
    call_count: 100,
    estimated_time_to_regain_access: 30,
  });
  const refused = await call('DELETE', `${id}/users`, { payload: {} });
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { code: 80_003, error_subcode: 2_446_079, type: 'OAuthException' } },
  });
  // Adding users knows no 80003.
  expect((await add(id, ['EMAIL'], [['']])).status).toBe(200);
  // Going on is counted too, so it takes longer than it would have.
  for (let sent = 0; sent < 10; sent += 1) await call('GET', id);
  clock.now += 30 * 60_000;
  const still = await call('GET', id);
  expect(still.body.error['code']).toBe(80_003);
  expect(useCase(still.headers, account)['estimated_time_to_regain_access']).toBe(30);
  clock.now += 60 * 60_000;
  const free = await call('GET', id);
  expect(free.status).toBe(200);
  expect(useCase(free.headers, account)).toMatchObject({
    call_count: 10,
    estimated_time_to_regain_access: 0,
  });
});

test('what adds up is shown in per cent: calls, and the time they take by their rows', async () => {
  const opened = await openForTest();
  const { account, createAudience, remove } = opened;
  const id = await createAudience();
  await opened.ask('settings', { useCaseCallsAnHour: 100 });
  const rows = Array.from({ length: 10_000 }, (_, at) => [`c-${at}`]);
  for (let sent = 0; sent < 9; sent += 1) await remove(id, ['EXTERN_ID'], rows);
  const { headers } = await remove(id, ['EXTERN_ID'], rows);
  // 11 calls of 100; 10 ms and 0.02 a row of 100 × 100 ms; 30 ms and 0.04 a row of 100 × 300 ms.
  expect(useCase(headers, account)).toMatchObject({
    call_count: 11,
    total_cputime: 21,
    total_time: 14,
  });
});

test('the app has its own limit, 4, which other accounts feel too', async () => {
  const opened = await openForTest();
  const { call, clock, account, createAudience, add } = opened;
  const id = await createAudience();
  await opened.ask('settings', { appCallsAnHour: 3, refusedCallsCount: false });
  await call('GET', 'me');
  expect(JSON.parse((await call('GET', 'me')).headers.get('x-app-usage') ?? '')).toMatchObject({
    call_count: 66,
  });
  await add(id, ['EMAIL'], [['']]);
  const refused = await call('GET', 'me');
  expect(refused.body.error['code']).toBe(4);
  expect(refused.body.error).not.toHaveProperty('error_subcode');
  expect((await call('GET', account)).status).toBe(200);
  clock.now += 60 * 60_000;
  expect((await call('GET', 'me')).status).toBe(200);
});

test('a block outlives the sandbox', async () => {
  const directory = directoryForTest();
  const first = await openForTest({ directory });
  await first.ask('settings', { tier: 'development_access' });
  const id = await first.createAudience();
  for (let sent = 0; sent < 19; sent += 1) await first.add(id, ['EMAIL'], [['']]);
  await first.sandbox.close();
  const second = await openForTest({ directory });
  expect((await second.add(id, ['EMAIL'], [['']])).body.error['code']).toBe(17);
});

test('quota can be looked at, and given back', async () => {
  const opened = await openForTest();
  const { sandbox, account, createAudience, call } = opened;
  await opened.ask('settings', { useCaseCallsAnHour: 2 });
  const id = await createAudience();
  await call('GET', id);
  expect((await call('GET', id)).body.error['code']).toBe(80_003);
  expect(await opened.ask('quota')).toMatchObject({
    accounts: {
      [account]: {
        tier: 'standard_access',
        useCase: { calls: 3, callsMax: 2, regainMinutes: 60 },
        score: { used: 5, max: 9_000, blockedSeconds: 0 },
      },
    },
  });
  await sandbox.fetch(`${origin}/_sandbox/quota`, { method: 'DELETE' });
  expect((await call('GET', id)).status).toBe(200);
});

test('what was used in days to come is forgotten when the clock is put back', async () => {
  const opened = await openForTest();
  const { ask, sandbox, account, createAudience, add, call } = opened;
  await ask('settings', { tier: 'development_access' });
  const id = await createAudience();
  await ask('clock', { advanceMs: 60 * 86_400_000 });
  for (let sent = 0; sent < 21; sent += 1) await add(id, ['EMAIL'], [['']]);
  expect((await call('GET', account)).body.error['code']).toBe(17);
  await sandbox.fetch(`${origin}/_sandbox/clock`, { method: 'DELETE' });
  expect((await call('GET', account)).status).toBe(200);
});
