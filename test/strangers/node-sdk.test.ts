import bizSdk from 'facebook-nodejs-business-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emailRows, hash, serveForStrangers, type Served } from './_served.ts';

/**
 * Meta's own SDK for Node.js (24.0.1, the newest on npm), which nobody here wrote, against a served
 * sandbox. Its host is overridden and nothing else: it speaks v24.0, puts the token into every
 * address and the payload of a DELETE too.
 */
const { FacebookAdsApi, AdAccount, CustomAudience, User } = bizSdk;

let served: Served;
let account: InstanceType<typeof AdAccount>;

beforeAll(async () => {
  served = await serveForStrangers();
  process.env['NO_PROXY'] = '127.0.0.1';
  Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => served.url });
});
beforeEach(() => {
  // Without the third argument it reports crashes to Meta.
  FacebookAdsApi.init(served.sandbox.token, 'en_US', false);
  account = new AdAccount(served.account);
});
afterAll(() => served.close());

const wanted = { subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };

function makeAudience(name: string): Promise<InstanceType<typeof CustomAudience>> {
  return account.createCustomAudience([], { ...wanted, name });
}

let sessions = 0;
const session = (batch_seq = 1, last_batch_flag = true) => ({
  session_id: ++sessions,
  batch_seq,
  last_batch_flag,
});

test('it finds its user, and the ad accounts over several pages', async () => {
  const me = await new User('me').get(['id', 'name']);
  expect(me._data).toEqual({ id: '100000000000001', name: 'Sandbox system user' });
  const first = await new User('me').getAdAccounts(['name', 'account_status'], { limit: 2 });
  expect(first.map(({ id }) => id)).toEqual(['act_1000000000001', 'act_1000000000002']);
  expect(first.hasNext()).toBe(true);
  const second = await first.next();
  expect(second.map(({ id }) => id)).toEqual(['act_1000000000003']);
  expect(second.hasNext()).toBe(false);
});

test('an audience is made, read, changed and deleted', async () => {
  const { id } = await makeAudience('By the SDK');
  expect(id).toMatch(/^\d{15,}$/);
  const fields = ['name', 'subtype', 'description', 'operation_status', 'time_created'];
  const read = await new CustomAudience(id).get(fields);
  expect(read._data).toMatchObject({ id, name: 'By the SDK', subtype: 'CUSTOM' });
  await new CustomAudience(id).update([], { name: 'Renamed', description: 'By the SDK' });
  const again = await new CustomAudience(id).get(fields);
  expect(again._data).toMatchObject({ name: 'Renamed', description: 'By the SDK' });
  await new CustomAudience(id).delete([]);
  await expect(new CustomAudience(id).get(fields)).rejects.toMatchObject({
    name: 'FacebookRequestError',
    status: 400,
    response: { code: 100, error_subcode: 33 },
  });
});

test('audiences are listed page by page, each once', async () => {
  const made = new Set<string>();
  for (let number = 0; number < 20; number += 1) {
    made.add((await makeAudience(`Page ${number}`)).id);
  }
  const found: string[] = [];
  let page = await account.getCustomAudiences(['name'], { limit: 7 });
  for (;;) {
    expect(page.length).toBeLessThanOrEqual(7);
    found.push(...page.map(({ id }) => id));
    if (!page.hasNext()) break;
    page = await page.next();
  }
  expect(new Set(found).size).toBe(found.length);
  expect(found.filter((id) => made.has(id))).toHaveLength(20);
  for (const id of made) await new CustomAudience(id).delete([]);
});

test('people are added and removed, with the payload of the removal in the address', async () => {
  const { id } = await makeAudience('People');
  const audience = new CustomAudience(id);
  const data = emailRows(1_200);
  const added = await new CustomAudience(id).createUser([], {
    payload: { schema: ['EMAIL'], data: [...data, ['no hash']] },
    session: session(),
  });
  expect(added._data).toMatchObject({
    audience_id: id,
    num_received: 1_201,
    num_invalid_entries: 1,
    invalid_entry_samples: { '["no hash"]': expect.any(String) as string },
  });
  expect(await served.emails(id)).toHaveLength(1_200);
  const removed = await audience.deleteUsers({
    payload: { schema: ['EMAIL'], data: data.slice(0, 1_000) },
  });
  expect(removed).toMatchObject({ num_received: 1_000, num_invalid_entries: 0 });
  expect(await served.emails(id)).toEqual(data.slice(1_000).flat().toSorted());

  // Meta's edge gives up between 1,000 and 2,500 rows, with a page in HTML; so does the SDK.
  const tooMany = { payload: { schema: ['EMAIL'], data: emailRows(2_500) } };
  await expect(new CustomAudience(id).deleteUsers(tooMany)).rejects.toThrow(SyntaxError);
  expect(await served.emails(id)).toHaveLength(200);
});

test('all members are replaced, in two batches', async () => {
  const { id } = await makeAudience('Replaced');
  const payload = (data: string[][]) => ({ schema: ['EMAIL'], data });
  await new CustomAudience(id).createUser([], { payload: payload(emailRows(50)) });
  await served.admin('clock', { advanceMs: 60_000 });
  const { session_id } = session();
  const batch = (batch_seq: number, data: string[][]) =>
    new CustomAudience(id).createUsersReplace([], {
      payload: payload(data),
      session: { session_id, batch_seq, last_batch_flag: batch_seq === 2 },
    });
  const [one, two] = [emailRows(30, 40), emailRows(10, 100)];
  expect((await batch(1, one))._data).toMatchObject({ num_received: 30 });
  expect((await batch(2, two))._data).toMatchObject({ num_received: 40 });
  await served.admin('clock', { advanceMs: 3_600_000 });
  expect(await served.emails(id)).toEqual([...one, ...two].flat().toSorted());
  const [seen] = await new CustomAudience(id).getSessions([], { session_id });
  expect(seen?._data).toMatchObject({ num_received: '40', num_invalid_entries: '0' });
});

test('people are removed from every audience of the ad account', async () => {
  const ids = [(await makeAudience('One')).id, (await makeAudience('Two')).id];
  const payload = { schema: ['EMAIL'], data: [[hash('mary@example.com')]] };
  for (const id of ids) await new CustomAudience(id).createUser([], { payload });
  await account.deleteUsersOfAnyAudience({ payload });
  for (const id of ids) expect(await served.emails(id)).toEqual([]);
});

test('usage comes in the headers, and a throttle as an error that names itself', async () => {
  FacebookAdsApi.init(served.sandbox.token, 'en_US', false).setShowHeader(true);
  const read = await new AdAccount(served.account).get(['name']);
  expect(read._data['headers']).toMatchObject({
    'facebook-api-version': FacebookAdsApi.VERSION,
    'x-business-use-case-usage': expect.stringContaining(served.account.slice(4)) as string,
  });
  served.sandbox.faults.arm({ name: 'throttle', on: 'audiences.list' });
  await expect(account.getCustomAudiences(['name'])).rejects.toMatchObject({
    status: 400,
    response: { code: 80_003, error_subcode: 2_446_079, fbtrace_id: expect.any(String) as string },
    headers: { 'www-authenticate': expect.stringContaining('OAuth') as string },
  });
});

test('a row that does not fit its schema, and a missing parameter, are explained', async () => {
  const { id } = await makeAudience('Wrong');
  const payload = { schema: ['EMAIL', 'PHONE'], data: [[hash('mary@example.com')]] };
  await expect(new CustomAudience(id).createUser([], { payload })).rejects.toMatchObject({
    message: '(#100) Data is missing or does not match schema',
  });
  const { customer_file_source: _, ...incomplete } = wanted;
  await expect(
    account.createCustomAudience([], { ...incomplete, name: 'B' }),
  ).rejects.toMatchObject({ message: '(#100) Missing parameter(s): customer_file_source' });
});

test('a token that was revoked in mid-run stops everything it did', async () => {
  const given = await served.admin('tokens', { expiresInSeconds: 86_400 });
  FacebookAdsApi.init(String(given['token']), 'en_US', false);
  const mine = new AdAccount(served.account);
  expect((await mine.get(['name'])).id).toBe(served.account);
  await served.admin(`tokens/${String(given['id'])}`, { endedBy: 458 });
  await expect(mine.get(['name'])).rejects.toMatchObject({
    response: { code: 190, error_subcode: 458, type: 'OAuthException' },
  });
});

test('the version that it is pinned to can be retired', async () => {
  await served.admin('settings', { versions: ['v25.0', 'v26.0'] });
  await expect(account.get(['name'])).rejects.toMatchObject({ response: { code: 2635 } });
  await served.admin('settings', { versions: ['v24.0', 'v25.0', 'v26.0'] });
  expect((await account.get(['name'])).id).toBe(served.account);
});
