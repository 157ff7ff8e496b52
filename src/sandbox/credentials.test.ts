import { expect, test } from 'vitest';
import { type Called, openForTest, type Opened, origin } from './_opened.ts';

const dayMs = 86_400_000;

interface TokenShown {
  readonly id: string;
  readonly token: string;
}

async function giveToken({ admin }: Opened, wanted: object = {}): Promise<TokenShown> {
  return (await admin('tokens', wanted)).body as unknown as TokenShown;
}

async function readApp({ admin }: Opened): Promise<{ id: string; secret: string }> {
  return (await admin('app')).body as unknown as { id: string; secret: string };
}

/** A call of /oauth/…, as a form and without a token. */
async function oauth(opened: Opened, path: string, form: Record<string, string>): Promise<Called> {
  const { id, secret } = await readApp(opened);
  const body = new URLSearchParams({ client_id: id, client_secret: secret, ...form });
  const url = `${origin}/v26.0/oauth/${path}`;
  const response = await opened.sandbox.fetch(url, { method: 'POST', body });
  const text = (await response.json()) as Called['body'];
  return { status: response.status, headers: response.headers, body: text };
}

test('a 60-day token ends after 60 days of the sandbox, and says so before and after', async () => {
  const opened = await openForTest();
  const { call, admin, clock } = opened;
  const { token } = await giveToken(opened, { expiresInSeconds: 60 * 86_400 });
  const state = async () => (await call('GET', 'debug_token', { input_token: token })).body.data;
  const end = Math.floor((clock.now + 60 * dayMs) / 1000);
  expect(await state()).toMatchObject({ is_valid: true, expires_at: end, type: 'SYSTEM_USER' });
  await admin('clock', { advanceMs: 60 * dayMs - 1 });
  expect((await call('GET', 'me', {}, token)).status).toBe(200);
  await admin('clock', { advanceMs: 1 });
  const dead = await call('GET', 'me', {}, token);
  expect(dead).toMatchObject({ status: 400, body: { error: { code: 190, error_subcode: 463 } } });
  expect(await state()).toMatchObject({ is_valid: false, error: { code: 190, subcode: 463 } });
  expect((await call('GET', 'me')).status).toBe(200);
});

test('a 60-day token is refreshed while it lives, and the old one lives to its own end', async () => {
  const opened = await openForTest();
  const { call, admin } = opened;
  const old = await giveToken(opened, { expiresInSeconds: 60 * 86_400 });
  const refresh = () =>
    oauth(opened, 'access_token', {
      grant_type: 'fb_exchange_token',
      fb_exchange_token: old.token,
      set_token_expires_in_60_days: 'true',
    });
  await admin('clock', { advanceMs: 50 * dayMs });
  const fresh = await refresh();
  expect(fresh.body).toMatchObject({ token_type: 'bearer', expires_in: 60 * 86_400 });
  const token = String(fresh.body['access_token']);
  expect(token).not.toBe(old.token);
  for (const one of [token, old.token]) expect((await call('GET', 'me', {}, one)).status).toBe(200);
  await admin('clock', { advanceMs: 10 * dayMs });
  expect((await call('GET', 'me', {}, old.token)).body.error).toMatchObject({ error_subcode: 463 });
  expect((await call('GET', 'me', {}, token)).status).toBe(200);
  expect((await refresh()).body.error).toMatchObject({ code: 190, error_subcode: 463 });
});

test.each([458, 459, 460, 464, 467])(
  'a token is ended by %i in mid-run, and revived',
  async (endedBy) => {
    const opened = await openForTest();
    const { call, admin } = opened;
    const { id, token } = await giveToken(opened);
    expect((await admin(`tokens/${id}`, { endedBy })).body).toMatchObject({ isAlive: false });
    const error = { code: 190, error_subcode: endedBy };
    expect((await call('GET', 'me', {}, token)).body).toMatchObject({ error });
    await admin(`tokens/${id}`, { endedBy: null });
    expect((await call('GET', 'me', {}, token)).status).toBe(200);
  },
);

test('a token is revoked by the app; a person gets a longer one for a short one', async () => {
  const opened = await openForTest();
  const { call } = opened;
  const { token } = await giveToken(opened, { kind: 'USER', expiresInSeconds: 7_200 });
  expect((await call('GET', 'me', {}, token)).body).toMatchObject({ name: 'Robin Harbour' });
  const form = { grant_type: 'fb_exchange_token', fb_exchange_token: token };
  expect((await oauth(opened, 'access_token', form)).body['expires_in']).toBe(60 * 86_400);
  expect((await oauth(opened, 'revoke', { revoke_token: token })).body).toEqual({ success: true });
  expect((await call('GET', 'me', {}, token)).body.error).toMatchObject({ error_subcode: 458 });
  expect((await oauth(opened, 'access_token', form)).status).toBe(400);
});

test('a system user generates tokens, as Business Settings do', async () => {
  const opened = await openForTest();
  const { call } = opened;
  const business_app = (await readApp(opened)).id;
  const wanted = { business_app, scope: 'ads_management,ads_read' };
  const path = '100000000000001/access_tokens';
  const lasting = (await call('POST', path, wanted)).body;
  expect(lasting['expires_in']).toBeUndefined();
  const sixty = await call('POST', path, { ...wanted, set_token_expires_in_60_days: true });
  expect(sixty.body['expires_in']).toBe(60 * 86_400);
  const token = String(sixty.body['access_token']);
  expect((await call('GET', 'me/businesses', {}, token)).body.error).toMatchObject({ code: 200 });
});

test('the app proves itself by id and secret, and speaks for itself alone', async () => {
  const opened = await openForTest();
  const { id, secret } = await readApp(opened);
  const form = { grant_type: 'client_credentials' };
  const own = (await oauth(opened, 'access_token', form)).body['access_token'];
  expect(own).toBe(`${id}|${secret}`);
  const refused = async (given: Record<string, string>) =>
    (await oauth(opened, 'access_token', { ...form, ...given })).body.error['code'];
  expect(await refused({ client_id: '42' })).toBe(101);
  expect(await refused({ client_secret: 'wrong' })).toBe(1);
  const asApp = (path: string, params?: object) => opened.call('GET', path, params, String(own));
  const debug = await asApp('debug_token', { input_token: opened.sandbox.token });
  expect(debug.body.data).toMatchObject({ is_valid: true, expires_at: 0 });
  expect((await asApp('me')).body.error).toMatchObject({ code: 2500 });
  expect((await asApp('me/adaccounts')).body.error).toMatchObject({ code: 2500 });
  expect((await asApp(opened.account)).body.error).toMatchObject({ code: 200 });
});

test('what a token was not granted is refused, by scope and by ad account', async () => {
  const opened = await openForTest();
  const { account, call, createAudience } = opened;
  const id = await createAudience();
  const scopes = ['ads_read'];
  const reader = (await giveToken(opened, { scopes })).token;
  expect((await call('GET', 'me/permissions', {}, reader)).body.data).toEqual([
    { permission: 'ads_read', status: 'granted' },
  ]);
  expect((await call('GET', id, {}, reader)).status).toBe(200);
  const denied = await call('DELETE', id, {}, reader);
  expect(denied.body.error).toMatchObject({ code: 200 });
  expect(denied.body.error['message']).toContain('ads_management');

  const elsewhere = (await giveToken(opened, { accounts: ['act_1000000000002'] })).token;
  const reached = await call('GET', 'me/adaccounts', {}, elsewhere);
  expect(reached.body.data.map(({ id: one }) => one)).toEqual(['act_1000000000002']);
  expect((await call('GET', account, {}, elsewhere)).body.error).toMatchObject({ code: 200 });
  expect((await call('GET', id, {}, elsewhere)).body.error).toMatchObject({ error_subcode: 33 });
  const debug = await call('GET', 'debug_token', { input_token: elsewhere });
  expect(debug.body.data).toMatchObject({
    granular_scopes: expect.arrayContaining([
      { scope: 'ads_management', target_ids: ['1000000000002'] },
    ]) as unknown[],
  });
});

test('the role, the owner and the access level of an ad account decide what may be done', async () => {
  const opened = await openForTest();
  const { account, call, admin, createAudience, add } = opened;
  const id = await createAudience();
  const wanted = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
  const refusals = async () => {
    const made = await call('POST', `${account}/customaudiences`, wanted);
    const added = await add(id, ['EMAIL'], [['x']]);
    return [made, added].map(({ body: { error } }) =>
      error === undefined ? null : `${String(error['code'])}/${String(error['error_subcode'])}`,
    );
  };
  await admin(`accounts/${account}`, { tasks: ['ANALYZE'] });
  expect(await refusals()).toEqual(['2654/1713092', '200/undefined']);
  await admin(`accounts/${account}`, { tasks: ['ADVERTISE'], owner: null });
  expect(await refusals()).toEqual(['200/1870050', '200/1870050']);
  const { body } = await call('GET', account, { fields: 'business,user_tasks' });
  expect(body).toEqual({ id: account, user_tasks: ['ADVERTISE'] });

  await admin(`accounts/${account}`, { owner: 'partner' });
  expect(await refusals()).toEqual([null, null]);
  const clients = await call('GET', '2000000000001/client_ad_accounts', { fields: 'business' });
  expect(clients.body.data).toEqual([
    { id: account, business: { id: '2000000000002', name: 'Lighthouse Travel Inc' } },
  ]);
  await admin('settings', { tier: 'development_access' });
  expect(await refusals()).toEqual(['270/undefined', '270/undefined']);
});

test('ad accounts are made, changed and listed over several pages', async () => {
  const { admin, call } = await openForTest();
  for (let number = 4; number <= 30; number += 1) await admin('accounts', { name: `No ${number}` });
  const first = await call('GET', 'me/adaccounts', { fields: 'name' });
  expect(first.body.data).toHaveLength(25);
  const after = first.body.paging?.cursors.after;
  const second = await call('GET', 'me/adaccounts', { fields: 'name', after });
  expect(second.body.data.map(({ name }) => name)).toEqual([
    'No 26',
    'No 27',
    'No 28',
    'No 29',
    'No 30',
  ]);
  expect(second.body.paging?.next).toBeUndefined();
  expect((await admin('accounts', { name: '' })).status).toBe(400);
  expect((await admin('accounts/act_7', { name: 'B' })).status).toBe(404);
  expect((await admin('accounts/act_1000000000004', { status: 'odd' })).status).toBe(400);
});
