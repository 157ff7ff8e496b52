import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createMetaClient } from '#meta/client.ts';
import { systemClock } from '#meta/clock.ts';
import { createGovernor } from '#meta/governor.ts';
import { openSandbox } from '#sandbox/sandbox.ts';

/** Our client and the sandbox over the life of a token. Meta's half of it needs a person. */
async function openPlace() {
  const sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
  onTestFinished(() => sandbox.close());
  const host = 'http://sandbox.invalid';
  const admin = async (path: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await (await sandbox.fetch(`${host}/_sandbox/${path}`, init)).json()) as {
      id: string;
      secret: string;
    };
  };
  const app = await admin('app');
  const clientOf = (token: string | null) =>
    createMetaClient({
      fetch: (url, init) => sandbox.fetch(new Request(url, init)),
      apiBase: host,
      token,
      appId: app.id,
      appSecret: app.secret,
      clock: systemClock,
      governor: createGovernor(systemClock, () => 0),
    });
  return { sandbox, host, admin, app, clientOf };
}

const redirectUri = 'http://localhost:4780/meta/callback';
const codeVerifier = 'one-of-43-to-128-letters-and-digits-0123456789';
const dayMs = 86_400_000;

test('a login becomes a token of hours, then of 60 days, and ends with a password', async () => {
  const { sandbox, host, admin, app, clientOf } = await openPlace();
  const asked = new URLSearchParams({
    client_id: app.id,
    redirect_uri: redirectUri,
    state: 's',
    scope: 'ads_management,business_management',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const granted = new URLSearchParams({ decision: 'grant', every_account: '1' });
  for (const scope of ['public_profile', 'ads_management']) granted.append('scope', scope);
  const back = await sandbox.fetch(`${host}/v26.0/dialog/oauth?${asked.toString()}`, {
    method: 'POST',
    body: granted,
  });
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const login = { code, redirectUri, codeVerifier };
  const short = await clientOf(null).exchangeCode(login);
  expect(short).toMatchObject({ outcome: 'clean', body: { expiresInSeconds: 7_200 } });
  expect(await clientOf(null).exchangeCode(login)).toMatchObject({
    problem: { meaning: 'login code spent', class: 'human' },
  });

  const shortToken = short.outcome === 'clean' ? short.body.token : '';
  const long = await clientOf(null).exchangeForLongLived(shortToken);
  expect(long).toMatchObject({ outcome: 'clean', body: { expiresInSeconds: 5_184_000 } });
  const token = long.outcome === 'clean' ? long.body.token : '';
  const client = clientOf(token);
  expect(await client.me()).toMatchObject({ body: { name: 'Robin Harbour' } });
  expect(await client.permissions()).toEqual(new Set(['public_profile', 'ads_management']));
  expect(await client.debugToken(token)).toMatchObject({
    body: { valid: true, kind: 'USER', appId: app.id, expiresAt: expect.any(Date) as Date },
  });

  sandbox.faults.arm({ name: 'tokenDead', code: 460, isLasting: true });
  for (let time = 0; time < 2; time += 1) {
    expect(await client.me()).toMatchObject({ problem: { meaning: 'password changed' } });
  }
  expect(await client.debugToken(token)).toMatchObject({
    body: { valid: false, code: 190, subcode: 460 },
  });
  expect(await admin('ready')).toMatchObject({ token: sandbox.token });
});

test('a 60-day token is refreshed before its end, and dead after it', async () => {
  const { admin, clientOf } = await openPlace();
  const given = (await admin('tokens', { expiresInSeconds: 60 * 86_400 })) as unknown as {
    token: string;
  };
  const client = clientOf(given.token);
  await admin('clock', { advanceMs: 59 * dayMs });
  const fresh = await client.refreshSystemUserToken(given.token);
  expect(fresh).toMatchObject({ outcome: 'clean', body: { expiresInSeconds: 5_184_000 } });
  const token = fresh.outcome === 'clean' ? fresh.body.token : '';
  await admin('clock', { advanceMs: dayMs });
  expect(await client.me()).toMatchObject({ problem: { meaning: 'token expired' } });
  expect(await clientOf(token).me()).toMatchObject({ outcome: 'clean' });
  expect(await client.refreshSystemUserToken(given.token)).toMatchObject({ outcome: 'refused' });
  expect(await clientOf(token).revokeToken(token)).toMatchObject({ outcome: 'clean' });
  expect(await clientOf(token).me()).toMatchObject({ problem: { meaning: 'token withdrawn' } });
});

test('the ad account says what is missing: business, role, permission, access, terms', async () => {
  const { sandbox, admin, clientOf } = await openPlace();
  const account = sandbox.adAccounts[0]?.id ?? '';
  const client = clientOf(sandbox.token);
  const words = { name: 'A', description: '', customerFileSource: 'USER_PROVIDED_ONLY' } as const;
  const meaning = async () => {
    const answer = await client.createAudience({ account, ...words });
    return answer.outcome === 'clean' ? 'made' : answer.problem.meaning;
  };
  const where = `accounts/${account}`;
  await admin(where, { owner: null });
  expect(await client.adAccount(account)).toMatchObject({ body: { business: null } });
  expect(await meaning()).toBe('no business');
  await admin(where, { owner: 'own', tasks: ['ANALYZE'] });
  expect(await client.adAccount(account)).toMatchObject({ body: { userTasks: ['ANALYZE'] } });
  expect(await meaning()).toBe('account not writable');
  await admin(where, { tasks: ['ADVERTISE'], hasAcceptedTerms: false });
  expect(await client.adAccount(account)).toMatchObject({ body: { termsAccepted: false } });
  expect(await meaning()).toBe('terms not accepted');
  await admin(where, { hasAcceptedTerms: true, owner: 'partner' });
  await admin('settings', { tier: 'development_access' });
  expect(await meaning()).toBe('app access too low');
  await admin('settings', { tier: 'standard_access' });
  expect(await meaning()).toBe('made');
  for (const code of [200, 10, 3, 294]) {
    sandbox.faults.arm({ name: 'permissionMissing', code });
    expect(await meaning()).toBe('permission missing');
  }
});
