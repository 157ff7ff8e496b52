import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatabase } from '#store/databases.ts';
import { withImport } from '#store/imports.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** The first people of an installation come in by a way of their own (store/first-load.ts). */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const tables = ['profile', 'match_row', 'match_key'];

/** All that makes a table what it is, its rows apart. */
async function shape(): Promise<unknown[]> {
  return await place.muster.store.query(
    `select c.relname, c.reloptions::text,
       (select string_agg(format('%s %s %s %s %s', a.attname, a.atttypid::regtype, a.attnotnull,
          a.attstorage, pg_get_expr(d.adbin, d.adrelid)), E'\\n' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select string_agg(pg_get_indexdef(x.indexrelid) || x.indisprimary, E'\\n'
          order by x.indexrelid::regclass::text) from pg_index x where x.indrelid = c.oid) as indexes,
       (select string_agg(k.conname || pg_get_constraintdef(k.oid), E'\\n' order by k.conname)
        from pg_constraint k where k.conrelid = c.oid) as constraints,
       (select string_agg(pg_get_triggerdef(t.oid), E'\\n' order by t.tgname)
        from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
     from pg_class c where c.oid = any($1::regclass[]) order by 1`,
    [tables],
  );
}

async function counts(): Promise<Record<string, number>> {
  const [row] = await place.muster.store.query<Record<string, number>>(
    `select (select count(*) from profile) as people, (select count(*) from match_row) as rows,
       (select count(*) from match_key) as keys, (select count(*) from pg_class
         where relname like 'first\\_%' or relname like 'import\\_%\\_profile') as tables`,
  );
  return row ?? {};
}

const people = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i},p${from + i}@x.org`).join('\n');

describe('the first load', () => {
  it('leaves tables behind that are what they were, but full', async () => {
    const before = await shape();
    await place.receive(`id,email\n${people(0, 30)}\n`);
    expect(before).toContainEqual(
      expect.objectContaining({ relname: 'profile', triggers: expect.stringContaining('gone') }),
    );
    expect(await shape()).toEqual(before);
    expect(await counts()).toEqual({ people: 30, rows: 30, keys: 60, tables: 0 });
  });

  it('keeps the last record of an id, and the strictest consent of all of them', async () => {
    const report = await place.receive(
      'id,email,consent\n1,old@x.org,no\n2,b@x.org,yes\n1,mid@x.org,\n1,new@x.org,yes\n',
    );
    expect(report).toMatchObject({ rows: 4, created: 2, duplicates: 2 });
    const stored = await place.muster.store.query(
      `select external_id, consent, identifiers->>'email' as email from profile order by 1`,
    );
    expect(stored).toEqual([
      { external_id: '1', consent: false, email: 'new@x.org' },
      { external_id: '2', consent: true, email: 'b@x.org' },
    ]);
    // An older record's row is nobody's, and neither are its keys.
    expect(await counts()).toMatchObject({ people: 2, rows: 2, keys: 4 });
    // The record alone says something else than what all of them said.
    expect(await place.receive('id,email,consent\n1,new@x.org,yes\n')).toMatchObject({
      updated: 1,
    });
  });

  it('changes nothing when it is only tried', async () => {
    const report = await place.receive(`id,email\n${people(0, 5)}\n`, { dryRun: true });
    expect(report).toMatchObject({ created: 5 });
    expect(await counts()).toEqual({ people: 0, rows: 0, keys: 0, tables: 0 });
  });

  it('leaves nothing behind when the file turns out to be cut short', async () => {
    await expect(place.receive('id,email\n1,a@x.org\n2,"b@x')).rejects.toThrow(/quotes/);
    expect(await counts()).toEqual({ people: 0, rows: 0, keys: 0, tables: 0 });
    expect(await place.receive(`id,email\n${people(0, 3)}\n`)).toMatchObject({ created: 3 });
  });

  it('lets two databases have their first people at once', async () => {
    const before = await shape();
    const [one, two] = await Promise.all([
      place.receive(`id,email\n${people(0, 200)}\n`),
      place.receive(`id,email\n${people(100, 400)}\n`, { database: 'other' }),
    ]);
    expect([one.created, two.created]).toEqual([200, 300]);
    expect(await counts()).toEqual({ people: 500, rows: 500, keys: 1000, tables: 0 });
    expect(await shape()).toEqual(before);
  });

  it('adds its people to those of another database that came meanwhile', async () => {
    const before = await shape();
    const { store } = place.muster;
    const { id } = await findDatabase(store, 'main');
    await withImport(store, id, 'slow.csv', async (current) => {
      await current.profileIds.reserve(1);
      await current.matchRowIds.reserve(1);
      const [profileId, rowId] = [current.profileIds.next(), current.matchRowIds.next()];
      const change = {
        ...{ sufficiency: 2, fingerprint: 'abcdefgh', matchRowIds: [rowId], unusableJson: null },
        ...{ identifiersJson: '{}', traitsJson: '{}' },
      };
      const said = { consent: null, consentsJson: null };
      const profile = { sequence: 0, externalId: 'slow', profileId, known: false, ...said };
      const row = { id: rowId, profileId, sufficiency: 2, wireBytes: 9, keys: ['12345678'] };
      await current.stage([{ ...profile, change }], [{ ...row, cells: new Uint8Array(4) }]);
      await place.receive(`id,email\n${people(0, 20)}\n`, { database: 'other' });
      const options = { mirror: false, consentGiven: false, traits: [], dryRun: false };
      expect(await current.merge(options)).toMatchObject({ created: 1 });
    });
    expect(await counts()).toEqual({ people: 21, rows: 21, keys: 41, tables: 0 });
    expect(await shape()).toEqual(before);
  });
});
