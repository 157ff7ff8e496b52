import { expect, test } from 'vitest';
import { type Called, hash, openForTest, type Opened } from './_opened.ts';

async function openWithList(count = 3_000): Promise<{
  opened: Opened;
  id: string;
  replace(session: object, names: readonly string[]): Promise<Called>;
}> {
  const opened = await openForTest();
  const id = await opened.createAudience();
  const old = Array.from({ length: count }, (_, at) => [hash(`old${at}`)]);
  await opened.add(id, ['EMAIL'], old);
  opened.clock.now += 2_000;
  return {
    opened,
    id,
    replace: (session, names) =>
      opened.call('POST', `${id}/usersreplace`, {
        payload: { schema: ['EMAIL'], data: names.map((name) => [hash(name)]) },
        session,
      }),
  };
}

async function statusOf({ call }: Opened, id: string): Promise<unknown> {
  const { body } = await call('GET', id, { fields: 'operation_status' });
  return (body['operation_status'] as { code: number }).code;
}

test('one session exchanges all members; its own rows and nothing else are there in the end', async () => {
  const { opened, id, replace } = await openWithList();
  const { call, clock, heads, truth } = opened;
  const fields = 'approximate_count_lower_bound,time_content_updated';
  const before = (await call('GET', id, { fields })).body;

  const first = await replace({ session_id: 9, batch_seq: 1 }, ['a', 'b']);
  expect(first.body).toMatchObject({ audience_id: id, session_id: '9', num_received: 2 });
  expect((await truth(id)).rowsHeld).toBe(2);
  expect(await statusOf(opened, id)).toBe(414);
  clock.now += 60_000;
  // The outside sees the old list until the new one is whole.
  expect((await call('GET', id, { fields })).body).toEqual(before);

  const last = { session_id: 9, batch_seq: 7, last_batch_flag: true };
  expect((await replace(last, ['c'])).body).toMatchObject({ num_received: 3 });
  expect(await statusOf(opened, id)).toBe(414);
  clock.now += 2_000;
  expect(await statusOf(opened, id)).toBe(200);
  expect((await heads(id)).map(([, email]) => email)).toEqual(['a', 'b', 'c'].map(hash));
  const after = (await call('GET', id, { fields })).body;
  expect(after['approximate_count_lower_bound']).toBe(-1);
  expect(after['time_content_updated']).toBe((clock.now - 2_000) / 1000);
});

test('meanwhile users may neither add nor remove, and nobody else may replace', async () => {
  const { opened, id, replace } = await openWithList();
  const { add, remove, call, account, clock } = opened;
  const busy = { status: 400, body: { error: { code: 2650, error_subcode: 1_870_145 } } };
  await replace({ session_id: 1, batch_seq: 1 }, ['a']);
  expect(await add(id, ['EMAIL'], [[hash('x')]])).toMatchObject(busy);
  expect(await remove(id, ['EMAIL'], [[hash('a')]])).toMatchObject(busy);
  expect(await replace({ session_id: 2, batch_seq: 1 }, ['b'])).toMatchObject(busy);
  expect(await replace({ session_id: 1, batch_seq: 1 }, ['a'])).toMatchObject(busy);
  const payload = { schema: ['EMAIL'], data: [[hash('a')]] };
  expect((await call('DELETE', `${account}/usersofanyaudience`, { payload })).status).toBe(200);
  expect((await opened.truth(id)).rowsHeld).toBe(1);
  await replace({ session_id: 1, batch_seq: 2, last_batch_flag: true }, ['b']);
  expect(await add(id, ['EMAIL'], [[hash('x')]])).toMatchObject(busy);
  clock.now += 2_000;
  expect((await add(id, ['EMAIL'], [[hash('x')]])).status).toBe(200);
});

test('each way to get it wrong has its subcode', async () => {
  const { opened, id, replace } = await openWithList(10);
  const { ask, clock } = opened;
  const refusal = async (session: object) => (await replace(session, ['a'])).body.error;
  expect(await refusal({ session_id: 1, batch_seq: 2 })).toMatchObject({
    code: 2650,
    error_subcode: 1_870_147,
    error_user_title: 'First batch not seen',
  });
  expect((await opened.truth(id)).rowsHeld).toBe(10);

  await replace({ session_id: 2, batch_seq: 1, last_batch_flag: true }, ['a']);
  expect(await refusal({ session_id: 2, batch_seq: 2 })).toMatchObject({
    error_subcode: 1_870_159,
  });
  clock.now += 2_000;
  expect(await refusal({ session_id: 2, batch_seq: 2 })).toMatchObject({
    error_subcode: 1_870_159,
  });

  await replace({ session_id: 3, batch_seq: 1 }, ['b']);
  clock.now += 90 * 60_000;
  expect(await refusal({ session_id: 3, batch_seq: 2 })).toMatchObject({
    error_subcode: 1_870_158,
  });
  // What was sent by then is the audience, and users may go on with it.
  expect((await opened.heads(id)).map(([, email]) => email)).toEqual([hash('b')]);
  clock.now += 2_000;
  expect((await opened.add(id, ['EMAIL'], [[hash('c')]])).status).toBe(200);
  // Still being worked in.
  expect(await refusal({ session_id: 4, batch_seq: 1 })).toMatchObject({
    error_subcode: 1_870_145,
  });
  clock.now += 2_000;
  await ask('settings', { replacePeopleMax: 0 });
  expect(await refusal({ session_id: 4, batch_seq: 1 })).toMatchObject({
    error_subcode: 1_870_144,
  });
  const none = await opened.call('POST', `${id}/usersreplace`, {
    payload: { schema: ['EMAIL'], data: [[hash('a')]] },
  });
  expect(none.body.error).toMatchObject({ code: 100 });
});

test('values do not come or go with a replace, nor does its schema change', async () => {
  const { opened, id, replace } = await openWithList(10);
  const payload = { schema: ['EMAIL', 'LOOKALIKE_VALUE'], data: [[hash('a'), 7]] };
  const session = { session_id: 1, batch_seq: 1 };
  const swapped = await opened.call('POST', `${id}/usersreplace`, { payload, session });
  expect(swapped.body.error).toMatchObject({ code: 2650 });
  await replace(session, ['a']);
  const other = await opened.call('POST', `${id}/usersreplace`, {
    payload: { schema: ['EMAIL', 'PHONE'], data: [[hash('a'), hash('1')]] },
    session: { session_id: 1, batch_seq: 2 },
  });
  expect(other.body.error).toMatchObject({ code: 100 });
  expect((await opened.truth(id)).rowsHeld).toBe(1);
});

test('a first batch that comes again starts over, where that is set', async () => {
  const { opened, id, replace } = await openWithList(10);
  await opened.ask('settings', { resentFirstBatch: 'restarts' });
  await replace({ session_id: 1, batch_seq: 1 }, ['a']);
  await replace({ session_id: 1, batch_seq: 2 }, ['b']);
  expect((await replace({ session_id: 1, batch_seq: 1 }, ['c'])).status).toBe(200);
  expect((await opened.heads(id)).map(([, email]) => email)).toEqual([hash('c')]);
});

test('what took effect can be read back, with what it did', async () => {
  const { opened, id, replace } = await openWithList(10);
  await opened.remove(id, ['EMAIL'], [[hash('old1')], ['bad']]);
  opened.clock.now += 2_000;
  await replace({ session_id: 1, batch_seq: 1, last_batch_flag: true }, ['a']);
  const { operations } = await opened.ask<{ operations: object[] }>(`operations?audience=${id}`);
  expect(operations).toMatchObject([
    { kind: 'add', audience: id, received: 10, rows: { before: 0, after: 10 } },
    { kind: 'remove', received: 2, invalid: 1, schema: ['EMAIL'], rows: { before: 10, after: 9 } },
    { kind: 'replace', sessionId: '1', rows: { before: 9, after: 1 } },
  ]);
});
