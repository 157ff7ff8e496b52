import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hash, openForTest, type Opened, origin } from './_opened.ts';

const mary = hash('mary@example.com');

function rows(count: number): string[][] {
  return Array.from({ length: count }, (_, at) => [hash(`p${at}`)]);
}

async function operationCode({ call }: Opened, id: string): Promise<unknown> {
  const { body } = await call('GET', id, { fields: 'operation_status' });
  return (body['operation_status'] as { code: number }).code;
}

test('every setting is in docs/sandbox.md, and every one that is there exists', async () => {
  const { ask } = await openForTest();
  const page = readFileSync(join(import.meta.dirname, '../../docs/sandbox.md'), 'utf8');
  const table = page.slice(page.indexOf('## Settings'), page.indexOf('## Faults'));
  const documented = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => (line.split('|')[1] ?? '').match(/\w+/g) ?? []);
  const { sandbox: _, settle: __, ...settings } = await ask('settings');
  expect(documented.toSorted()).toEqual(Object.keys(settings).toSorted());
});

test('a setting takes its own kind of value and nothing else', async () => {
  const { ask, sandbox } = await openForTest();
  const wrong: object[] = [
    { tier: 'gold' },
    { processingMs: -1 },
    { processingMs: '5' },
    { refusesBlankRows: 1 },
    { versions: [] },
    { versions: ['26'] },
    { accountLimitCode: 4 },
    { colour: 'red' },
    { toString: 1 },
  ];
  const before = await ask('settings');
  for (const body of wrong) {
    const init = { method: 'POST', body: JSON.stringify(body) };
    expect((await sandbox.fetch(`${origin}/_sandbox/settings`, init)).status).toBe(400);
  }
  expect(await ask('settings')).toEqual(before);
});

test('more than 10,000 rows are refused with whichever code is set', async () => {
  const { ask, createAudience, add } = await openForTest();
  const id = await createAudience();
  const many = Array.from({ length: 10_001 }, () => ['x']);
  const refusal = async () => (await add(id, ['EXTERN_ID'], many)).body.error;
  expect((await refusal())['code']).toBe(100);
  await ask('settings', { tooManyRowsCode: 105 });
  expect((await refusal())['code']).toBe(105);
  await ask('settings', { tooManyRowsCode: 1 });
  expect(await refusal()).toMatchObject({ code: 1, error_subcode: 99 });
});

test('blank rows may be passed over, bad hashes may be called otherwise', async () => {
  const { ask, createAudience, add } = await openForTest();
  await ask('settings', { refusesBlankRows: false, invalidHashReason: 'not a hash' });
  const id = await createAudience();
  const { body } = await add(id, ['EMAIL'], [[mary], [''], ['x']]);
  expect(body).toMatchObject({
    num_received: 3,
    num_invalid_entries: 1,
    invalid_entry_samples: { '["x"]': 'not a hash' },
  });
});

test('values go to value-based lists, and nothing else does', async () => {
  const { ask, createAudience, add } = await openForTest();
  const [plain, valued] = [
    await createAudience(),
    await createAudience('B', { is_value_based: 1 }),
  ];
  const withValue = [['EMAIL', 'LOOKALIKE_VALUE'], [[mary, 7]]] as const;
  const refused = [
    await add(plain, [...withValue[0]], [...withValue[1]]),
    await add(valued, ['EMAIL'], [[mary]]),
  ];
  expect(refused.map(({ body }) => body.error?.code)).toEqual([2650, 2650]);
  expect((await add(valued, [...withValue[0]], [...withValue[1]])).status).toBe(200);
  await ask('settings', { refusesMisplacedValues: false });
  expect((await add(plain, [...withValue[0]], [...withValue[1]])).status).toBe(200);
});

test('a value of a customer is a number that is not negative', async () => {
  const { createAudience, add } = await openForTest();
  const id = await createAudience('Valued', { is_value_based: true });
  const values: unknown[] = [0, 44.5, '12', -1, 'much', '1e3'];
  const data = values.map((value, at) => [hash(String(at)), value]);
  const { body } = await add(id, ['EMAIL', 'LOOKALIKE_VALUE'], data);
  expect(body).toMatchObject({ num_received: 6, num_invalid_entries: 3 });
});

test('many invalid entries and few matches show in the status', async () => {
  const opened = await openForTest();
  const { ask, createAudience, add, clock } = opened;
  const id = await createAudience();
  await add(id, ['EMAIL'], [...rows(4), ['bad']]);
  clock.now += 2_000;
  expect(await operationCode(opened, id)).toBe(412);
  await add(id, ['EMAIL'], rows(10));
  clock.now += 2_000;
  expect(await operationCode(opened, id)).toBe(200);
  await ask('settings', { lowMatchPercent: 100 });
  expect(await operationCode(opened, id)).toBe(411);
});

test('large changes may take longer', async () => {
  const opened = await openForTest();
  await opened.ask('settings', { processingMs: 1_000, processingMsPerThousandRows: 60_000 });
  const id = await opened.createAudience();
  await opened.add(id, ['EMAIL'], rows(5_000));
  opened.clock.now += 300_000;
  expect(await operationCode(opened, id)).toBe(441);
  opened.clock.now += 1_000;
  expect(await operationCode(opened, id)).toBe(200);
});

test('sizes come up to date while changes go on', async () => {
  const { call, createAudience, add, clock } = await openForTest();
  const id = await createAudience();
  const lower = async () =>
    (await call('GET', id, { fields: 'approximate_count_lower_bound' })).body[
      'approximate_count_lower_bound'
    ];
  for (let from = 0; from < 10_000; from += 1_000) {
    await add(id, ['EMAIL'], rows(from + 1_000).slice(from));
    clock.now += 1_000;
  }
  expect(Number(await lower())).toBeGreaterThan(5_000);
});

test('statuses of HTTP tell more, where that is set', async () => {
  const { ask, sandbox, createAudience, add, remove } = await openForTest();
  await ask('settings', { permissionStatus: 403, tokenStatus: 401, faultStatus: 400 });
  await ask('settings', { smallestAfterRemoval: 1_000 });
  const id = await createAudience();
  await add(id, ['EMAIL'], [[mary]]);
  const small = await remove(id, ['EMAIL'], [[mary]]);
  expect(small).toMatchObject({
    status: 403,
    body: {
      error: { code: 200, error_subcode: 1_870_047, error_user_title: 'Audience Size too Low' },
    },
  });
  const headers = { authorization: 'Bearer wrong' };
  expect((await sandbox.fetch(`${origin}/v26.0/me`, { headers })).status).toBe(401);
  sandbox.faults.arm({ name: 'serverErrorBefore' });
  expect((await add(id, ['EMAIL'], [[mary]])).status).toBe(400);
});

test('what small audiences refuse goes through the whole account', async () => {
  const { ask, call, account, createAudience, add, truth } = await openForTest();
  await ask('settings', { smallestAfterRemoval: 1_000 });
  const id = await createAudience();
  await add(id, ['EMAIL'], [[mary]]);
  const payload = { schema: ['EMAIL'], data: [[mary]] };
  const answer = await call('DELETE', `${account}/usersofanyaudience`, { payload });
  expect(answer.body).toMatchObject({ account_id: account.slice(4), num_received: 1 });
  expect((await truth(id)).rowsHeld).toBe(0);
  await ask('settings', { removeFromAllAnswers: 'success' });
  const brief = await call('DELETE', `${account}/usersofanyaudience`, { payload });
  expect(brief.body).toEqual({ success: true });
});

test('other choices: stuck sessions, mixed shapes, headers only once warm, fewer lookalikes', async () => {
  const opened = await openForTest();
  const { ask, call, account, createAudience, add, clock } = opened;
  await ask('settings', {
    ...{ sessionStages: 'uploading', refusesMixedShapes: false, usageHeadersFromCall: 3 },
    ...{ lookalikesPerAccountMax: 0, lookalikeSeedMin: 0, pageLimit: 1 },
  });
  const id = await createAudience();
  await add(id, 'EMAIL_SHA256', [mary]);
  const payload = { schema: ['EMAIL'], data: [[mary]] };
  const session = { session_id: 1, batch_seq: 1, last_batch_flag: true };
  const mixed = await call('POST', `${id}/users`, { payload, session });
  expect(mixed.status).toBe(200);
  expect(mixed.headers.get('x-ad-account-usage')).not.toBeNull();
  clock.now += 60_000;
  const { body } = await call('GET', `${id}/sessions`);
  expect(body.data[0]).toMatchObject({ stage: 'uploading', end_time: '0', progress: '0' });

  const other = opened.sandbox.adAccounts[1]?.id ?? '';
  expect((await call('GET', other)).headers.get('x-business-use-case-usage')).toBeNull();
  const refused = await call('POST', `${account}/customaudiences`, {
    ...{ name: 'L', subtype: 'LOOKALIKE', origin_audience_id: id },
    lookalike_spec: '{"type":"reach","country":"US"}',
  });
  expect(refused.body.error).toMatchObject({ code: 2654, error_user_title: 'Too many audiences' });
  await createAudience();
  expect((await call('GET', `${account}/customaudiences`)).body.data).toHaveLength(1);
});
