import { expect, test } from 'vitest';
import { hash, openForTest, origin } from './_opened.ts';

const mary = hash('mary@example.com');
const maryPhone = hash('15559876543');
const john = hash('john@example.com');

test('the recorded answer: counts, samples by row, a blank external id spoils its row', async () => {
  const { createAudience, add, heads } = await openForTest();
  const id = await createAudience();
  const schema = ['EMAIL', 'PHONE', 'FN', 'LN', 'EXTERN_ID'];
  const bad = [john, '', hash('john'), '', ''];
  const { status, body } = await add(id, schema, [[mary, maryPhone, '', '', 'c-1'], bad]);
  expect(status).toBe(200);
  expect(body).toEqual({
    audience_id: id,
    session_id: expect.stringMatching(/^\d+$/) as string,
    num_received: 2,
    num_invalid_entries: 1,
    invalid_entry_samples: { [JSON.stringify(bad)]: 'empty external ID' },
  });
  expect(await heads(id)).toEqual([['c-1', mary, maryPhone]]);
});

test('rows are told back in wire order, whatever order they came in, further keys last', async () => {
  const { sandbox, createAudience, add, truth } = await openForTest();
  const id = await createAudience('Everything', { is_value_based: 1 });
  const schema = ['COUNTRY', 'MADID', 'LOOKALIKE_VALUE', 'EMAIL', 'EXTERN_ID'];
  const madid = '38400000-8cf0-11bd-b23e-10b96e40000d';
  await add(id, schema, [[hash('us'), madid, 44.5, mary, 'c-1 ü']]);
  const text = await (await sandbox.fetch(`${origin}/_sandbox/audiences/${id}/rows`)).text();
  const blanks = Array.from({ length: 11 }, () => '');
  expect(JSON.parse(text)).toEqual(['c-1 ü', mary, ...blanks, hash('us'), madid, '44.5']);
  expect(text.endsWith(']\n')).toBe(true);
  expect(await truth(id)).toEqual({
    id,
    name: 'Everything',
    account: 'act_1000000000001',
    schema: ['EXTERN_ID', 'EMAIL', 'COUNTRY', 'MADID', 'LOOKALIKE_VALUE'],
    rowsHeld: 1,
    peopleMatched: expect.any(Number) as number,
  });
});

test('a row that is invalid by itself hurts no other', async () => {
  const { createAudience, add, heads } = await openForTest();
  const id = await createAudience();
  const invalid = [
    ['mary@example.com'],
    [mary.toUpperCase()],
    [mary.slice(1)],
    [`${mary}0`],
    [''],
    [`${mary.slice(0, 63)}é`],
  ];
  const { body } = await add(id, ['EMAIL'], [[mary], ...invalid, [john]]);
  expect(body).toMatchObject({ num_received: 8, num_invalid_entries: 6 });
  const samples = body['invalid_entry_samples'] as Record<string, string>;
  expect(Object.keys(samples)).toEqual(invalid.map((row) => JSON.stringify(row)));
  expect(samples['[""]']).toBe('empty row');
  expect(samples['["mary@example.com"]']).toBe('invalid hash format');
  expect((await heads(id)).map(([, email]) => email)).toEqual([mary, john]);
});

test('at most 100 invalid rows are sampled, all are counted', async () => {
  const { createAudience, add } = await openForTest();
  const id = await createAudience();
  const { body } = await add(
    id,
    ['EMAIL'],
    Array.from({ length: 250 }, (_, at) => [`bad-${at}`]),
  );
  expect(body).toMatchObject({ num_received: 250, num_invalid_entries: 250 });
  expect(Object.keys(body['invalid_entry_samples'] as object)).toHaveLength(100);
});

test('what does not fit its schema refuses the whole request, and nothing is kept', async () => {
  const { call, createAudience, add, truth } = await openForTest();
  const id = await createAudience();
  const mismatch = '(#100) Data is missing or does not match schema';
  const refused: [string[] | string, unknown[]][] = [
    [
      ['EMAIL', 'PHONE'],
      [[mary, ''], [john]],
    ],
    [['EMAIL', 'PHONE'], [[mary, '', '']]],
    [['EMAIL', 'PHONE'], [mary]],
    [['EMAIL'], []],
    [[], [[]]],
  ];
  for (const [schema, data] of refused) {
    const { status, body } = await add(id, schema, data);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 100, message: mismatch, type: 'OAuthException' });
  }
  const missing = await call('POST', `${id}/users`, { session: { session_id: 1 } });
  expect(missing.body.error['message']).toBe(mismatch);
  for (const schema of [['EMAIL', 'SHOE'], ['EMAIL', 'EMAIL'], 'SHOE', 'ключ"\n']) {
    const { body } = await add(id, schema, [[mary, john]]);
    expect(body.error['code']).toBe(100);
  }
  expect((await truth(id)).rowsHeld).toBe(0);
});

test('10,000 rows are the most that one request carries', async () => {
  const { createAudience, add, truth } = await openForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 10_001 }, (_, at) => [`c-${at}`]);
  const refused = await add(id, ['EXTERN_ID'], rows);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  expect((await add(id, ['EXTERN_ID'], rows.slice(1))).body['num_received']).toBe(10_000);
  expect((await truth(id)).rowsHeld).toBe(10_000);
});

test('every way to write a request is understood', async () => {
  const { sandbox, createAudience, heads } = await openForTest();
  const id = await createAudience();
  const url = `${origin}/v26.0/${id}/users`;
  const headers = { authorization: `Bearer ${sandbox.token}` };
  const payload = (email: string) => JSON.stringify({ schema: ['EMAIL'], data: [[email]] });
  const multipart = new FormData();
  multipart.set('payload', payload(hash('2')));
  const ways: RequestInit[] = [
    { body: new URLSearchParams({ payload: payload(hash('1')) }) },
    { body: multipart },
    { body: JSON.stringify({ payload: payload(hash('3')) }) },
    {
      body: `{"payload":${payload(hash('4'))}}`,
      headers: { ...headers, 'content-type': 'text/plain' },
    },
  ];
  for (const way of ways) {
    const response = await sandbox.fetch(url, { method: 'POST', headers, ...way });
    expect(await response.json()).toMatchObject({ num_received: 1, num_invalid_entries: 0 });
  }
  const emails = async () => (await heads(id)).map(([, email]) => email);
  expect(await emails()).toEqual([hash('1'), hash('2'), hash('3'), hash('4')]);

  const inAddress = new URLSearchParams({ payload: payload(hash('1')) });
  await sandbox.fetch(`${url}?${inAddress.toString()}`, { method: 'DELETE', headers });
  const override = new URLSearchParams({ method: 'DELETE', payload: payload(hash('2')) });
  await sandbox.fetch(url, { method: 'POST', headers, body: override });
  const body = `{"payload":${payload(hash('3'))}}`;
  await sandbox.fetch(url, { method: 'DELETE', headers, body });
  expect(await emails()).toEqual([hash('4')]);
});

test('an address that is too long is refused by the edge, with HTML', async () => {
  const { sandbox, createAudience } = await openForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 2_500 }, (_, at) => [hash(String(at))]);
  const payload = JSON.stringify({ schema: ['EMAIL'], data: rows });
  const url = `${origin}/v26.0/${id}/users?${new URLSearchParams({ payload }).toString()}`;
  const response = await sandbox.fetch(url, { method: 'DELETE' });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('text/html');
});

test('rows of one key may be bare, in the way of before 2018; the two ways do not mix', async () => {
  const { createAudience, add, heads } = await openForTest();
  const old = await createAudience('Old way');
  expect((await add(old, 'EMAIL_SHA256', [mary, [john]])).body['num_received']).toBe(2);
  expect(await heads(old)).toEqual([
    ['', mary, ''],
    ['', john, ''],
  ]);
  const mixed = await add(old, ['EMAIL'], [[mary]]);
  expect(mixed).toMatchObject({ status: 400, body: { error: { code: 2650 } } });

  const fresh = await createAudience('New way');
  await add(fresh, ['EMAIL', 'PHONE'], [[mary, '']]);
  expect((await add(fresh, ['EMAIL'], [[john]])).status).toBe(200);
  const refused = await add(fresh, 'EMAIL_SHA256', [[mary]]);
  expect(refused.body.error['message']).toBe(
    'This audience was created from data source FILE_IMPORTED.MULTI_HASHES, which does not ' +
      'support data source FILE_IMPORTED.HASHES_OR_USER_IDS',
  );
});

test('ids of an app or a page need it', async () => {
  const { call, createAudience } = await openForTest();
  const id = await createAudience();
  const send = (payload: object) => call('POST', `${id}/users`, { payload });
  const app = { schema: ['APPUID'], data: [['1']] };
  expect((await send(app)).body.error['code']).toBe(100);
  expect((await send({ ...app, app_ids: ['7'] })).status).toBe(200);
  const page = { schema: ['PAGEUID'], data: [['1']] };
  expect((await send({ ...page, page_ids: ['1', '2'] })).body.error['code']).toBe(100);
  expect((await send({ ...page, page_ids: ['1'] })).status).toBe(200);
});

test('removing from every audience reaches those of the account and no other', async () => {
  const { call, sandbox, createAudience, add, heads, account } = await openForTest();
  const [one, two] = [await createAudience(), await createAudience()];
  const elsewhere = await call('POST', `${sandbox.adAccounts[1]?.id}/customaudiences`, {
    name: 'Elsewhere',
    subtype: 'CUSTOM',
    customer_file_source: 'USER_PROVIDED_ONLY',
  });
  const foreign = elsewhere.body.id;
  for (const id of [one, two, foreign]) await add(id, ['EMAIL'], [[mary], [john]]);
  const removed = await call('DELETE', `${account}/usersofanyaudience`, {
    payload: { schema: ['EMAIL'], data: [[mary]] },
  });
  expect(removed.body).toMatchObject({ num_received: 1, num_invalid_entries: 0 });
  for (const id of [one, two]) expect(await heads(id)).toEqual([['', john, '']]);
  expect(await heads(foreign)).toHaveLength(2);
});

test('removing somebody who is not there looks like any removal', async () => {
  const { createAudience, remove } = await openForTest();
  const id = await createAudience();
  const { status, body } = await remove(id, ['EMAIL'], [[mary]]);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    num_received: 1,
    num_invalid_entries: 0,
    invalid_entry_samples: {},
  });
});

test('a removal that would leave too few people can be made to fail as recorded', async () => {
  const { sandbox, createAudience, add, remove, truth } = await openForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 50 }, (_, at) => [hash(String(at))]);
  await add(id, ['EMAIL'], rows);
  const before = await truth(id);
  const settings = JSON.stringify({ smallestAfterRemoval: 1_000 });
  await sandbox.fetch(`${origin}/_sandbox/settings`, { method: 'POST', body: settings });
  const refused = await remove(id, ['EMAIL'], rows.slice(0, 10));
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: { code: 200, error_subcode: 1870047, error_user_title: 'Audience Size too Low' },
    },
  });
  expect(await truth(id)).toEqual(before);
  const back = JSON.stringify({ smallestAfterRemoval: 0 });
  await sandbox.fetch(`${origin}/_sandbox/settings`, { method: 'POST', body: back });
  await remove(id, ['EMAIL'], rows.slice(0, 10));
  expect((await truth(id)).rowsHeld).toBe(40);
});

test('somebody matched by e-mail and by phone is one person', async () => {
  const { createAudience, add, truth } = await openForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 2_000 }, (_, at) => [
    `c-${at}`,
    hash(`p${at}@example.com`),
    hash(`1555${at}`),
  ]);
  await add(id, ['EXTERN_ID', 'EMAIL', 'PHONE'], rows);
  const once = await truth(id);
  // 0.7 for the e-mail, 0.6 for the phone, independently: 0.88 of 2,000.
  expect(once.peopleMatched).toBeGreaterThan(2_000 * 0.85);
  expect(once.peopleMatched).toBeLessThan(2_000 * 0.91);
  const second = rows.map(([customer, , phone], at) => [customer, hash(`second${at}`), phone]);
  await add(id, ['EXTERN_ID', 'EMAIL', 'PHONE'], second);
  const twice = await truth(id);
  expect(twice.rowsHeld).toBe(4_000);
  expect(twice.peopleMatched).toBeLessThanOrEqual(2_000);
  expect(twice.peopleMatched).toBeGreaterThan(once.peopleMatched);
});

test('an external id alone finds nobody, but is part of whom it came with', async () => {
  const { createAudience, add, truth } = await openForTest();
  const id = await createAudience();
  const rows = Array.from({ length: 100 }, (_, at) => [`c-${at}`]);
  await add(id, ['EXTERN_ID'], rows);
  expect((await truth(id)).peopleMatched).toBe(0);
});

test('what never changes: the same people are matched again, in another sandbox too', async () => {
  const matched: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const { createAudience, add, truth } = await openForTest();
    const id = await createAudience();
    await add(
      id,
      ['EMAIL'],
      Array.from({ length: 500 }, (_, at) => [hash(String(at))]),
    );
    matched.push((await truth(id)).peopleMatched);
  }
  expect(matched[0]).toBe(matched[1]);
  expect(matched[0]).toBeGreaterThan(300);
});

test('an unknown audience is told of like one that may not be seen', async () => {
  const { add } = await openForTest();
  const { status, body } = await add('23840000000000000', ['EMAIL'], [[mary]]);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 100, error_subcode: 33, type: 'GraphMethodException' });
});
