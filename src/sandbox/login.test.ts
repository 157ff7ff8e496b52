import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openForTest, type Opened, origin } from './_opened.ts';

const redirectUri = 'http://localhost:4780/callback?from=meta';
const verifier = 'a-verifier-of-43-to-128-letters-0123456789-abcdef';
const challenge = createHash('sha256').update(verifier).digest('base64url');

async function openLogin(more: Record<string, string> = {}) {
  const opened = await openForTest();
  const app = (await opened.admin('app')).body as unknown as { id: string; secret: string };
  const query = new URLSearchParams({
    client_id: app.id,
    redirect_uri: redirectUri,
    state: 'the state',
    scope: 'ads_management,ads_read,business_management',
    response_type: 'code',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  });
  const dialog = `${origin}/v26.0/dialog/oauth?${query.toString()}`;
  /** What a browser does when somebody presses a button of the dialog: where it is sent. */
  const decide = async (form: [string, string][], from = origin) => {
    const response = await opened.sandbox.fetch(dialog, {
      method: 'POST',
      headers: { origin: from },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
    return { status: response.status, location: response.headers.get('location') };
  };
  const exchange = async (code: string | null, given: Record<string, string> = {}) => {
    const body = new URLSearchParams({
      client_id: app.id,
      client_secret: app.secret,
      redirect_uri: redirectUri,
      code: code ?? '',
      code_verifier: verifier,
      ...given,
    });
    const url = `${origin}/v26.0/oauth/access_token`;
    return (await (await opened.sandbox.fetch(url, { method: 'POST', body })).json()) as {
      access_token: string;
      expires_in: number;
      error?: object;
    };
  };
  return { ...opened, dialog, decide, exchange };
}

const grant: [string, string][] = [
  ['decision', 'grant'],
  ['scope', 'public_profile'],
  ['scope', 'ads_management'],
  ['scope', 'ads_read'],
  ['account', 'act_1000000000002'],
];

function paramsOf(location: string | null): Record<string, string> {
  return Object.fromEntries(new URL(location ?? 'none:').searchParams);
}

test('the dialog says who asks for what, and lets its forms go nowhere else', async () => {
  const { sandbox, dialog } = await openLogin();
  const page = await sandbox.fetch(dialog);
  const text = await page.text();
  for (const word of ['localhost:4780', 'ads_management', 'Harbour &amp; Pine', 'Not now']) {
    expect(text).toContain(word);
  }
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self' http://localhost:4780;");
});

test('what was granted comes back as a code, and the code becomes a token for just that', async () => {
  const { decide, exchange, call } = await openLogin();
  const { status, location } = await decide(grant);
  expect(status).toBe(302);
  const { code, ...rest } = paramsOf(location);
  expect(rest).toEqual({ from: 'meta', state: 'the state' });
  const { access_token: token, expires_in } = await exchange(code ?? null);
  expect(expires_in).toBe(7_200);
  expect((await call('GET', 'me', {}, token)).body).toMatchObject({ name: 'Robin Harbour' });
  expect((await call('GET', 'me/permissions', {}, token)).body.data).toEqual([
    { permission: 'public_profile', status: 'granted' },
    { permission: 'ads_management', status: 'granted' },
    { permission: 'ads_read', status: 'granted' },
    { permission: 'business_management', status: 'declined' },
  ]);
  expect((await call('GET', 'me/adaccounts', {}, token)).body.data).toHaveLength(1);
});

test('a login that was denied says so in the words of Meta', async () => {
  const { decide } = await openLogin();
  expect(paramsOf((await decide([['decision', 'deny']])).location)).toEqual({
    from: 'meta',
    state: 'the state',
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
  });
});

test('a code is good once, for ten minutes, for its own address and its own verifier', async () => {
  const { decide, exchange, admin } = await openLogin();
  const code = async () => paramsOf((await decide(grant)).location)['code'] ?? null;
  const refused = (subcode: number) => ({ error: { code: 100, error_subcode: subcode } });
  const spent = await code();
  await exchange(spent);
  expect(await exchange(spent)).toMatchObject(refused(36_009));
  const other = await exchange(await code(), { redirect_uri: 'http://localhost:4780/callback' });
  expect(other).toMatchObject(refused(36_008));
  const stolen = await exchange(await code(), { code_verifier: 'somebody else' });
  expect(stolen.error).toMatchObject({ code: 100 });
  expect((await exchange('AQnone')).error).toMatchObject({ code: 100 });
  const old = await code();
  await admin('clock', { advanceMs: 600_000 });
  expect(await exchange(old)).toMatchObject(refused(36_007));
});

test.each([
  ['an unknown app', { client_id: '42' }, 'Invalid App ID'],
  ['an address that is none', { redirect_uri: 'javascript:alert(1)' }, 'URL blocked'],
  ['a token in place of a code', { response_type: 'token' }, 'codes only'],
])('%s gets a page, and goes nowhere', async (_, more, words) => {
  const { sandbox, dialog, decide } = await openLogin(more);
  const page = await sandbox.fetch(dialog);
  expect(page.status).toBe(400);
  expect(await page.text()).toContain(words);
  expect(await decide(grant)).toEqual({ status: 400, location: null });
});

test('another site cannot press the button', async () => {
  const { decide } = await openLogin();
  expect(await decide(grant, 'https://evil.example')).toEqual({ status: 400, location: null });
});

test('terms are withdrawn for an ad account, and accepted on the page for them', async () => {
  const { sandbox, account, call, admin, createAudience }: Opened = await openForTest();
  const id = await createAudience();
  const page = `${origin}/ads/manage/customaudiences/tos/?act=${account.slice(4)}`;
  await admin(`accounts/${account}`, { hasAcceptedTerms: false });
  const fields = 'tos_accepted';
  expect((await call('GET', account, { fields })).body).toEqual({ id: account, tos_accepted: {} });
  const refused = await call('POST', id, { name: 'B' });
  expect(refused.body.error).toMatchObject({ code: 200, error_subcode: 1_870_090 });
  expect(await (await sandbox.fetch(page)).text()).toContain('Accept as Robin Harbour');
  const elsewhere = { method: 'POST', headers: { origin: 'https://evil.example' } };
  expect((await sandbox.fetch(page, elsewhere)).status).toBe(404);
  expect((await sandbox.fetch(page, { method: 'POST' })).status).toBe(303);
  expect(await (await sandbox.fetch(page)).text()).toContain('Accepted.');
  expect((await call('POST', id, { name: 'B' })).status).toBe(200);
});
