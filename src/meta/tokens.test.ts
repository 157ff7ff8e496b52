import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientFor, graphError, json, startScriptedServer } from './_scripted-server.ts';
import type { WireAccessToken, WireDebugToken } from './wire.ts';

const app = { appId: '4711', appSecret: 'app-secret' };

/** The secrets of a call stand in its form; its address holds nothing but the proof. */
function formOf({ query, body }: { query: URLSearchParams; body: string }) {
  expect([...query.keys()].filter((name) => name !== 'appsecret_proof')).toEqual([]);
  return Object.fromEntries(new URLSearchParams(body));
}

test('debug_token is asked as the app and read with ends, scopes and assets', async () => {
  await using server = await startScriptedServer(
    json({
      data: {
        app_id: '4711',
        type: 'USER',
        application: 'Muster',
        data_access_expires_at: 1_800_000_000,
        expires_at: 1_795_000_000,
        is_valid: true,
        issued_at: 1_789_816_000,
        scopes: ['ads_management', 'ads_read'],
        granular_scopes: [
          { scope: 'ads_management', target_ids: ['542676646349772'] },
          { scope: 'ads_read' },
        ],
        user_id: '10158032876141125',
      },
    } satisfies WireDebugToken),
  );
  expect(await clientFor(server.url, app).debugToken('INPUT')).toEqual({
    outcome: 'clean',
    body: {
      valid: true,
      kind: 'USER',
      appId: '4711',
      userId: '10158032876141125',
      expiresAt: new Date(1_795_000_000_000),
      dataAccessEndsAt: new Date(1_800_000_000_000),
      scopes: ['ads_management', 'ads_read'],
      assets: new Map([
        ['ads_management', ['542676646349772']],
        ['ads_read', []],
      ]),
      code: null,
      subcode: null,
    },
  });
  const request = server.request();
  expect([request.method, request.path]).toEqual(['POST', '/v26.0/debug_token']);
  expect(request.headers['authorization']).toBe('Bearer 4711|app-secret');
  expect(formOf(request)).toEqual({ input_token: 'INPUT', method: 'GET' });
  // The proof is of the token that asks, not of the connection's.
  const proof = createHmac('sha256', 'app-secret').update('4711|app-secret').digest('hex');
  expect(request.query.get('appsecret_proof')).toBe(proof);
});

test('without an app it is asked with the token itself; 0 is never, absent is unknown', async () => {
  await using server = await startScriptedServer(
    json({ data: { is_valid: true, expires_at: 0, data_access_expires_at: 0 } }),
    json({ data: { is_valid: true } }),
    graphError({ code: 100 }),
  );
  const client = clientFor(server.url);
  expect(await client.debugToken('TOKEN')).toMatchObject({
    body: { kind: null, expiresAt: 'never', dataAccessEndsAt: 'never' },
  });
  expect(server.request().headers['authorization']).toBe('Bearer TOKEN');
  expect(await client.debugToken('TOKEN')).toMatchObject({
    body: { expiresAt: null, dataAccessEndsAt: null },
  });
  expect(await client.debugToken('TOKEN')).toMatchObject({ outcome: 'refused' });
});

test('a token that is not valid is a clean answer with the reason', async () => {
  const error = { code: 190, message: 'Error validating access token', subcode: 463 };
  await using server = await startScriptedServer(
    json({ data: { is_valid: false, scopes: [], error } }),
  );
  expect(await clientFor(server.url, app).debugToken('INPUT')).toMatchObject({
    outcome: 'clean',
    body: { valid: false, code: 190, subcode: 463 },
  });
});

test('the code of a login, a lasting token, a refresh: forms without a bearer', async () => {
  const fresh = {
    access_token: 'NEW',
    token_type: 'bearer',
    expires_in: 5_183_944,
  } satisfies WireAccessToken;
  await using server = await startScriptedServer(json(fresh));
  const client = clientFor(server.url, { ...app, token: null });
  const redirectUri = 'http://localhost:4780/callback';
  const login = { code: 'CODE', redirectUri, codeVerifier: 'V' };
  expect(await client.exchangeCode(login)).toEqual({
    outcome: 'clean',
    body: { token: 'NEW', expiresInSeconds: 5_183_944 },
  });
  await client.exchangeForLongLived('SHORT');
  await client.refreshSystemUserToken('OLD');
  expect(server.seen.map(formOf)).toEqual([
    {
      client_id: '4711',
      client_secret: 'app-secret',
      code: 'CODE',
      redirect_uri: redirectUri,
      code_verifier: 'V',
    },
    {
      client_id: '4711',
      client_secret: 'app-secret',
      grant_type: 'fb_exchange_token',
      fb_exchange_token: 'SHORT',
    },
    {
      client_id: '4711',
      client_secret: 'app-secret',
      grant_type: 'fb_exchange_token',
      fb_exchange_token: 'OLD',
      set_token_expires_in_60_days: 'true',
    },
  ]);
  for (const { method, path, query, headers } of server.seen) {
    expect([method, path]).toEqual(['POST', '/v26.0/oauth/access_token']);
    expect(headers['authorization']).toBeUndefined();
    expect(query.has('appsecret_proof')).toBe(false);
  }
});

test('a token without an end, and an answer without a token', async () => {
  await using server = await startScriptedServer(json({ access_token: 'N' }), json({}));
  const client = clientFor(server.url, app);
  expect(await client.exchangeForLongLived('S')).toMatchObject({
    body: { expiresInSeconds: null },
  });
  expect((await client.exchangeForLongLived('S')).outcome).toBe('uncertain');
});

test('revoking sends the token in the form', async () => {
  await using server = await startScriptedServer(json({ success: true }));
  expect(await clientFor(server.url, app).revokeToken('OLD')).toMatchObject({ body: true });
  expect(server.request().path).toBe('/v26.0/oauth/revoke');
  expect(formOf(server.request())).toMatchObject({ revoke_token: 'OLD', method: 'GET' });
});

test.each([
  ['a spent code', { code: 100, error_subcode: 36009 }, 'login code spent', 'human'],
  ['another redirect address', { code: 191 }, 'redirect address wrong', 'human'],
  ['an unknown app', { code: 101 }, 'app unknown', 'stop connection'],
])('%s is told apart', async (_, error, meaning, problemClass) => {
  await using server = await startScriptedServer(graphError(error));
  const login = { code: 'C', redirectUri: 'http://localhost' };
  expect(await clientFor(server.url, app).exchangeCode(login)).toMatchObject({
    outcome: 'refused',
    problem: { meaning, class: problemClass },
  });
});

test('without an app there is no exchange', async () => {
  const login = { code: 'C', redirectUri: 'http://localhost' };
  const exchange = async () => clientFor('http://localhost:1').exchangeCode(login);
  await expect(exchange()).rejects.toMatchObject({ code: 'META_APP_MISSING', exitCode: 2 });
});
