import { expect, test } from 'vitest';
import { hash, openForTest, type Opened } from './_opened.ts';

const dayMs = 86_400_000;
const fixtureAccount = 'act_1000000000003';

function emails(count: number): string[][] {
  return Array.from({ length: count }, (_, at) => [hash(`p${at}@example.com`)]);
}

async function filledSeed({ createAudience, add, clock }: Opened): Promise<string> {
  const id = await createAudience('Seed');
  await add(id, ['EMAIL'], emails(2_000));
  clock.now += 2_000;
  return id;
}

function lookalike(origin: string, spec: object, name = 'Like them'): object {
  const lookalike_spec = JSON.stringify(spec);
  return { name, subtype: 'LOOKALIKE', origin_audience_id: origin, lookalike_spec };
}

test('a lookalike is made, fills up, and keeps its seed from being deleted', async () => {
  const opened = await openForTest();
  const { call, account, clock } = opened;
  const seed = await filledSeed(opened);
  const spec = { type: 'custom_ratio', ratio: 0.01, country: 'US' };
  const { body } = await call('POST', `${account}/customaudiences`, lookalike(seed, spec));
  const fields =
    'subtype,lookalike_spec,operation_status,approximate_count_lower_bound,data_source,permission_for_actions';
  expect((await call('GET', body.id, { fields })).body).toMatchObject({
    subtype: 'LOOKALIKE',
    lookalike_spec: {
      type: 'custom_ratio',
      ratio: 0.01,
      country: 'US',
      origin: [{ id: seed, name: 'Seed', type: 'custom_audience' }],
      target_countries: ['US'],
      target_country_names: ['United States'],
    },
    operation_status: { code: 441 },
    approximate_count_lower_bound: -1,
    data_source: { type: 'SEED_BASED' },
    permission_for_actions: { subtype_supports_lookalike: 'False' },
  });
  clock.now += 10_000;
  expect((await call('GET', body.id, { fields })).body).toMatchObject({
    operation_status: { code: 200 },
    approximate_count_lower_bound: 2_400_000,
  });
  expect((await call('GET', seed, { fields: 'lookalike_audience_ids' })).body).toEqual({
    id: seed,
    lookalike_audience_ids: [body.id],
  });
  expect((await call('DELETE', seed)).body.error).toMatchObject({ code: 2656 });
  const sent = await opened.add(body.id, ['EMAIL'], emails(1));
  expect(sent.body.error).toMatchObject({ code: 2650 });
  expect((await call('DELETE', body.id)).status).toBe(200);
  expect((await call('DELETE', seed)).status).toBe(200);
});

test('a lookalike that nobody uses is inactive after 90 days', async () => {
  const opened = await openForTest();
  const { call, account, clock } = opened;
  const spec = { type: 'similarity', country: 'DE' };
  const seed = await filledSeed(opened);
  const { body } = await call('POST', `${account}/customaudiences`, lookalike(seed, spec));
  clock.now += 90 * dayMs;
  const fields = 'operation_status,delivery_status,approximate_count_upper_bound';
  expect((await call('GET', body.id, { fields })).body).toMatchObject({
    operation_status: { code: 450 },
    delivery_status: { code: 300 },
    approximate_count_upper_bound: -1,
  });
});

test('what a lookalike may not be made from, or be like', async () => {
  const opened = await openForTest();
  const { call, ask, account } = opened;
  const seed = await filledSeed(opened);
  const make = (origin: string, spec: object) =>
    call('POST', `${account}/customaudiences`, lookalike(origin, spec));
  const bad: object[] = [
    { type: 'custom_ratio', ratio: 0.21, country: 'US' },
    { type: 'custom_ratio', ratio: 0.015, country: 'US' },
    { type: 'custom_ratio', ratio: 0, country: 'US' },
    { type: 'custom_ratio', ratio: 0.05, starting_ratio: 0.05, country: 'US' },
    { type: 'nearness', country: 'US' },
    { type: 'reach' },
    { type: 'reach', country: 'Utopia' },
  ];
  for (const spec of bad) expect((await make(seed, spec)).body.error['code']).toBe(100);
  const geo = { location_spec: { geo_locations: { countries: ['FR', 'DE'] } }, type: 'reach' };
  expect((await make(seed, geo)).status).toBe(200);

  const small = await opened.createAudience('Small');
  const spec = { type: 'reach', country: 'US' };
  expect((await make(small, spec)).body.error).toMatchObject({ code: 2654 });
  await ask(`audiences/${seed}`, { flaggedFields: ['name'] });
  expect((await make(seed, spec)).body.error).toMatchObject({
    code: 100,
    error_subcode: 1_713_232,
    error_user_title: 'Seed audience restricted',
  });
  expect((await make('42', spec)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
});

test('a flagged list takes neither people nor edits, and says why', async () => {
  const opened = await openForTest();
  const { call, ask, add, remove, createAudience, account } = opened;
  const id = await createAudience('Diabetics');
  await add(id, ['EMAIL'], emails(3));
  await ask(`audiences/${id}`, { flaggedFields: ['name'] });
  const fields = 'operation_status,delivery_status,fields_violating_integrity_policy';
  expect((await call('GET', id, { fields })).body).toMatchObject({
    operation_status: { code: 471 },
    delivery_status: { code: 400 },
    fields_violating_integrity_policy: ['name'],
  });
  const blocked = {
    code: 100,
    error_subcode: 1_713_230,
    error_user_title: 'Audience Upload Blocked',
  };
  expect((await add(id, ['EMAIL'], emails(1))).body.error).toMatchObject(blocked);
  expect((await remove(id, ['EMAIL'], emails(1))).body.error).toMatchObject(blocked);
  const session = { session_id: 1, batch_seq: 1, last_batch_flag: true };
  const payload = { schema: ['EMAIL'], data: emails(1) };
  const replaced = await call('POST', `${id}/usersreplace`, { payload, session });
  expect(replaced.body.error).toMatchObject(blocked);
  expect((await call('POST', id, { name: 'People' })).body.error).toMatchObject({
    code: 100,
    error_subcode: 1_713_228,
  });
  const everywhere = await call('DELETE', `${account}/usersofanyaudience`, { payload });
  expect(everywhere.status).toBe(200);
  expect((await opened.truth(id)).rowsHeld).toBe(3);
  // Its way out is to be deleted.
  expect((await call('DELETE', id)).status).toBe(200);
});

test('a flagged audience of another kind is freed by changing what it is flagged for', async () => {
  const { call, ask } = await openForTest();
  const { id } = await ask<{ id: string }>('audiences', {
    account: fixtureAccount,
    name: 'Debtors',
    subtype: 'WEBSITE',
    flaggedFields: ['name', 'description'],
  });
  const half = await call('POST', id, { name: 'Visitors' });
  expect(half.body.error).toMatchObject({ code: 100, error_subcode: 1_713_231 });
  expect((await call('POST', id, { name: 'Visitors', description: 'all' })).status).toBe(200);
  expect((await call('GET', id, { fields: 'operation_status' })).body).toMatchObject({
    operation_status: { code: 200 },
  });
});

test('an audience that nobody uses for two years gets notice, and 90 days later is gone', async () => {
  const { call, ask, createAudience, clock, account } = await openForTest();
  const [id, used] = [await createAudience(), await createAudience('Used')];
  clock.now += 730 * dayMs - 1;
  await ask(`audiences/${used}`, { lastUsedAt: Math.floor(clock.now / 1000) });
  expect((await call('GET', id, { fields: 'delete_time' })).body).toEqual({ id });
  clock.now += 1;
  const filtering = JSON.stringify([
    { field: 'delete_time', operator: 'GREATER_THAN', value: 0 },
    { field: 'operation_status.code', operator: 'IN', value: [100] },
  ]);
  const fields = 'delete_time,operation_status';
  const expiring = await call('GET', `${account}/customaudiences`, { filtering, fields });
  expect(expiring.body.data).toEqual([
    {
      id,
      delete_time: (clock.now + 90 * dayMs) / 1000,
      operation_status: { code: 100, description: expect.any(String) as string },
    },
  ]);
  clock.now += 90 * dayMs;
  expect((await call('GET', id)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  const left = await call('GET', `${account}/customaudiences`);
  expect(left.body.data).toEqual([{ id: used }]);
});

test('a shared audience is its owner’s alone; an ended one is disabled', async () => {
  const { call, ask, add } = await openForTest();
  const { id } = await ask<{ id: string }>('audiences', {
    account: fixtureAccount,
    name: 'Lent',
    subtype: 'CUSTOM',
    sharing: { id: '5', isEnabled: true },
  });
  expect(
    (await call('GET', id, { fields: 'sharing_status,permission_for_actions' })).body,
  ).toMatchObject({
    sharing_status: { sharing_relationship_id: '5', status: 'ENABLED' },
    permission_for_actions: { can_edit: false },
  });
  expect((await add(id, ['EMAIL'], emails(1))).body.error['code']).toBe(2650);
  await ask(`audiences/${id}`, { sharing: { id: '5', isEnabled: false } });
  expect((await add(id, ['EMAIL'], emails(1))).body.error['code']).toBe(1_870_065);
});

test('audiences of other kinds are there to be seen, with rule and retention', async () => {
  const { call, ask, account } = await openForTest();
  const fields =
    'name,subtype,rule,retention_days,approximate_count_lower_bound,data_source_types,customer_file_source';
  const { body } = await call('GET', `${fixtureAccount}/customaudiences`, { fields });
  expect(new Set(body.data.map(({ subtype }) => subtype))).toEqual(
    new Set(['WEBSITE', 'ENGAGEMENT', 'VIDEO', 'APP', 'CUSTOM']),
  );
  const website = body.data.find(({ name }) => name === 'Visited the shop in 30 days');
  expect(website).toMatchObject({
    retention_days: 30,
    data_source_types: 'EVENT_BASED',
    approximate_count_lower_bound: 48_000,
  });
  expect(JSON.parse(String(website?.['rule']))).toHaveProperty('inclusions');
  expect(website).not.toHaveProperty('customer_file_source');
  // The truth is about lists that we hold.
  expect(await ask('audiences')).toEqual({ audiences: [] });

  const made = await call('POST', `${account}/customaudiences`, {
    ...{ name: 'Shop', subtype: 'WEBSITE', retention_days: 14 },
    rule: JSON.stringify({ inclusions: {} }),
  });
  expect(made.status).toBe(200);
  const broken = await call('POST', `${account}/customaudiences`, {
    ...{ name: 'Shop', subtype: 'WEBSITE', rule: '{' },
  });
  expect(broken.body.error).toMatchObject({ code: 100, error_subcode: 1_713_098 });
});

test('the statuses that nothing here brings about can be set, all of the reference', async () => {
  const { call, ask, createAudience } = await openForTest();
  const id = await createAudience();
  const codes = [0, 400, 415, 421, 422, 423, 431, 432, 433, 434, 442, 470, 500];
  for (const statusCode of codes) {
    await ask(`audiences/${id}`, { statusCode });
    expect((await call('GET', id, { fields: 'operation_status' })).body).toMatchObject({
      operation_status: { code: statusCode },
    });
  }
  await expect(ask(`audiences/${id}`, { statusCode: 7 })).rejects.toThrow('No such status');
});
