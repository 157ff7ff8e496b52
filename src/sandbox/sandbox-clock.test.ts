import { expect, test } from 'vitest';
import { hash, openForTest, origin } from './_opened.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

test('it runs with the clock it was given until it is moved, and then ahead of it', async () => {
  const { admin, clock } = await openForTest();
  const start = clock.now;
  expect((await admin('clock')).body).toEqual({
    now: new Date(start).toISOString(),
    nowMs: start,
    runs: true,
    aheadMs: 0,
  });
  await admin('clock', { advanceMs: 5 * dayMs });
  clock.now += minuteMs;
  expect((await admin('clock')).body).toMatchObject({
    nowMs: start + 5 * dayMs + minuteMs,
    aheadMs: 5 * dayMs,
  });
  await admin('clock', { now: '2027-06-01T00:00:00+02:00' });
  expect((await admin('clock')).body).toMatchObject({ now: '2027-05-31T22:00:00.000Z' });
});

test('stopped, it is stepped; started again, it goes on from where it stood', async () => {
  const { admin, clock } = await openForTest();
  const start = clock.now;
  await admin('clock', { runs: false });
  clock.now += dayMs;
  expect((await admin('clock')).body).toMatchObject({ nowMs: start, runs: false });
  await admin('clock', { advanceMs: 1 });
  expect((await admin('clock')).body).toMatchObject({ nowMs: start + 1, runs: false });
  await admin('clock', { runs: true });
  clock.now += 10;
  expect((await admin('clock')).body).toMatchObject({ nowMs: start + 11, runs: true });
});

test('it never goes back, unless it is put back to the clock it was given', async () => {
  const { sandbox, admin, clock } = await openForTest();
  for (const change of [
    { now: '2020-01-01T00:00:00Z' },
    { advanceMs: -1 },
    { advanceMs: 1.5 },
    { now: 'tomorrow' },
    { now: '2030-01-01T00:00:00Z', advanceMs: 1 },
    { now: '2999-01-01T00:00:00Z' },
    { speed: 2 },
  ]) {
    expect((await admin('clock', change)).status).toBe(400);
  }
  await admin('clock', { advanceMs: dayMs, runs: false });
  const reset = await sandbox.fetch(`${origin}/_sandbox/clock`, { method: 'DELETE' });
  expect(await reset.json()).toMatchObject({ nowMs: clock.now, runs: true, aheadMs: 0 });
});

test('sessions, sizes and late effects go by it', async () => {
  const { sandbox, admin, call, createAudience, truth } = await openForTest();
  const id = await createAudience();
  const data = [[hash('mary@example.com')]];
  const part = (batch_seq: number) => ({
    payload: { schema: ['EMAIL'], data },
    session: { session_id: 7, batch_seq, last_batch_flag: false },
  });
  expect((await call('POST', `${id}/users`, part(1))).status).toBe(200);
  await admin('clock', { advanceMs: 89 * minuteMs });
  expect((await call('POST', `${id}/users`, part(2))).status).toBe(200);
  await admin('clock', { advanceMs: minuteMs });
  const late = await call('POST', `${id}/users`, part(3));
  expect(late.body.error).toMatchObject({ code: 2650, error_subcode: 1_870_158 });

  sandbox.faults.arm({ name: 'lateApply', lagMs: 3 * dayMs, holdMs: 0 });
  const body = JSON.stringify({ payload: { schema: ['EMAIL'], data } });
  const headers = { authorization: `Bearer ${sandbox.token}` };
  const url = `${origin}/v26.0/${id}/users`;
  await expect(sandbox.fetch(url, { method: 'DELETE', headers, body })).rejects.toThrow(TypeError);
  expect((await truth(id)).rowsHeld).toBe(1);
  await admin('clock', { advanceMs: 3 * dayMs });
  expect((await truth(id)).rowsHeld).toBe(0);
});
