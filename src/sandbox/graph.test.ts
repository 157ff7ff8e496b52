import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { openForTest, origin, readAnswer } from './_opened.ts';

test('the three ways to pass a token are one', async () => {
  const { sandbox } = await openForTest();
  const { token } = sandbox;
  const me = { id: '100000000000001', name: 'Sandbox system user' };
  const byHeader = await sandbox.fetch(`${origin}/v26.0/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const byQuery = await sandbox.fetch(`${origin}/v26.0/me?access_token=${token}`);
  const byForm = await sandbox.fetch(`${origin}/v26.0/me`, {
    method: 'POST',
    body: new URLSearchParams({ access_token: token, method: 'GET' }),
  });
  for (const response of [byHeader, byQuery, byForm]) expect(await response.json()).toEqual(me);
});

test('no token, a wrong token and a wrong version are told apart', async () => {
  const { sandbox, call, account } = await openForTest();
  const without = await readAnswer(await sandbox.fetch(`${origin}/v26.0/me`));
  expect(without).toMatchObject({ status: 400, body: { error: { code: 2500 } } });
  const headers = { authorization: 'Bearer wrong' };
  const wrong = await readAnswer(await sandbox.fetch(`${origin}/v26.0/${account}`, { headers }));
  expect(wrong).toMatchObject({
    status: 400,
    body: {
      error: { type: 'OAuthException', code: 190, fbtrace_id: expect.any(String) as string },
    },
  });
  expect(wrong.headers.get('www-authenticate')).toContain('OAuth "Facebook Platform"');
  const old = await readAnswer(await sandbox.fetch(`${origin}/v19.0/me`));
  expect(old.body.error['code']).toBe(2635);
  const future = await readAnswer(await sandbox.fetch(`${origin}/v99.0/me`));
  expect(future.body.error['message']).toMatch(/^Unknown path components/);
  const nothing = await call('GET', 'nothing/like/this');
  expect(nothing.body.error['code']).toBe(2500);
});

test('every version that is on sale answers as itself', async () => {
  const { sandbox } = await openForTest();
  const headers = { authorization: `Bearer ${sandbox.token}` };
  for (const version of ['v24.0', 'v25.0', 'v26.0']) {
    const response = await sandbox.fetch(`${origin}/${version}/me`, { headers });
    expect(response.headers.get('facebook-api-version')).toBe(version);
  }
  const unversioned = await sandbox.fetch(`${origin}/me`, { headers });
  expect(unversioned.headers.get('facebook-api-version')).toBe('v26.0');
});

test('appsecret_proof may be left out, and has to be right where it is sent', async () => {
  const { sandbox, call, admin, clock } = await openForTest();
  const { secret } = (await admin('app')).body as unknown as { secret: string };
  const sign = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');
  const proof = sign(secret, sandbox.token);
  expect((await call('GET', 'me', { appsecret_proof: proof })).status).toBe(200);
  for (const wrong of ['no proof', sign('another secret', sandbox.token)]) {
    const bad = await call('GET', 'me', { appsecret_proof: wrong });
    expect(bad.body.error).toMatchObject({ code: 100, type: 'GraphMethodException' });
  }
  const time = Math.floor(clock.now / 1000);
  const timed = { appsecret_proof: sign(secret, `${sandbox.token}|${time}`), appsecret_time: time };
  expect((await call('GET', 'me', timed)).status).toBe(200);
  clock.now += 301_000;
  expect((await call('GET', 'me', timed)).body.error).toMatchObject({ code: 100 });
});

test('ad accounts have the fields that are asked for, and no others', async () => {
  const { call, account } = await openForTest();
  const plain = await call('GET', 'me/adaccounts');
  expect(plain.body.data[0]).toEqual({ id: account, account_id: account.slice(4) });
  const fields = 'name,account_status,business{name},tos_accepted';
  const asked = await call('GET', account, { fields });
  expect(asked.body).toEqual({
    id: account,
    name: 'Harbour & Pine',
    account_status: 1,
    business: { name: 'Harbour & Pine Ltd' },
    tos_accepted: { custom_audience_tos: 1 },
  });
  const wrong = await call('GET', account, { fields: 'name,colour' });
  expect(wrong.body.error).toMatchObject({ code: 100 });
  expect(wrong.body.error['message']).toMatch(/nonexisting field \(colour\) on node type/);
});

test('what the token may do, and whose the accounts are, can be asked', async () => {
  const { call, account } = await openForTest();
  const permissions = await call('GET', 'me/permissions');
  expect(permissions.body.data).toContainEqual({ permission: 'ads_management', status: 'granted' });
  const [business] = (await call('GET', 'me/businesses')).body.data;
  expect(business).toEqual({ id: '2000000000001', name: 'Harbour & Pine Ltd' });
  const owned = await call('GET', `${String(business?.['id'])}/owned_ad_accounts`);
  expect(owned.body.data[0]).toMatchObject({ id: account });
  expect((await call('GET', '2000000000001/client_ad_accounts')).body).toEqual({ data: [] });
  const other = await call('GET', '42/owned_ad_accounts');
  expect(other.body.error).toMatchObject({ code: 100, error_subcode: 33 });
});

test('debug_token tells a token that never ends from one that is none', async () => {
  const { sandbox, call } = await openForTest();
  const good = await call('GET', 'debug_token', { input_token: sandbox.token });
  expect(good.body.data).toMatchObject({
    is_valid: true,
    expires_at: 0,
    scopes: expect.arrayContaining(['ads_management']) as string[],
  });
  const bad = await call('GET', 'debug_token', { input_token: 'nonsense' });
  expect(bad).toMatchObject({
    status: 200,
    body: { data: { is_valid: false, error: { code: 190 } } },
  });
});

test('usage headers come as recorded: two for adding users, another for all else', async () => {
  const { call, createAudience, add, account } = await openForTest();
  const id = await createAudience();
  const added = await add(id, ['EMAIL'], [['']]);
  expect(added.headers.get('x-app-usage')).not.toBeNull();
  expect(JSON.parse(added.headers.get('x-ad-account-usage') ?? '')).toEqual({
    acc_id_util_pct: 0.07,
    reset_time_duration: 300,
    ads_api_access_tier: 'standard_access',
  });
  expect(added.headers.get('x-business-use-case-usage')).toBeNull();
  const read = await call('GET', id);
  expect(read.headers.get('x-ad-account-usage')).toBeNull();
  const usage = JSON.parse(read.headers.get('x-business-use-case-usage') ?? '') as object;
  expect(usage).toMatchObject({
    [account.slice(4)]: [{ type: 'custom_audience', estimated_time_to_regain_access: 0 }],
  });
});

test('what has not changed is not sent twice', async () => {
  const { sandbox, call } = await openForTest();
  const etag = (await call('GET', 'me')).headers.get('etag') ?? '';
  const again = await sandbox.fetch(`${origin}/v26.0/me`, {
    headers: { authorization: `Bearer ${sandbox.token}`, 'if-none-match': etag },
  });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

test('the log of requests holds neither token nor rows', async () => {
  const lines: string[] = [];
  const { sandbox, createAudience, add } = await openForTest({ log: (line) => lines.push(line) });
  const id = await createAudience();
  await add(id, ['EMAIL'], [['not a hash']]);
  await sandbox.fetch(`${origin}/v26.0/me?access_token=${sandbox.token}`);
  const seen = await (await sandbox.fetch(`${origin}/_sandbox/requests`)).text();
  expect(JSON.parse(seen)).toMatchObject({
    total: 3,
    requests: [
      { method: 'POST', endpoint: 'audiences.create', status: 200 },
      { path: `/v26.0/${id}/users`, rows: 1, invalid: 1, schema: ['EMAIL'], status: 200 },
      { path: '/v26.0/me', rows: null },
    ],
  });
  for (const text of [seen, ...lines]) {
    expect(text).not.toContain(sandbox.token);
    expect(text).not.toContain('not a hash');
  }
});
