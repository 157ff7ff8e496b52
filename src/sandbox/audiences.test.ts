import { expect, test } from 'vitest';
import { hash, openForTest, type Opened, origin } from './_opened.ts';

test('an audience is made, read, changed and deleted in the recorded shapes', async () => {
  const { call, account } = await openForTest();
  const created = await call('POST', `${account}/customaudiences`, {
    name: 'Lapsed buyers',
    subtype: 'CUSTOM',
    description: 'Bought once',
    customer_file_source: 'USER_PROVIDED_ONLY',
  });
  expect(Object.keys(created.body)).toEqual(['id']);
  const { id } = created.body;
  expect(id).toMatch(/^\d{17}$/);
  expect(BigInt(id)).toBeGreaterThan(2n ** 53n);

  expect((await call('GET', id)).body).toEqual({ id });
  const fields = 'name,description,subtype,customer_file_source,retention_days,time_created';
  expect((await call('GET', id, { fields })).body).toEqual({
    id,
    name: 'Lapsed buyers',
    description: 'Bought once',
    subtype: 'CUSTOM',
    customer_file_source: 'USER_PROVIDED_ONLY',
    retention_days: 0,
    time_created: Date.UTC(2026, 10, 22, 9) / 1000,
  });

  const renamed = await call('POST', id, { name: 'Lapsed', description: '' });
  expect(renamed.body).toEqual({ success: true });
  expect((await call('GET', id, { fields: 'name,description' })).body).toEqual({
    id,
    name: 'Lapsed',
    description: '',
  });
  expect((await call('DELETE', id)).body).toEqual({ success: true });
  expect((await call('GET', `${account}/customaudiences`)).body.data).toEqual([]);
  const gone = await call('GET', id);
  expect(gone).toMatchObject({ status: 400, body: { error: { code: 100, error_subcode: 33 } } });
});

test('what Meta insists on at creation is insisted on', async () => {
  const { call, account } = await openForTest();
  const whole = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
  const refusals: [object, RegExp][] = [
    [
      { ...whole, customer_file_source: '' },
      /^\(#100\) Missing parameter\(s\): customer_file_source$/,
    ],
    [{ ...whole, name: '' }, /Missing parameter\(s\): name/],
    [{ ...whole, customer_file_source: 'BOUGHT' }, /must be one of/],
    [{ ...whole, retention_days: 181 }, /between 1 and 180/],
  ];
  for (const [params, message] of refusals) {
    const { status, body } = await call('POST', `${account}/customaudiences`, params);
    expect(status).toBe(400);
    expect(body.error['code']).toBe(100);
    expect(body.error['message']).toMatch(message);
  }
  const foreign = await call('POST', 'act_42/customaudiences', whole);
  expect(foreign.body.error).toMatchObject({ code: 100, error_subcode: 33 });
});

test('an empty list has no paging; pages come newest first and the last has no next', async () => {
  const opened = await openForTest();
  const { call, account, createAudience, sandbox } = opened;
  expect((await call('GET', `${account}/customaudiences`)).body).toEqual({ data: [] });

  const ids: string[] = [];
  for (let number = 0; number < 7; number += 1) ids.unshift(await createAudience(`N${number}`));
  const first = await call('GET', `${account}/customaudiences`, { limit: 3, fields: 'name' });
  expect(first.body.data.map(({ name }) => name)).toEqual(['N6', 'N5', 'N4']);
  expect(first.body.paging?.next).toContain('limit=3');
  expect(first.body.paging?.next).not.toContain(sandbox.token);

  const seen = await follow(opened, `${account}/customaudiences?limit=3`);
  expect(seen.ids).toEqual(ids);
  expect(seen.last).toMatchObject({ cursors: { before: expect.any(String) as string } });
  expect(seen.last).not.toHaveProperty('next');
});

test('a cursor keeps its place when the audience it names is deleted', async () => {
  const { call, account, createAudience } = await openForTest();
  const ids: string[] = [];
  for (let number = 0; number < 4; number += 1) ids.unshift(await createAudience());
  const first = await call('GET', `${account}/customaudiences`, { limit: 2 });
  await call('DELETE', ids[1] ?? '');
  const after = first.body.paging?.cursors.after;
  const second = await call('GET', `${account}/customaudiences`, { limit: 2, after });
  expect(second.body.data.map(({ id }) => id)).toEqual(ids.slice(2));
});

test('a token that came in the address goes into the addresses of the next pages', async () => {
  const { sandbox, account, createAudience } = await openForTest();
  await createAudience();
  await createAudience();
  const url = `${origin}/v26.0/${account}/customaudiences?limit=1&access_token=${sandbox.token}`;
  const page = (await (await sandbox.fetch(url)).json()) as { paging: { next: string } };
  const next = await sandbox.fetch(page.paging.next);
  expect(((await next.json()) as { data: object[] }).data).toHaveLength(1);
});

test('sizes are -1 until processed, then bounds that are rounded, and unknown below the floor', async () => {
  const { ask, call, clock, createAudience, add, truth } = await openForTest();
  const id = await createAudience();
  const fields =
    'approximate_count_lower_bound,approximate_count_upper_bound,delivery_status,operation_status';
  const look = async () => (await call('GET', id, { fields })).body;
  const unknown = { approximate_count_lower_bound: -1, approximate_count_upper_bound: -1 };
  expect(await look()).toMatchObject({ ...unknown, operation_status: { code: 410 } });

  await add(id, ['EMAIL'], emails(0, 5_000));
  expect(await look()).toMatchObject({ ...unknown, operation_status: { code: 441 } });
  clock.now += 2_000;
  const { peopleMatched } = await truth(id);
  const seen = await look();
  expect(seen).toMatchObject({ delivery_status: { code: 200 }, operation_status: { code: 200 } });
  const lower = Number(seen['approximate_count_lower_bound']);
  const upper = Number(seen['approximate_count_upper_bound']);
  expect(lower % 100).toBe(0);
  expect(lower).toBeLessThanOrEqual(peopleMatched);
  expect(upper).toBeGreaterThanOrEqual(peopleMatched);
  expect(upper).toBeLessThan(peopleMatched * 1.3);

  const small = await createAudience();
  await add(small, ['EMAIL'], emails(0, 20));
  clock.now += 2_000;
  const lookSmall = async () => (await call('GET', small, { fields })).body;
  expect(await lookSmall()).toMatchObject({ ...unknown, delivery_status: { code: 300 } });
  await ask('settings', { smallSizes: 'floor' });
  expect(await lookSmall()).toMatchObject({
    approximate_count_lower_bound: 1000,
    approximate_count_upper_bound: 1000,
    delivery_status: { code: 300 },
  });
});

test('while a change is processed the old size is still shown', async () => {
  const { call, clock, createAudience, add } = await openForTest();
  const id = await createAudience();
  const lower = async () =>
    (await call('GET', id, { fields: 'approximate_count_lower_bound' })).body[
      'approximate_count_lower_bound'
    ];
  await add(id, ['EMAIL'], emails(0, 3_000));
  clock.now += 2_000;
  const before = await lower();
  await add(id, ['EMAIL'], emails(3_000, 9_000));
  expect(await lower()).toBe(before);
  clock.now += 2_000;
  expect(await lower()).toBeGreaterThan(Number(before) * 2);
});

function emails(from: number, to: number): string[][] {
  return Array.from({ length: to - from }, (_, at) => [hash(`p${from + at}@example.com`)]);
}

async function follow({ call }: Opened, path: string): Promise<{ ids: string[]; last: object }> {
  const ids: string[] = [];
  let next: string | undefined = `${origin}/v26.0/${path}`;
  let last: object = {};
  while (next !== undefined) {
    const { pathname, searchParams } = new URL(next);
    const { body } = await call(
      'GET',
      pathname.replace('/v26.0/', ''),
      Object.fromEntries(searchParams),
    );
    ids.push(...body.data.map(({ id }) => String(id)));
    last = body.paging ?? {};
    next = body.paging?.next;
  }
  return { ids, last };
}
