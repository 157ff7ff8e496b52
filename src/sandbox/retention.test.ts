import { expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { hash, openForTest, type Opened, origin } from './_opened.ts';
import type { Person } from './person.ts';

const dayMs = 86_400_000;

async function openRetaining(days: number): Promise<{ opened: Opened; id: string }> {
  const opened = await openForTest();
  const { body } = await opened.call('POST', `${opened.account}/customaudiences`, {
    ...{ name: 'Recent', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
    retention_days: days,
  });
  return { opened, id: body.id };
}

async function ids({ heads }: Opened, audience: string): Promise<(string | undefined)[]> {
  return (await heads(audience)).map(([id]) => id);
}

test('who is not sent again falls out after retention_days, who is stays', async () => {
  const { opened, id } = await openRetaining(60);
  const { add, clock, truth } = opened;
  await add(
    id,
    ['EXTERN_ID', 'EMAIL'],
    [
      ['c-1', hash('1')],
      ['c-2', hash('2')],
    ],
  );
  clock.now += 30 * dayMs;
  await add(
    id,
    ['EXTERN_ID', 'EMAIL'],
    [
      ['c-2', hash('2')],
      ['c-3', hash('3')],
    ],
  );
  expect((await truth(id)).rowsHeld).toBe(3);
  clock.now += 30 * dayMs - 10 * 3_600_000;
  expect(await ids(opened, id)).toEqual(['c-1', 'c-2', 'c-3']);
  clock.now += 10 * 3_600_000;
  expect(await ids(opened, id)).toEqual(['c-2', 'c-3']);
  clock.now += 30 * dayMs;
  expect(await truth(id)).toMatchObject({ rowsHeld: 0, peopleMatched: 0 });
  const { operations } = await opened.ask<{ operations: object[] }>('operations');
  expect(operations).toMatchObject([
    { kind: 'add' },
    { kind: 'add' },
    { kind: 'expire', rows: { before: 3, after: 2 } },
    { kind: 'expire', rows: { before: 2, after: 0 } },
  ]);
});

test('listed people fall out too, and come again by whatever they are sent by', async () => {
  const { opened, id } = await openRetaining(10);
  const { add, clock, truth, sandbox } = opened;
  const text = await (await sandbox.fetch(`${origin}/_sandbox/people?limit=200`)).text();
  const people = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Person);
  const person = must(
    people.find(({ emails }) => emails.filter(({ isKnown }) => isKnown).length > 1),
    'somebody with two e-mails',
  );
  const [first = '', second = ''] = person.emails
    .filter(({ isKnown }) => isKnown)
    .map(({ value }) => value);
  await add(id, ['EMAIL'], [[hash(first)]]);
  clock.now += 5 * dayMs;
  await add(id, ['EMAIL'], [[hash(second)]]);
  clock.now += 5 * dayMs;
  expect(await truth(id)).toMatchObject({ rowsHeld: 1, peopleMatched: 1 });
  clock.now += 5 * dayMs;
  expect(await truth(id)).toMatchObject({ rowsHeld: 0, peopleMatched: 0 });
});

test('without retention_days everybody stays', async () => {
  const { opened, id } = await openRetaining(0);
  await opened.add(id, ['EXTERN_ID'], [['c-1']]);
  opened.clock.now += 400 * dayMs;
  expect(await ids(opened, id)).toEqual(['c-1']);
});

test('ids of Instagram accounts are a key, with the accounts they are of, unless set otherwise', async () => {
  const { createAudience, call, ask, truth } = await openForTest();
  const id = await createAudience();
  const payload = { schema: ['IGUID'], data: [['178']] };
  const without = await call('POST', `${id}/users`, { payload });
  expect(without.body.error['message']).toContain('ig_account_ids');
  const whole = { payload: { ...payload, ig_account_ids: ['5'] } };
  expect((await call('POST', `${id}/users`, whole)).body).toMatchObject({ num_invalid_entries: 0 });
  expect(await truth(id)).toMatchObject({ schema: ['IGUID'], rowsHeld: 1 });
  expect((await call('DELETE', `${id}/users`, whole)).status).toBe(200);
  expect((await truth(id)).rowsHeld).toBe(0);
  await ask('settings', { takesInstagramIds: false });
  expect((await call('POST', `${id}/users`, whole)).body.error['code']).toBe(100);
});
