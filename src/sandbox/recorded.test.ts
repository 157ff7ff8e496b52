import { expect, onTestFinished, test } from 'vitest';
import { openForTest } from './_opened.ts';
import { serveSandbox } from './serve.ts';

/**
 * What a client of 2021 sent to the real Graph API and was answered, call by call: v12.0, 2021-12-01,
 * github.com/grouparoo/grouparoo, plugins/@grouparoo/facebook/__tests__/fixtures. Ids are ours; of
 * the answers, the shapes and every header whose value says nothing of its moment.
 */
const email = '2e5b5d0a3c2f708e9cfc1eb6396c60814862229246a84697da56931761b8e6e7';
const firstName = 'f3fe5a51a2be8c6dc715028858fcba82ee021be7687e4f95b45086b8ffb1a23f';

const everyAnswer = {
  'content-type': 'application/json',
  'x-fb-rlafr': '0',
  'access-control-allow-origin': '*',
  'facebook-api-version': 'v12.0',
  'strict-transport-security': 'max-age=15552000; preload',
  pragma: 'no-cache',
  'cache-control': 'private, no-cache, no-store, must-revalidate',
  expires: 'Sat, 01 Jan 2000 00:00:00 GMT',
  'x-fb-request-id': /^A[\w-]{22}$/,
  'x-fb-trace-id': /^[\w+/]{11}$/,
  'x-fb-rev': /^\d{10}$/,
  'x-fb-debug': /^[\w+/]{86}==$/,
};

interface Answered {
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** The sandbox on a port, called the way that client did it. */
async function openAsRecorded(): Promise<{
  account: string;
  call(method: string, path: string, query: object, body?: object): Promise<Answered>;
}> {
  const { sandbox, ask, account } = await openForTest();
  await ask('settings', { versions: ['v12.0'], tier: 'development_access' });
  const served = await serveSandbox(sandbox, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => served.close());
  return {
    account,
    // Token and parameters in the address, a body even where there is nothing to say.
    async call(method, path, query, body = {}) {
      const search = new URLSearchParams({ ...query, access_token: sandbox.token }).toString();
      const headers = { 'content-type': 'application/json' };
      const init = method === 'GET' ? {} : { method, headers, body: JSON.stringify(body) };
      const answer = await fetch(`${served.url}/v12.0/${path}?${search}`, init);
      for (const [name, value] of Object.entries(everyAnswer)) {
        expect(answer.headers.get(name), name).toEqual(
          typeof value === 'string' ? value : expect.stringMatching(value),
        );
      }
      return { headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
    },
  };
}

const number = expect.any(Number) as number;

function header({ headers }: Answered, name: string): object | null {
  return JSON.parse(headers.get(name) ?? 'null') as object | null;
}

function useCaseUsage(account: string): object {
  const shares = { call_count: number, total_cputime: number, total_time: number };
  return {
    [account.replace('act_', '')]: [
      { type: 'custom_audience', ...shares, estimated_time_to_regain_access: 0 },
    ],
  };
}

function received(audience: unknown): object {
  return {
    audience_id: audience,
    session_id: expect.stringMatching(/^\d{15,19}$/) as string,
    num_received: 1,
    num_invalid_entries: 0,
    invalid_entry_samples: {},
  };
}

test('the recorded lists, nodes and audiences are answered as they were', async () => {
  const { call, account } = await openAsRecorded();
  const list = `${account}/customaudiences`;
  const none = await call('GET', list, { fields: 'id,name' });
  expect(none.body).toEqual({ data: [] });
  // Meta's own, to the letter: it is made from the body.
  expect(none.headers.get('etag')).toBe('"1050253aec7b29caff644806927dabfa81406eee"');
  expect(header(none, 'x-business-use-case-usage')).toEqual(useCaseUsage(account));

  const made: unknown[] = [];
  for (const name of ['(test) Group 1', '(test) Group 2']) {
    const wanted = { name, subtype: 'CUSTOM', description: 'Created from Grouparoo' };
    const source = { customer_file_source: 'USER_PROVIDED_ONLY', id: account };
    const created = await call('POST', list, {}, { ...wanted, ...source });
    expect(created.body).toEqual({ id: expect.stringMatching(/^2384\d{13}$/) as string });
    expect(created.headers.get('etag')).toBeNull();
    made.unshift(created.body['id']);
  }
  const [second, first] = made;
  const both = await call('GET', list, { limit: '500', fields: 'id,name,subtype' });
  const cursor = expect.any(String) as string;
  expect(both.body).toEqual({
    data: [
      { id: second, name: '(test) Group 2', subtype: 'CUSTOM' },
      { id: first, name: '(test) Group 1', subtype: 'CUSTOM' },
    ],
    paging: { cursors: { before: cursor, after: cursor } },
  });
  const node = await call('GET', String(first), { fields: 'id,name,subtype' });
  const nodeThen = { id: first, name: '(test) Group 1', subtype: 'CUSTOM' };
  expect(JSON.stringify(node.body)).toBe(JSON.stringify(nodeThen));
  for (const audience of made) {
    expect((await call('DELETE', String(audience), {})).body).toEqual({ success: true });
  }
});

test('the recorded additions and removals are answered as they were', async () => {
  const { call, account } = await openAsRecorded();
  const made: string[] = [];
  for (const name of ['(test) Group 1', '(test) Group 2']) {
    const wanted = { name, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
    made.push(String((await call('POST', `${account}/customaudiences`, {}, wanted)).body['id']));
  }
  for (const id of made) {
    const payload = { schema: ['EMAIL', 'FN'], data: [[email, firstName]] };
    const added = await call('POST', `${id}/users`, {}, { payload, id });
    expect(added.body).toEqual(received(id));
    expect(header(added, 'x-business-use-case-usage')).toBeNull();
    const shares = { call_count: number, total_cputime: 0, total_time: number };
    expect(header(added, 'x-app-usage')).toEqual(shares);
    expect(header(added, 'x-ad-account-usage')).toMatchObject({ acc_id_util_pct: number });
  }
  // Removing had all of it in the address; the session made up was the same across audiences.
  const payload = JSON.stringify({ schema: ['EMAIL'], data: [[email]] });
  const sessions = new Set<unknown>();
  for (const id of made) {
    const removed = await call('DELETE', `${id}/users`, { payload, id });
    expect(removed.body).toEqual(received(id));
    expect(header(removed, 'x-business-use-case-usage')).toEqual(useCaseUsage(account));
    expect(header(removed, 'x-ad-account-usage')).toBeNull();
    sessions.add(removed.body['session_id']);
  }
  expect(sessions.size).toBe(1);
});
