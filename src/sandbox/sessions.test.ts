import { expect, test } from 'vitest';
import { type Called, hash, openForTest, type Opened } from './_opened.ts';

async function openWithAudience(): Promise<{
  opened: Opened;
  id: string;
  send(session: object, method?: string): Promise<Called>;
}> {
  const opened = await openForTest();
  const id = await opened.createAudience();
  let sent = 0;
  return {
    opened,
    id,
    send(session, method = 'POST') {
      sent += 1;
      const payload = { schema: ['EMAIL'], data: [[hash(String(sent))]] };
      return opened.call(method, `${id}/users`, { payload, session });
    },
  };
}

test('a session counts all it was sent, and takes nothing behind its last batch', async () => {
  const { opened, id, send } = await openWithAudience();
  const first = await send({ session_id: 9007199254740993n.toString(), batch_seq: 1 });
  expect(first.body).toMatchObject({ session_id: '9007199254740993', num_received: 1 });
  const again = await send({ session_id: '9007199254740993', batch_seq: 1 });
  expect(again.body).toMatchObject({ num_received: 2 });
  const last = { session_id: '9007199254740993', batch_seq: 2, last_batch_flag: true };
  expect((await send(last)).body).toMatchObject({ num_received: 3 });
  const late = await send(last);
  expect(late).toMatchObject({
    status: 400,
    body: { error: { code: 2650, error_subcode: 1870159 } },
  });
  expect((await opened.truth(id)).rowsHeld).toBe(3);
});

test('a session id beyond 2^53 survives as a JSON number', async () => {
  const { opened, id } = await openWithAudience();
  const url = `http://localhost/v26.0/${id}/users`;
  const headers = { authorization: `Bearer ${opened.sandbox.token}` };
  const payload = JSON.stringify({ schema: ['EMAIL'], data: [[hash('x')]] });
  const session = '{"session_id":9223372036854775807,"batch_seq":1,"last_batch_flag":true}';
  for (const body of [
    `{"payload":${payload},"session":${session.replace('775807', '775806')}}`,
    new URLSearchParams({ payload, session }),
  ]) {
    const response = await opened.sandbox.fetch(url, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
  }
  const { body } = await opened.call('GET', `${id}/sessions`);
  const ids = new Set(body.data.map((one) => one['session_id']));
  expect(ids).toEqual(new Set(['9223372036854775806', '9223372036854775807']));
});

test('the first batch comes first, and ids are of one upload only', async () => {
  const { opened, send } = await openWithAudience();
  const unseen = await send({ session_id: 5, batch_seq: 2 });
  expect(unseen.body.error).toMatchObject({ code: 2650, error_subcode: 1870147 });
  await send({ session_id: 6, batch_seq: 1 });
  const otherKind = await send({ session_id: 6, batch_seq: 2 }, 'DELETE');
  expect(otherKind.body.error['code']).toBe(100);
  const other = await opened.createAudience();
  const payload = { schema: ['EMAIL'], data: [[hash('y')]] };
  const otherAudience = await opened.call('POST', `${other}/users`, {
    payload,
    session: { session_id: 6, batch_seq: 1 },
  });
  expect(otherAudience.body.error['code']).toBe(100);
  for (const session of [{ session_id: 0 }, { session_id: 'x' }, { session_id: 7, batch_seq: 0 }]) {
    expect((await send(session)).body.error['code']).toBe(100);
  }
});

test('a session ends by itself after 90 minutes', async () => {
  const { opened, send } = await openWithAudience();
  await send({ session_id: 8, batch_seq: 1 });
  opened.clock.now += 90 * 60_000 - 1;
  expect((await send({ session_id: 8, batch_seq: 2 })).status).toBe(200);
  opened.clock.now += 1;
  const late = await send({ session_id: 8, batch_seq: 3 });
  expect(late.body.error).toMatchObject({ code: 2650, error_subcode: 1870158 });
});

test('sessions are read back as text in every field', async () => {
  const { opened, id, send } = await openWithAudience();
  await send({ session_id: 11, batch_seq: 1 });
  opened.clock.now += 1_000;
  await send({ session_id: 12, batch_seq: 1, last_batch_flag: true });
  opened.clock.now += 60_000;
  const one = await opened.call('GET', `${id}/sessions`, { session_id: 11 });
  expect(one.body.data).toEqual([
    {
      session_id: '11',
      start_time: String(Date.UTC(2026, 10, 22, 9) / 1000),
      end_time: '0',
      num_received: '1',
      num_matched: '-1',
      num_invalid_entries: '0',
      progress: '0',
      stage: 'uploading',
    },
  ]);
  const all = await opened.call('GET', `${id}/sessions`);
  expect(all.body.data.map(({ session_id, stage }) => [session_id, stage])).toEqual([
    ['12', 'finished'],
    ['11', 'uploading'],
  ]);
});
