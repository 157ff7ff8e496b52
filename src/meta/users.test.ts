import { expect, test } from 'vitest';
import { clientFor, graphError, json, raw, startScriptedServer } from './_scripted-server.ts';
import type { WireSessionState, WireUsersResult } from './wire.ts';

const body = '{"payload":{"schema":["EMAIL"],"data":[["h"]]},"session":{"session_id":1}}';
const rows = {
  account: 'act_542676646349772',
  audienceId: '23849182047670582',
  body: new TextEncoder().encode(body),
};

/** Recorded from Meta on 2021-12-01 (grouparoo's fixtures), the hashes shortened. */
const recorded = {
  audience_id: '23849182047670582',
  session_id: '4258863787278652924',
  num_received: 2,
  num_invalid_entries: 1,
  invalid_entry_samples: { '["e190","","e96e","",""]': 'empty external ID' },
} satisfies WireUsersResult;

test('adding posts the bytes as they are and reads what Meta took', async () => {
  await using server = await startScriptedServer(json(recorded));
  const answer = await clientFor(server.url).users({ ...rows, direction: 'add' });
  expect(answer).toEqual({
    outcome: 'clean',
    numReceived: 2,
    numInvalid: 1,
    samples: new Map([['["e190","","e96e","",""]', 'empty external ID']]),
    sessionId: '4258863787278652924',
  });
  const { method, path, query, headers, body: sent } = server.request();
  expect([method, path]).toEqual(['POST', '/v26.0/23849182047670582/users']);
  expect([...query.keys()]).toEqual([]);
  expect(sent).toBe(body);
  expect(headers).toMatchObject({
    authorization: 'Bearer TOKEN',
    'content-type': 'application/json',
    'content-length': String(body.length),
  });
});

test('removing is a DELETE that carries its rows in the body, not in the address', async () => {
  await using server = await startScriptedServer(json(recorded));
  await clientFor(server.url).users({ ...rows, direction: 'remove' });
  const { method, path, query, body: sent } = server.request();
  expect([method, path]).toEqual(['DELETE', '/v26.0/23849182047670582/users']);
  expect([...query.keys()]).toEqual([]);
  expect(sent).toBe(body);
});

test('removing from every audience goes to the ad account, replacing to its own edge', async () => {
  await using server = await startScriptedServer(json(recorded));
  const client = clientFor(server.url);
  await client.removeFromEveryAudience({ account: '542676646349772', body: rows.body });
  await client.replaceUsers(rows);
  expect(server.seen.map(({ method, path }) => [method, path])).toEqual([
    ['DELETE', '/v26.0/act_542676646349772/usersofanyaudience'],
    ['POST', '/v26.0/23849182047670582/usersreplace'],
  ]);
});

test('fewer rows received than were sent is clean and told', async () => {
  await using server = await startScriptedServer(json({ ...recorded, num_received: 1 }));
  const answer = await clientFor(server.url).users({ ...rows, direction: 'add' });
  expect(answer).toMatchObject({ outcome: 'clean', numReceived: 1 });
});

test('a session id that no double can hold keeps its digits', async () => {
  const text = JSON.stringify(recorded).replace('"4258863787278652924"', '4258863787278652924');
  await using server = await startScriptedServer(
    raw(text, 200, { 'content-type': 'application/json' }),
  );
  const answer = await clientFor(server.url).users({ ...rows, direction: 'add' });
  expect(answer).toMatchObject({ outcome: 'clean', sessionId: '4258863787278652924' });
});

test('samples may come as a list, and may be missing', async () => {
  await using server = await startScriptedServer(
    json({ ...recorded, invalid_entry_samples: ['["e190"]'] }),
    json({ ...recorded, invalid_entry_samples: undefined }),
  );
  const client = clientFor(server.url);
  const listed = await client.users({ ...rows, direction: 'add' });
  expect(listed).toMatchObject({ samples: new Map([['["e190"]', '']]) });
  const missing = await client.users({ ...rows, direction: 'add' });
  expect(missing).toMatchObject({ outcome: 'clean', samples: new Map() });
});

test.each([
  ['an empty object', {}],
  ['no count', { ...recorded, num_received: undefined }],
  ['a count that is no number', { ...recorded, num_received: 'many' }],
  ['a list', [recorded]],
  ['a bare word', 'ok'],
  ['null', null],
])('a 200 with %s is uncertain', async (_, answered) => {
  await using server = await startScriptedServer(json(answered));
  const answer = await clientFor(server.url).users({ ...rows, direction: 'add' });
  expect(answer).toMatchObject({
    outcome: 'uncertain',
    problem: { meaning: 'answer not understood' },
  });
});

test('a throttle that comes as HTTP 400 is refused, and its link names the account', async () => {
  await using server = await startScriptedServer(
    graphError({ code: 80003, error_subcode: 2446079 }),
    graphError({ code: 200, error_subcode: 1870090 }),
  );
  const client = clientFor(server.url);
  expect(await client.users({ ...rows, direction: 'add' })).toMatchObject({
    outcome: 'refused',
    problem: { class: 'wait', throttled: 'account', httpStatus: 400, traceId: 'A-trace' },
  });
  expect(await client.users({ ...rows, direction: 'add' })).toMatchObject({
    outcome: 'refused',
    problem: {
      class: 'stop account',
      link: `${server.url}/ads/manage/customaudiences/tos/?act=542676646349772`,
    },
  });
});

test('nothing is sent once the moment to open the request has passed', async () => {
  await using server = await startScriptedServer(json(recorded));
  const late = { ...rows, direction: 'add', openByMs: Date.now() - 1 } as const;
  const answer = await clientFor(server.url).users(late);
  expect(answer).toMatchObject({ outcome: 'refused', problem: { meaning: 'held back' } });
  expect(server.seen).toEqual([]);
});

test('an id that could lead elsewhere is refused before anything is sent', async () => {
  await using server = await startScriptedServer(json(recorded));
  const client = clientFor(server.url);
  await expect(
    (async () => client.users({ ...rows, audienceId: '1/../me', direction: 'add' }))(),
  ).rejects.toMatchObject({ code: 'META_ID' });
  await expect(
    (async () => client.users({ ...rows, account: 'act_1?x', direction: 'add' }))(),
  ).rejects.toMatchObject({ code: 'META_ID' });
  expect(server.seen).toEqual([]);
});

test('a session tells what was received, from numbers written as strings', async () => {
  // github.com/facebook/facebook-java-business-sdk/issues/492, 2025-09-08
  const state = {
    session_id: '653573199724136401',
    start_time: '1757326241',
    end_time: '0',
    num_received: '10000',
    num_matched: '-1',
    num_invalid_entries: '0',
    progress: '0',
    stage: 'uploading',
  } satisfies WireSessionState;
  await using server = await startScriptedServer(json({ data: [state] }), json({ data: [] }));
  const client = clientFor(server.url);
  const where = { account: '1', audienceId: '2', sessionId: '653573199724136401' };
  expect(await client.session(where)).toEqual({
    outcome: 'clean',
    body: { sessionId: '653573199724136401', numReceived: 10_000, numInvalid: 0 },
  });
  expect(server.request().path).toBe('/v26.0/2/sessions');
  expect(server.request().query.get('session_id')).toBe('653573199724136401');
  expect(await client.session(where)).toEqual({ outcome: 'clean', body: null });
});
