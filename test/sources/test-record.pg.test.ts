import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDatabase } from '#store/databases.ts';
import { addModel, type Model } from '#store/models.ts';
import { addSource } from '#store/sources.ts';
import type { Muster } from '#sync/muster.ts';
import { testRecord } from '#sync/test-record.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

/** sha256sum of ana@example.com. */
const ana = '8e43ca37701228e74983efdbd0cff5c16b3b1e5d4e29a7c05626d4d25a018e11';

let place: Place;
let muster: Muster;
let directory = '';
let model: Model;

beforeAll(async () => {
  place = await openPlace(new Chance(7));
  directory = await mkdtemp(join(tmpdir(), 'muster-model-'));
  const url = join(directory, 'shop.sqlite');
  const source = new DatabaseSync(url);
  source.exec(`create table buyer (id text, mail text, phone text);
    insert into buyer values ('1', ' Ana@Example.com', '-'), ('2', 'bo@example.com', null)`);
  source.close();
  const target = { kind: 'sqlite', url, allowPrivate: false } as const;
  muster = { ...place.muster, openSource: () => Promise.resolve(target) };
  const { id: databaseId } = await findDatabase(muster.store, 'main');
  model = await muster.store.tx(async (tx) => {
    const { id: sourceId } = await addSource(tx, {
      ...{ name: 'shop', kind: 'sqlite', place: 'shop', allowPrivate: false, settings: {} },
      seal: () => Buffer.alloc(1),
    });
    return await addModel(tx, {
      ...{ name: 'buyers', databaseId, sourceId, sql: 'select * from buyer', idColumn: 'id' },
      ...{ map: 'EMAIL=mail', mode: 'mirror', enabled: true },
    });
  });
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const sandboxAudiences = async () => {
  const answer = await place.sandbox.fetch(
    new Request('http://sandbox.invalid/_sandbox/audiences'),
  );
  return ((await answer.json()) as { audiences: { name: string }[] }).audiences;
};

it('M-14 shows what would be sent and no raw value, and sends nothing', async () => {
  const before = await place.uploads();
  const record = await testRecord(muster, model, { person: null, send: null });
  expect(record).toMatchObject({
    externalId: '1',
    given: [
      { key: 'EMAIL', from: 'mail', value: ' Aaa@Aaaaaaa.aaa' },
      { key: 'PHONE', from: 'phone', value: '-' },
    ],
    unusable: [{ key: 'PHONE' }],
    withheld: null,
    request: { body: { payload: { schema: ['EXTERN_ID', 'EMAIL'], data: [['1', ana]] } } },
    answer: null,
  });
  expect(JSON.stringify(record)).not.toMatch(/ana@/i);
  expect(await place.uploads()).toBe(before);
});

it('M-14 sends one row to a Meta audience of its own: 200 and one added; it is deleted again', async () => {
  const send = { integrationId: 1, keep: true };
  const kept = await testRecord(muster, model, { person: '2', send });
  expect(kept.answer).toMatchObject({
    ...{ outcome: 'clean', httpStatus: 200, received: 1, invalid: 0 },
    metaAudience: { name: 'Test record of buyers', kept: true },
  });
  const rows = await place.heldRows(kept.answer?.metaAudience.id ?? null);
  expect(rows.map((row) => (JSON.parse(row) as string[])[0])).toEqual(['2']);
  const gone = await testRecord(muster, model, { person: '2', send: { ...send, keep: false } });
  expect(gone.answer).toMatchObject({ received: 1, metaAudience: { kept: false } });
  expect(await sandboxAudiences()).toHaveLength(1);
});

it('sends nobody who said no, and knows when there is no such record', async () => {
  await place.receive('id,email,consent\n2,bo@example.com,no\n');
  const send = { integrationId: 1, keep: false };
  const shown = await testRecord(muster, model, { person: '2', send: null });
  expect(shown.withheld).toBe('they said no to marketing');
  await expect(testRecord(muster, model, { person: '2', send })).rejects.toMatchObject({
    code: 'RECORD_WITHHELD',
  });
  await expect(testRecord(muster, model, { person: '9', send })).rejects.toMatchObject({
    code: 'MODEL_ROW_UNKNOWN',
  });
});
