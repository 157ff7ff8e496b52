import { expect, test } from 'vitest';
import { clientFor, graphError, json, startScriptedServer } from './_scripted-server.ts';
import type { WireAdAccount, WirePage, WirePermission } from './wire.ts';

const wire = {
  id: 'act_542676646349772',
  account_id: '542676646349772',
  name: 'Shop',
  account_status: 9,
  disable_reason: 0,
  currency: 'EUR',
  timezone_name: 'Europe/Berlin',
  business: { id: '1', name: 'Shop GmbH' },
  tos_accepted: { custom_audience_tos: 1 },
  user_tasks: ['ADVERTISE', 'ANALYZE'],
} satisfies WireAdAccount;

const read = {
  id: 'act_542676646349772',
  name: 'Shop',
  status: 'IN_GRACE_PERIOD',
  active: true,
  disableReason: null,
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  business: { id: '1', name: 'Shop GmbH' },
  termsAccepted: true,
  termsLink: 'https://business.facebook.com/ads/manage/customaudiences/tos/?act=542676646349772',
  userTasks: ['ADVERTISE', 'ANALYZE'],
};

/** Whoever stands in for Meta has the page of the terms too. */
function readAt(url: string) {
  return { ...read, termsLink: `${url}/ads/manage/customaudiences/tos/?act=542676646349772` };
}

test('at Meta itself the terms are accepted in the business pages', async () => {
  const fetch = async () => Response.json(wire);
  const answer = await clientFor('https://graph.facebook.com', { fetch }).adAccount(
    '542676646349772',
  );
  expect(answer).toEqual({ outcome: 'clean', body: read });
});

test.each(['542676646349772', 'act_542676646349772', ' act_542676646349772 '])(
  'an ad account given as %j is read',
  async (account) => {
    await using server = await startScriptedServer(json(wire));
    expect(await clientFor(server.url).adAccount(account)).toEqual({
      outcome: 'clean',
      body: readAt(server.url),
    });
    expect(server.request().path).toBe('/v26.0/act_542676646349772');
    expect(server.request().query.get('fields')).toContain('tos_accepted');
  },
);

test.each([
  ['the key is missing', {}],
  ['it is 0', { custom_audience_tos: 0 }],
  ['only other terms are accepted', { web_custom_audience_tos: 1 }],
  ['Meta says nothing', undefined],
])('the terms are not accepted when %s', async (_, tos_accepted) => {
  await using server = await startScriptedServer(json({ ...wire, tos_accepted }));
  expect(await clientFor(server.url).adAccount('1')).toMatchObject({
    body: { termsAccepted: false },
  });
});

test('an account without a business, disabled, of a status nobody explained', async () => {
  const bare = { id: 'act_1', account_status: 2, disable_reason: 3 };
  await using server = await startScriptedServer(json(bare), json({ id: '1', account_status: 77 }));
  const client = clientFor(server.url);
  expect(await client.adAccount('1')).toMatchObject({
    body: { business: null, active: false, status: 'DISABLED', disableReason: 3 },
  });
  expect(await client.adAccount('1')).toMatchObject({
    body: { id: 'act_1', active: false, status: '77', disableReason: null },
  });
});

test('every ad account of the token, its businesses and theirs, over several pages', async () => {
  const second = { ...wire, id: 'act_2', account_id: '2' };
  await using server = await startScriptedServer(
    (...all) => {
      const next = `${server.url}/v26.0/10158032876141125/adaccounts?after=QVFI&limit=25`;
      json({ data: [wire], paging: { next } })(...all);
    },
    json({ data: [second], paging: { cursors: { before: 'a', after: 'b' } } }),
    json({ data: [{ id: '1', name: 'Shop GmbH' }] }),
    json({ data: [] }),
    json({ data: [second] }),
  );
  const client = clientFor(server.url);
  const accounts = await Array.fromAsync(client.adAccounts());
  expect(accounts.map(({ id }) => id)).toEqual(['act_542676646349772', 'act_2']);
  expect(await Array.fromAsync(client.businesses())).toEqual([{ id: '1', name: 'Shop GmbH' }]);
  expect(await Array.fromAsync(client.accountsOfBusiness('1', 'owned'))).toEqual([]);
  expect(await Array.fromAsync(client.accountsOfBusiness('1', 'client'))).toHaveLength(1);
  expect(server.seen.map(({ path }) => path)).toEqual([
    '/v26.0/me/adaccounts',
    '/v26.0/me/adaccounts',
    '/v26.0/me/businesses',
    '/v26.0/1/owned_ad_accounts',
    '/v26.0/1/client_ad_accounts',
  ]);
  expect(server.request(1).query.get('after')).toBe('QVFI');
});

test('of the permissions only the granted ones count', async () => {
  await using server = await startScriptedServer(
    json({
      data: [
        { permission: 'ads_management', status: 'granted' },
        { permission: 'ads_read', status: 'declined' },
        { permission: 'business_management', status: 'expired' },
      ],
    } satisfies WirePage<WirePermission>),
  );
  expect(await clientFor(server.url).permissions()).toEqual(new Set(['ads_management']));
});

test('a dead token ends a list with the error that says so', async () => {
  await using server = await startScriptedServer(
    graphError({ code: 190, error_subcode: 460 }, 401),
  );
  const list = Array.fromAsync(clientFor(server.url).adAccounts());
  await expect(list).rejects.toMatchObject({ code: 'META_TOKEN' });
});
