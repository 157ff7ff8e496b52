import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSql, type QueryTarget } from '#sources/query.ts';
import { parseRule } from '#audiences/rule.ts';
import { createAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import { listFailedRows } from '#store/model-runs.ts';
import { listModelRuns } from '#store/model-runs.ts';
import { addModel, findModel, type Model, type ModelMode, updateModel } from '#store/models.ts';
import { addSource } from '#store/sources.ts';
import { giveAudience } from '#sync/model-audience.ts';
import { type ModelReport, syncModel, touchedBy } from '#sync/model-runs.ts';
import { syncAudience } from '#sync/sync.ts';
import { byRule } from '#sync/ways.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

/** sha256sum of the normalised address. */
const hashes = {
  ana: '8e43ca37701228e74983efdbd0cff5c16b3b1e5d4e29a7c05626d4d25a018e11',
};

let place: Place;
let directory = '';
let source: DatabaseSync;
let target: QueryTarget;

beforeEach(async () => {
  place = await openPlace(new Chance(7));
  directory = await mkdtemp(join(tmpdir(), 'muster-model-'));
  target = { kind: 'sqlite', url: join(directory, 'shop.sqlite'), allowPrivate: false };
  source = new DatabaseSync(target.url);
  source.exec(`create table buyer (id text, email text, city text);
    insert into buyer values ('1', 'ana@example.com', 'Bonn'), ('2', 'bo@example.com', 'Bern'),
      ('3', 'cy@example.com', 'Rome')`);
});
afterEach(async () => {
  source.close();
  await place[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function modelOf(
  mode: ModelMode,
  name = 'buyers',
  sql = 'select * from buyer',
): Promise<Model> {
  const { store } = place.muster;
  const { id: databaseId } = await findDatabase(store, 'main');
  return await store.tx(async (tx) => {
    const made = await addSource(tx, {
      ...{ name, kind: 'sqlite', place: 'shop', allowPrivate: false, settings: {} },
      seal: () => Buffer.alloc(1),
    });
    return await addModel(tx, {
      ...{
        name,
        databaseId,
        sourceId: made.id,
        sql,
        idColumn: 'id',
        map: null,
        mode,
        enabled: true,
      },
    });
  });
}

const run = async (model: Model, allowEmpty = false): Promise<ModelReport> =>
  await syncModel(reading(), model, { allowEmpty }, () => {});

/** Whatever a source is called, it is the one file. */
const reading = () => ({ ...place.muster, openSource: () => Promise.resolve(target) });

it('brings groups, whose members come and go with its rows', async () => {
  const sql = `select id, city as town, upper(city) as motto from buyer`;
  const groups = async () =>
    await place.muster.store.query(
      `select p.external_id as id, g.external_id as town, g.traits ->> 'motto' as motto
       from group_member m join people_group g on g.id = m.group_id
       join profile p on p.id = m.profile_id order by 1`,
    );
  const model = { ...(await modelOf('mirror', 'towns', sql)), map: 'group=town,group.motto=motto' };
  await updateModel(place.muster.store, model);
  await run(model);
  source.exec(`update buyer set city = 'Rome' where id = '1'; delete from buyer where id = '2'`);
  await run(model);
  const rome = { town: 'Rome', motto: 'ROME' };
  expect(await groups()).toEqual([
    { id: '1', ...rome },
    { id: '3', ...rome },
  ]);
});

const rowsOf = ({ new: added, updated, deleted, unchanged, failed }: ModelReport) =>
  [added, updated, deleted, unchanged, failed].join(' ');

async function people(): Promise<string> {
  const rows = await place.muster.store.query<{ text: string }>(
    `select external_id || ' ' || coalesce(identifiers ->> 'email', '-') as text from profile order by 1`,
  );
  return rows.map(({ text }) => text).join(', ');
}

/** The ids at the sandbox, after a run of the audience. */
async function atMeta(): Promise<string[]> {
  const report = await syncAudience(
    place.muster,
    'all',
    { wait: true, trigger: 'manual' },
    () => {},
  );
  const rows = await place.heldRows(report.metaAudienceId);
  return rows.map((row) => (JSON.parse(row) as string[]).slice(0, 2).join(' '));
}

describe('the table of features.md §3.3-23', () => {
  const changes = `delete from buyer where id = '2';
    update buyer set email = 'ana.new@example.com' where id = '1';
    insert into buyer values ('4', 'di@example.com', 'Oslo')`;

  it('P-15 Mirror: new and updated are added, deleted are removed', async () => {
    const model = await modelOf('mirror');
    expect(rowsOf(await run(model))).toBe('3 0 0 0 0');
    expect(rowsOf(await run(model))).toBe('0 0 0 3 0');
    source.exec(changes);
    expect(rowsOf(await run(model))).toBe('1 1 1 1 0');
    expect(await people()).toBe('1 ana.new@example.com, 3 cy@example.com, 4 di@example.com');
  });

  it('P-15 Upsert: nobody is removed', async () => {
    const model = await modelOf('upsert');
    await run(model);
    source.exec(changes);
    expect(rowsOf(await run(model))).toBe('1 1 1 1 0');
    expect(await people()).toBe(
      '1 ana.new@example.com, 2 bo@example.com, 3 cy@example.com, 4 di@example.com',
    );
  });

  it('P-15 Delete: only removed rows count', async () => {
    await place.receive('id,email\n1,ana@example.com\n2,bo@example.com\n5,ed@example.com\n');
    const model = await modelOf('delete');
    expect(rowsOf(await run(model))).toBe('3 0 0 0 0');
    expect(await people()).toBe('1 ana@example.com, 2 bo@example.com, 5 ed@example.com');
    source.exec(changes);
    expect(rowsOf(await run(model))).toBe('1 1 1 1 0');
    expect(await people()).toBe('1 ana@example.com, 5 ed@example.com');
  });
});

describe('what Meta is told', () => {
  it('P-15 the old hash of a changed row leaves and the new one comes', async () => {
    const model = await modelOf('mirror');
    await run(model);
    await place.createAudience('all', { trait: 'id', op: 'exists' });
    const before = await atMeta();
    expect(before).toHaveLength(3);
    expect(before.some((row) => row.includes(hashes.ana))).toBe(true);
    source.exec(`update buyer set email = 'else@example.com' where id = '1'`);
    await run(model);
    const after = await atMeta();
    expect(after).toHaveLength(3);
    expect(after.some((row) => row.includes(hashes.ana))).toBe(false);
  });

  it('P-16 a row that is gone leaves by its id alone, also when its columns were emptied first', async () => {
    const model = await modelOf('mirror');
    await run(model);
    await place.createAudience('all', { trait: 'id', op: 'exists' });
    expect(await atMeta()).toHaveLength(3);
    source.exec(`update buyer set email = null, city = null where id = '2'`);
    await run(model);
    source.exec(`delete from buyer where id = '2'`);
    expect(rowsOf(await run(model))).toBe('0 0 1 2 0');
    expect((await atMeta()).map((row) => row.split(' ')[0])).toEqual(['1', '3']);
  });
});

describe('nobody is removed on broken evidence', () => {
  it('by an answer without rows, unless that is said to be the truth', async () => {
    const model = await modelOf('mirror');
    await run(model);
    source.exec('delete from buyer');
    await expect(run(model)).rejects.toMatchObject({ code: 'MODEL_EMPTY' });
    expect(await people()).toContain('3 cy@example.com');
    expect(rowsOf(await run(model, true))).toBe('0 0 3 0 0');
    expect(await people()).toBe('');
  });

  it('by a query that fails after its first rows', async () => {
    source.exec(`insert into buyer select 'x' || value, 'x' || value || '@example.com', '' from
      (with recursive n(value) as (select 1 union all select value + 1 from n where value < 5000) select value from n)`);
    const model = await modelOf('mirror');
    await run(model);
    source.exec(`insert into buyer values ('last', 'bad json', '{')`);
    const failing = await modelOf(
      'mirror',
      'failing',
      `select * from buyer where city <> '{' or json_extract(city, '$') is null`,
    );
    await expect(run(failing)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    expect(await people()).toContain('3 cy@example.com');
    const [last] = await listModelRuns(place.muster.store, 'failing', 1);
    expect(last).toMatchObject({ state: 'failed', errorCode: 'SOURCE_QUERY', counts: null });
  });

  it('by a row whose id cannot be read, which may be anybody’s', async () => {
    const model = await modelOf('mirror');
    await run(model);
    source.exec(
      `delete from buyer where id = '2'; insert into buyer values ('', 'x@example.com', '')`,
    );
    expect(await run(model)).toMatchObject({
      deletionsSkipped: true,
      state: 'partial',
      failed: 1,
      deleted: 0,
    });
    expect(await people()).toContain('2 bo@example.com');
    source.exec(`delete from buyer where id = ''`);
    expect(rowsOf(await run(model))).toBe('0 0 1 2 0');
    expect(await people()).not.toContain('2 bo@example.com');
  });

  it('by a row that fails though its id is known: it is kept, and tried again in its newest version', async () => {
    const model = await modelOf('mirror');
    await run(model);
    source.exec(
      `update buyer set city = printf('%.200000c', 'x'), email = 'b2@example.com' where id = '2'`,
    );
    expect(rowsOf(await run(model))).toBe('0 0 0 2 1');
    expect(await listFailedRows(place.muster.store, model.id)).toMatchObject([
      { externalId: '2', rowNumber: 2, reason: 'a cell over 128 KiB' },
    ]);
    expect(await people()).toContain('2 bo@example.com');
    source.exec(`update buyer set city = 'Bern', email = 'b3@example.com' where id = '2'`);
    expect(rowsOf(await run(model))).toBe('0 1 0 2 0');
    expect(await people()).toContain('2 b3@example.com');
    expect(await listFailedRows(place.muster.store, model.id)).toEqual([]);
  });

  it('by an id column that is not unique: nothing changes', async () => {
    const model = await modelOf('mirror');
    await run(model);
    source.exec(
      `insert into buyer values ('1', 'twice@example.com', ''); delete from buyer where id = '3'`,
    );
    await expect(run(model)).rejects.toMatchObject({ code: 'MODEL_ID_REPEATED' });
    expect(await people()).toBe('1 ana@example.com, 2 bo@example.com, 3 cy@example.com');
  });

  it('by one model while another still gives them', async () => {
    const model = await modelOf('mirror');
    const other = await modelOf('upsert', 'romans', `select * from buyer where city = 'Rome'`);
    await run(model);
    await run(other);
    source.exec(`update buyer set id = '33' where id = '3'`);
    await run(model);
    expect(await people()).toContain('3 cy@example.com');
    await run(other);
    expect(await people()).toContain('33 cy@example.com');
  });
});

it('whoever was deleted by hand comes back with the next run, as with a file', async () => {
  const model = await modelOf('mirror');
  await run(model);
  await place.muster.store.query(`delete from profile where external_id = '2'`);
  expect(rowsOf(await run(model))).toBe('1 0 0 2 0');
  expect(await people()).toContain('2 bo@example.com');
});

it('C-11: the 51st model of a database is refused with that number', async () => {
  const first = await modelOf('mirror', 'model 1');
  const { store } = place.muster;
  for (let n = 2; n <= 50; n++) {
    await store.tx((tx) => addModel(tx, { ...first, name: `model ${n}` }));
  }
  const another = store.tx((tx) => addModel(tx, { ...first, name: 'model 51' }));
  await expect(another).rejects.toMatchObject({
    code: 'MODEL_TOO_MANY',
    message: expect.stringContaining('50'),
  });
  await expect(findModel(store, 'model 51')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
});

describe('M-13 values made of others', () => {
  const map = `EMAIL=coalesce(mail, email), FN=split(name, ' ', 1), LN=split(name, ' ', -1), COUNTRY='DE', traits.shop='north'`;

  it('reach the row, and what a mapping refuses is said', async () => {
    source.exec(`alter table buyer add column mail text; alter table buyer add column name text;
      update buyer set mail = 'work@example.com', name = 'Ana Maria Silva' where id = '1'`);
    const model = { ...(await modelOf('mirror')), map };
    const { store } = place.muster;
    await updateModel(store, model);
    await run(model);
    const rows = await store.query<{ identifiers: object; shop: string }>(
      `select identifiers, traits ->> 'shop' as shop from profile order by external_id`,
    );
    expect(rows.slice(0, 2)).toEqual([
      {
        identifiers: {
          ...{ email: 'work@example.com', city: 'Bonn', country: 'DE' },
          ...{ 'name.first': 'Ana', 'name.last': 'Silva' },
        },
        shop: 'north',
      },
      { identifiers: { email: 'bo@example.com', city: 'Bern', country: 'DE' }, shop: 'north' },
    ]);
    await updateModel(store, { ...model, map: 'EMAIL=hashed(email)' });
    const report = await run({ ...model, map: 'EMAIL=hashed(email)' });
    expect(Object.keys(report.unusable)).toEqual(['EMAIL']);
    expect(Object.values(report.unusable['EMAIL'] ?? {})).toEqual([3]);
  });

  it('M-10 a change is counted before it is made, and touches nobody else', async () => {
    const model = await modelOf('mirror');
    await run(model);
    const wished = { ...model, map: `ZIP=case(id, '2', '53111')` };
    const before = await people();
    expect(await touchedBy(reading(), wished, () => {})).toMatchObject({
      profiles: { created: 0, updated: 1, deleted: 0 },
    });
    expect(await people()).toBe(before);
    await updateModel(place.muster.store, wished);
    expect(await run(wished)).toMatchObject({ profiles: { created: 0, updated: 1, deleted: 0 } });
  });
});

describe('A-09 an audience of a model', () => {
  const wish = { integrationId: 1, connect: null };
  const sent = async (name: string) => {
    const report = await syncAudience(
      place.muster,
      name,
      { wait: true, trigger: 'manual' },
      () => {},
    );
    return (await place.heldRows(report.metaAudienceId)).map(
      (row) => (JSON.parse(row) as string[])[0],
    );
  };

  it('is created at Meta and has its people; whoever leaves the model leaves it', async () => {
    await place.receive('id,email\n9,ida@example.com\n');
    const model = await modelOf('mirror');
    const { store } = place.muster;
    const made = await giveAudience(reading(), model, { ...wish, name: 'Buyers' });
    expect(made).toMatchObject({ operation: 'create', trait: 'in_buyers' });
    expect(await findModel(store, 'buyers')).toMatchObject({ audience: 'Buyers' });
    await run(await findModel(store, 'buyers'));
    expect(await sent('Buyers')).toEqual(['1', '2', '3']);
    source.exec(`delete from buyer where id = '2'`);
    await run(await findModel(store, 'buyers'));
    expect(await sent('Buyers')).toEqual(['1', '3']);
    const again = giveAudience(reading(), await findModel(store, 'buyers'), {
      ...wish,
      name: 'Other',
    });
    await expect(again).rejects.toMatchObject({ code: 'MODEL_AUDIENCE_SET' });
  });

  it('P-12 who enters the model is added once, who leaves it removed once; a rule that asks about it follows', async () => {
    const model = await modelOf('mirror');
    const { store } = place.muster;
    await giveAudience(reading(), model, { ...wish, name: 'Buyers' });
    await createAudience(store, {
      ...{ databaseId: model.databaseId, integrationId: null, name: 'All but buyers' },
      ...byRule(parseRule({ not: { member_of: 'Buyers' } })),
      customerFileSource: 'USER_PROVIDED_ONLY',
    });
    await place.receive('id,email\n9,ida@example.com\n');
    const moves = async () => {
      await run(await findModel(store, 'buyers'));
      const moved: Record<string, string> = {};
      for (const name of ['Buyers', 'All but buyers']) {
        const how = { wait: true, trigger: 'manual' } as const;
        const { added, removed } = await syncAudience(place.muster, name, how, () => {});
        moved[name] = `+${added} -${removed}`;
      }
      return moved;
    };
    expect(await moves()).toEqual({ Buyers: '+3 -0', 'All but buyers': '+1 -0' });
    source.exec(`insert into buyer values ('9', 'ida@example.com', 'Oslo')`);
    expect(await moves()).toEqual({ Buyers: '+1 -0', 'All but buyers': '+0 -1' });
    source.exec(`delete from buyer where id = '9'`);
    // Rows that a mirror no longer has are people no longer: they are in no audience.
    expect(await moves()).toEqual({ Buyers: '+0 -1', 'All but buyers': '+0 -0' });
  }, 120_000);

  it('is connected to one that is there, and to no other than a customer list of the account', async () => {
    const { meta, adAccount: account } = await place.muster.openClient(1);
    const there = await meta.createAudience({
      ...{ account, name: 'Old buyers', description: '', isValueBased: false },
      customerFileSource: 'USER_PROVIDED_ONLY',
    });
    const connect = there.outcome === 'clean' ? there.body : '';
    const model = await modelOf('mirror');
    const nowhere = giveAudience(reading(), model, {
      ...wish,
      name: 'b',
      connect: '23840000000000001',
    });
    await expect(nowhere).rejects.toThrow();
    const made = await giveAudience(reading(), model, { ...wish, name: 'b', connect });
    expect(made).toMatchObject({ operation: 'connect', metaAudienceId: connect });
  });
});

it('E-11 limits: names of 128 characters, records of 512 KiB, 65,535 characters of SQL', async () => {
  const large = `select id, email, ${[1, 2, 3, 4, 5].map((n) => `printf('%.120000c', 'x') as c${n}`).join(', ')} from buyer where id = '1'
    union all select id, email, '', '', '', '', '' from buyer where id <> '1'`;
  const model = await modelOf('upsert', 'large', large);
  expect(rowsOf(await run(model))).toBe('2 0 0 0 1');
  expect(await listFailedRows(place.muster.store, model.id)).toMatchObject([
    { externalId: '1', reason: 'a record over 512 KiB' },
  ]);
  const named = (length: number) => `select id, email as "${'n'.repeat(length)}" from buyer`;
  await expect(run(await modelOf('upsert', 'long', named(129)))).rejects.toMatchObject({
    code: 'IMPORT_HEADER_INVALID',
    message: expect.stringContaining('129 characters, at most 128'),
  });
  expect(rowsOf(await run(await modelOf('upsert', 'fits', named(128))))).toBe('3 0 0 0 0');
  expect(() => checkSql(`select ${'x'.repeat(65_535)}`)).toThrow('65542 characters');
});
