import { expect, test } from 'vitest';
import {
  clientFor,
  graphError,
  json,
  type Script,
  startScriptedServer,
} from './_scripted-server.ts';
import type { MetaAudience } from './audiences.ts';
import type { WireCreated, WireSuccess } from './wire.ts';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A list of `count` audiences as Meta pages it, 500 being what an account may hold. */
function pagedList(count: number, origin: () => string): Script {
  return (response, seen, socket) => {
    const limit = Number(seen.query.get('limit') ?? '25');
    const from = Number(seen.query.get('after') ?? '0');
    const last = Math.min(count, from + limit);
    const data = Array.from({ length: last - from }, (_, index) => ({
      id: String(from + index + 1),
    }));
    const query = `access_token=STOLEN&fields=id&limit=${limit}&after=${last}`;
    const next = `${origin()}/v26.0/7/customaudiences?${query}`;
    const cursors = { before: String(from), after: String(last) };
    const paging = { cursors, ...(last < count ? { next } : {}) };
    json(count === 0 ? { data } : { data, paging })(response, seen, socket);
  };
}

test('making a customer list sends the declared source and gives the id', async () => {
  // The answer as recorded in 2021.
  await using server = await startScriptedServer(
    json({ id: '23849182047670582' } satisfies WireCreated),
  );
  const answer = await clientFor(server.url).createAudience({
    account: '542676646349772',
    name: 'Lapsed buyers',
    description: 'muster:7f',
    customerFileSource: 'USER_PROVIDED_ONLY',
  });
  expect(answer).toEqual({ outcome: 'clean', body: '23849182047670582' });
  const { method, path, body } = server.request();
  expect([method, path]).toEqual(['POST', '/v26.0/act_542676646349772/customaudiences']);
  expect(JSON.parse(body)).toEqual({
    subtype: 'CUSTOM',
    name: 'Lapsed buyers',
    description: 'muster:7f',
    customer_file_source: 'USER_PROVIDED_ONLY',
  });
});

test('a lookalike carries its specification as a JSON string', async () => {
  await using server = await startScriptedServer(json({ id: '2' }));
  const wish = {
    ...{ account: '1', name: 'L', description: 'D' },
    ...{ originAudienceId: '9', country: 'US', ratio: 0.01 },
  };
  await clientFor(server.url).createLookalike(wish);
  expect(JSON.parse(server.request().body)).toEqual({
    subtype: 'LOOKALIKE',
    name: 'L',
    description: 'D',
    origin_audience_id: '9',
    lookalike_spec: '{"type":"custom_ratio","ratio":0.01,"country":"US"}',
  });
});

test('an audience is read with what Meta says of it', async () => {
  await using server = await startScriptedServer(
    json({
      id: '23849182047670582',
      account_id: '542676646349772',
      name: 'Lapsed buyers',
      description: 'muster:7f',
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
      approximate_count_lower_bound: 1000,
      approximate_count_upper_bound: 1200,
      delivery_status: { code: 300, description: 'too small' },
      operation_status: { code: 471, description: 'flagged' },
      permission_for_actions: { can_edit: true, can_share: false },
      fields_violating_integrity_policy: ['name'],
      lookalike_audience_ids: ['5', 6],
      retention_days: 0,
      time_created: 1_638_352_800,
      time_content_updated: 1_638_352_860,
      delete_time: 0,
    }),
  );
  const place = { account: '542676646349772', audienceId: '23849182047670582' };
  expect(await clientFor(server.url).readAudience(place)).toEqual({
    outcome: 'clean',
    body: {
      id: '23849182047670582',
      account: 'act_542676646349772',
      name: 'Lapsed buyers',
      description: 'muster:7f',
      subtype: 'CUSTOM',
      customerFileSource: 'USER_PROVIDED_ONLY',
      sizeLowest: 1000,
      sizeHighest: 1200,
      deliveryStatus: { code: 300, description: 'too small' },
      operationStatus: { code: 471, description: 'flagged' },
      canEdit: true,
      flaggedFields: ['name'],
      lookalikeIds: ['5', '6'],
      retentionDays: null,
      isValueBased: false,
      lookalike: null,
      createdAt: new Date('2021-12-01T10:00:00Z'),
      contentUpdatedAt: new Date('2021-12-01T10:01:00Z'),
      deletesAt: null,
    } satisfies MetaAudience,
  });
  const asked = server.request().query.get('fields')?.split(',') ?? [];
  expect(asked).toEqual(
    expect.arrayContaining(['operation_status', 'approximate_count_lower_bound']),
  );
  expect(asked).not.toContain('approximate_count');
});

test('what Meta does not say is null, and its -1 for a size is kept as it is', async () => {
  const bare = { id: '2', approximate_count_lower_bound: -1, approximate_count_upper_bound: -1 };
  await using server = await startScriptedServer(json(bare));
  const answer = await clientFor(server.url).readAudience({ account: '1', audienceId: '2' });
  expect(answer).toMatchObject({ body: { sizeLowest: -1, sizeHighest: -1, account: null } });
});

test('renaming sends only what changes; deleting sends no body', async () => {
  await using server = await startScriptedServer(json({ success: true } satisfies WireSuccess));
  const client = clientFor(server.url);
  const place = { account: '1', audienceId: '2' };
  expect(await client.updateAudience(place, { name: 'New' })).toEqual({
    outcome: 'clean',
    body: true,
  });
  expect(await client.deleteAudience(place)).toEqual({ outcome: 'clean', body: true });
  expect(server.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/v26.0/2', '{"name":"New"}'],
    ['DELETE', '/v26.0/2', ''],
  ]);
});

test('a success that is false is not clean', async () => {
  await using server = await startScriptedServer(json({ success: false }));
  const answer = await clientFor(server.url).deleteAudience({ account: '1', audienceId: '2' });
  expect(answer.outcome).toBe('uncertain');
});

test.each([0, 1, 50, 51, 500, 737])('all of %i audiences are found, none twice', async (count) => {
  await using server = await startScriptedServer(pagedList(count, () => server.url));
  const found = await all(clientFor(server.url).findAudiences('7'));
  expect(found.map(({ id }) => Number(id))).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  expect(server.seen.length).toBe(Math.max(1, Math.ceil(count / 50)));
  for (const { headers, query, path } of server.seen) {
    expect(headers['authorization']).toBe('Bearer TOKEN');
    expect(query.has('access_token')).toBe(false);
    expect(path).toBe('/v26.0/act_7/customaudiences');
  }
});

test('a short and an empty page with a next one are not the end', async () => {
  const next = () => `${server.url}/v26.0/7/customaudiences?after=x`;
  const page = (data: unknown[], more: boolean): Script => {
    return (...all) => json({ data, paging: more ? { next: next() } : {} })(...all);
  };
  await using server = await startScriptedServer(
    page([{ id: '1' }], true),
    page([], true),
    page([{ id: '2' }], false),
  );
  const found = await all(clientFor(server.url).findAudiences('7'));
  expect(found.map(({ id }) => id)).toEqual(['1', '2']);
});

test('too much data for one page is asked for in smaller helpings, from the same place', async () => {
  const list = pagedList(60, () => server.url);
  await using server = await startScriptedServer(
    list,
    graphError({ code: 1, message: "Please reduce the amount of data you're asking for" }, 500),
    list,
  );
  const found = await all(clientFor(server.url).findAudiences('7'));
  expect(found).toHaveLength(60);
  const asked = server.seen.map(({ query }) => [query.get('after'), query.get('limit')]);
  expect(asked).toEqual([
    [null, '50'],
    ['50', '50'],
    ['50', '25'],
  ]);
});

test('a list that goes on failing ends with the error, not with a part that looks whole', async () => {
  await using server = await startScriptedServer(graphError({ code: 1 }));
  await expect(all(clientFor(server.url).findAudiences('7'))).rejects.toMatchObject({
    code: 'META_UNCLEAR',
  });
  expect(server.seen.map(({ query }) => query.get('limit'))).toEqual(['50', '25', '12', '10']);
});

test('a next page at another host is not asked for', async () => {
  await using elsewhere = await startScriptedServer(json({ data: [] }));
  await using server = await startScriptedServer(pagedList(60, () => elsewhere.url));
  await expect(all(clientFor(server.url).findAudiences('7'))).rejects.toMatchObject({
    code: 'META_UNCLEAR',
  });
  expect(elsewhere.seen).toEqual([]);
  expect(server.seen).toHaveLength(1);
});

test('an item without an id is not passed over', async () => {
  await using server = await startScriptedServer(json({ data: [{ name: 'x' }] }));
  await expect(all(clientFor(server.url).findAudiences('7'))).rejects.toMatchObject({
    code: 'META_UNCLEAR',
  });
});
