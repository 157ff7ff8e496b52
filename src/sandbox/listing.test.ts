import { expect, test } from 'vitest';
import { openForTest } from './_opened.ts';

test('filters choose by every operator that the reference has', async () => {
  const { call, account, createAudience, clock } = await openForTest();
  const start = clock.now / 1000;
  for (const name of ['Gold members', 'Gold prospects', 'Silver']) {
    await createAudience(name);
    clock.now += 1_000;
  }
  const found = async (...filters: [string, string, unknown][]) => {
    const filtering = JSON.stringify(
      filters.map(([field, operator, value]) => ({ field, operator, value })),
    );
    const { body } = await call('GET', `${account}/customaudiences`, { filtering, fields: 'name' });
    return body.data.map(({ name }) => name).toReversed();
  };
  const all = ['Gold members', 'Gold prospects', 'Silver'];
  expect(await found(['name', 'EQUAL', 'Silver'])).toEqual(['Silver']);
  expect(await found(['name', 'NOT_EQUAL', 'Silver'])).toEqual(all.slice(0, 2));
  expect(await found(['name', 'CONTAIN', 'gold'])).toEqual(all.slice(0, 2));
  expect(await found(['name', 'NOT_CONTAIN', 'gold'])).toEqual(['Silver']);
  expect(await found(['name', 'CONTAINS_ANY', ['pros', 'silv']])).toEqual(all.slice(1));
  expect(await found(['name', 'CONTAINS_ALL', ['gold', 'pros']])).toEqual(['Gold prospects']);
  expect(await found(['name', 'STARTS_WITH', 'Gold'])).toEqual(all.slice(0, 2));
  expect(await found(['name', 'ENDS_WITH', 'members'])).toEqual(['Gold members']);
  expect(await found(['subtype', 'IN', ['CUSTOM', 'LOOKALIKE']])).toEqual(all);
  expect(await found(['subtype', 'NOT_IN', ['CUSTOM']])).toEqual([]);
  expect(await found(['time_created', 'GREATER_THAN', start])).toEqual(all.slice(1));
  expect(await found(['time_created', 'GREATER_THAN_OR_EQUAL', start])).toEqual(all);
  expect(await found(['time_created', 'LESS_THAN', start + 1])).toEqual(['Gold members']);
  expect(await found(['time_created', 'LESS_THAN_OR_EQUAL', start + 1])).toEqual(all.slice(0, 2));
  expect(await found(['time_created', 'IN_RANGE', [start, start + 1]])).toEqual(all.slice(0, 2));
  expect(await found(['time_created', 'NOT_IN_RANGE', [start, start + 1]])).toEqual(['Silver']);
  expect(await found(['operation_status.code', 'IN', [410]])).toEqual(all);
  expect(await found(['delete_time', 'GREATER_THAN', 0])).toEqual([]);
  expect(await found(['name', 'CONTAIN', 'gold'], ['name', 'CONTAIN', 'mem'])).toEqual([
    'Gold members',
  ]);

  for (const filtering of [
    '[{"field":"colour","operator":"EQUAL","value":1}]',
    '[{"field":"name","operator":"LIKE","value":"x"}]',
    '{"field":"name"}',
    '[7]',
    'name=x',
  ]) {
    const { status, body } = await call('GET', `${account}/customaudiences`, { filtering });
    expect([status, body.error['code']]).toEqual([400, 100]);
  }
});

test('a summary counts all, whatever the page', async () => {
  const { call, account, createAudience } = await openForTest();
  for (let made = 0; made < 3; made += 1) await createAudience();
  for (const summary of ['true', '1', 'total_count', '["total_count"]']) {
    const { body } = await call('GET', `${account}/customaudiences`, { summary, limit: 1 });
    expect(body).toMatchObject({ data: [{}], summary: { total_count: 3 } });
  }
  expect((await call('GET', `${account}/customaudiences`)).body).not.toHaveProperty('summary');
});

test('pages lead forwards and backwards, over more audiences than one page can hold', async () => {
  const { call, ask, account } = await openForTest();
  // Lists are 500 at the most; together with other kinds an account may hold more.
  for (let made = 0; made < 620; made += 1) {
    await ask('audiences', { account, name: `W${made}`, subtype: 'WEBSITE' });
  }
  const first = await call('GET', `${account}/customaudiences`, { limit: 5_000, fields: 'name' });
  expect(first.body.data).toHaveLength(500);
  const { after } = first.body.paging?.cursors ?? { after: '' };
  const second = await call('GET', `${account}/customaudiences`, {
    after,
    limit: 500,
    fields: 'name',
  });
  expect(second.body.data).toHaveLength(120);
  expect(second.body.paging).not.toHaveProperty('next');
  const before = second.body.paging?.cursors.before;
  const back = await call('GET', `${account}/customaudiences`, {
    before,
    limit: 500,
    fields: 'name',
  });
  expect(back.body.data).toEqual(first.body.data);
});

test('too much at once is refused with code 1, and less is not', async () => {
  const { call, ask, account, createAudience } = await openForTest();
  for (let made = 0; made < 10; made += 1) await createAudience();
  await ask('settings', { listCellsMax: 20 });
  const fields = 'id,name,subtype,description';
  const refused = await call('GET', `${account}/customaudiences`, { fields });
  expect(refused.body.error).toMatchObject({
    code: 1,
    message: "Please reduce the amount of data you're asking for, then retry your request",
  });
  expect((await call('GET', `${account}/customaudiences`, { fields, limit: 5 })).status).toBe(200);
});

test('a new audience may take a while until it is known everywhere', async () => {
  const { call, ask, account, clock, createAudience, add } = await openForTest();
  await ask('settings', { createLagMs: 30_000 });
  const id = await createAudience();
  const early = await add(id, ['EXTERN_ID'], [['c-1']]);
  expect(early.body.error).toMatchObject({
    code: 803,
    message: '(#803) Some of the aliases you requested do not exist: users',
  });
  expect((await call('GET', id)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await call('GET', `${account}/customaudiences`)).body.data).toEqual([]);
  clock.now += 30_000;
  expect((await add(id, ['EXTERN_ID'], [['c-1']])).status).toBe(200);
  expect((await call('GET', `${account}/customaudiences`)).body.data).toEqual([{ id }]);
});

test('fetch-or-create finds an audience of the same name, unless that is set otherwise', async () => {
  const { call, ask, account } = await openForTest();
  const params = {
    ...{ name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
    enable_fetch_or_create: true,
  };
  const make = async () => (await call('POST', `${account}/customaudiences`, params)).body.id;
  const first = await make();
  expect(await make()).toBe(first);
  await ask('settings', { fetchesByName: false });
  expect(await make()).not.toBe(first);
});

test('a name that is too long is refused by its field, where a limit is set', async () => {
  const { call, ask, account } = await openForTest();
  await ask('settings', { nameLengthMax: 50 });
  const { body } = await call('POST', `${account}/customaudiences`, {
    ...{ subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY', name: 'x'.repeat(51) },
  });
  expect(body.error).toMatchObject({
    code: 100,
    error_data: { blame_field_specs: [['name']] },
  });
});

test('a list below a node can be asked for as a field, with its own fields and limit', async () => {
  const { call, account, createAudience } = await openForTest();
  const [older, newer] = [await createAudience('Older'), await createAudience('Newer')];
  const fields = 'name,customaudiences.limit(1){name,operation_status{code}}';
  const first = await call('GET', account, { fields });
  expect(first.body).toEqual({
    name: 'Harbour & Pine',
    customaudiences: {
      data: [{ id: newer, name: 'Newer', operation_status: { code: 410 } }],
      paging: {
        cursors: { before: expect.any(String) as string, after: expect.any(String) as string },
        next: expect.stringContaining(`/${account}/customaudiences?`) as string,
      },
    },
    id: account,
  });
  const { paging } = first.body['customaudiences'] as { paging: { next: string } };
  const { searchParams } = new URL(paging.next);
  const rest = await call('GET', `${account}/customaudiences`, Object.fromEntries(searchParams));
  expect(rest.body.data).toEqual([{ id: older, name: 'Older', operation_status: { code: 410 } }]);

  const me = await call('GET', 'me', { fields: 'adaccounts{id},permissions,businesses{name}' });
  expect(me.body).toMatchObject({
    adaccounts: { data: [{ id: account }, {}, {}] },
    permissions: { data: expect.arrayContaining([expect.anything()]) as object[] },
    businesses: { data: [{ id: '2000000000001' }] },
  });
});
