import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { findAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import { activateAudience } from '#sync/activate.ts';
import { setConsent } from '#sync/consent.ts';
import { deactivateAudience, removeAndDeactivate } from '#sync/deactivate.ts';
import { deleteAtMeta } from '#sync/delete-at-meta.ts';
import { deleteDatabase } from '#sync/delete-database.ts';
import { relinkAudience } from '#sync/relink.ts';
import { renameEverywhere } from '#sync/rename.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';

/** From activating to deleting: who stays at Meta, who leaves, and what a new link knows. */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(1));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const people = (plans: readonly string[]) =>
  `id,email,plan\n${plans.map((plan, i) => `${i + 1},p${i + 1}@x.org,${plan}`).join('\n')}\n`;

async function sync(name = 'gold'): Promise<SyncReport> {
  return await syncAudience(place.muster, name, { wait: true, trigger: 'manual' }, () => {});
}

/** Synchronised with so many people; gives the id of its Meta audience. */
async function filled(count: number): Promise<string> {
  await place.receive(people(Array.from({ length: count }, () => 'gold')));
  return must((await sync()).metaAudienceId, 'a synchronised audience is linked');
}

/** The external ids that the sandbox holds. */
async function heldIds(metaAudienceId: string): Promise<string[]> {
  const rows = await place.heldRows(metaAudienceId);
  return rows.map((row) => (JSON.parse(row) as string[])[0] ?? '').toSorted();
}

async function state(name = 'gold') {
  const [found] = await place.muster.store.query<{ state: string; nextRunAt: Date | null }>(
    'select state, next_run_at as "nextRunAt" from audience where name = $1',
    [name],
  );
  return must(found, `there is ${name}`);
}

async function ask(method: string, path: string, body?: object): Promise<Response> {
  return await place.sandbox.fetch(
    new Request(`http://sandbox.invalid${path}`, {
      method,
      headers: {
        authorization: `Bearer ${place.sandbox.token}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

const quiet = () => {};

describe('deactivating', () => {
  it('leaves the people, frees the Meta audience and ends the runs', async () => {
    const meta = await filled(3);
    expect(await deactivateAudience(place.muster, 'gold')).toMatchObject({
      state: 'deactivated',
      metaAudienceId: meta,
    });
    expect(await state()).toEqual({ state: 'deactivated', nextRunAt: null });
    await expect(sync()).rejects.toMatchObject({ code: 'AUDIENCE_DEACTIVATED' });
    expect(await heldIds(meta)).toEqual(['1', '2', '3']);
  });

  it('still lets somebody who opts out leave', async () => {
    const meta = await filled(3);
    await deactivateAudience(place.muster, 'gold');
    const wish = { externalId: '2', database: 'main', consent: 'no' } as const;
    expect(await setConsent(place.muster, wish)).toMatchObject({ state: 'left' });
    expect(await heldIds(meta)).toEqual(['1', '3']);
  });

  it('removes everybody who was told if asked, whatever the guard would say', async () => {
    const meta = await filled(40);
    const done = await removeAndDeactivate(place.muster, 'gold', true, quiet);
    expect(done).toMatchObject({ state: 'deactivated', removal: { removed: 40, members: 0 } });
    expect(await heldIds(meta)).toEqual([]);
    expect(await state()).toMatchObject({ state: 'deactivated' });
  });

  it('goes on removing after a crash, and by a run of its own', async () => {
    const meta = await filled(40);
    const { muster } = place;
    const dying = {
      ...muster,
      openClient: () => Promise.reject(new Error('the process is killed')),
    };
    await expect(removeAndDeactivate(dying, 'gold', true, quiet)).rejects.toThrow('killed');
    expect(await state()).not.toMatchObject({ state: 'deactivated' });
    // New people are not let in meanwhile.
    await place.receive(people(Array.from({ length: 45 }, () => 'gold')));
    await sync();
    expect(await heldIds(meta)).toEqual([]);
    expect(await state()).toMatchObject({ state: 'deactivated' });
  });

  it('removes those who had been left, too', async () => {
    const meta = await filled(3);
    await deactivateAudience(place.muster, 'gold');
    const done = await removeAndDeactivate(place.muster, 'gold', true, quiet);
    expect(done).toMatchObject({ state: 'deactivated', metaAudienceId: meta });
    expect(await heldIds(meta)).toEqual([]);
  });
});

describe('activating again', () => {
  it('sends members anew and removes who left meanwhile', async () => {
    const meta = await filled(4);
    const before = await place.uploads();
    await deactivateAudience(place.muster, 'gold');
    place.clock.nowMs += 3_600_000;
    await place.receive(people(['gold', 'free', 'gold', 'gold', 'gold']));
    const activated = await activateAudience(place.muster, 'gold');
    expect(activated).toMatchObject({
      metaAudienceId: meta,
      activatedAt: place.now().toISOString(),
    });
    expect(await sync()).toMatchObject({ state: 'succeeded', members: 4 });
    expect(await heldIds(meta)).toEqual(['1', '3', '4', '5']);
    expect(await place.uploads()).toBeGreaterThan(before);
    // One ledger speaks for the Meta audience, and it has settled.
    const links = await place.muster.store.query(
      'select distinct l.link_id, k.epoch from ledger l join link k on k.id = l.link_id',
    );
    expect(links).toMatchObject([{ epoch: 2 }]);
    expect(await sync()).toMatchObject({ requestsUsed: 0 });
  });

  it('says again those whom somebody took out at Meta meanwhile', async () => {
    const meta = await filled(3);
    await deactivateAudience(place.muster, 'gold');
    const payload = { schema: ['EXTERN_ID'], data: [['1']] };
    await ask('DELETE', `/v26.0/${meta}/users`, { payload });
    expect(await heldIds(meta)).toEqual(['2', '3']);
    place.clock.nowMs += 60_000;
    await activateAudience(place.muster, 'gold');
    await sync();
    expect(await heldIds(meta)).toEqual(['1', '2', '3']);
  });

  it('is refused when the Meta audience was linked elsewhere', async () => {
    const meta = await filled(2);
    await deactivateAudience(place.muster, 'gold');
    await place.createAudience('other', { trait: 'plan', op: 'exists' });
    const adAccount = must(place.sandbox.adAccounts[0], 'an ad account').id;
    await relinkAudience(place.muster, 'other', { adAccount, metaAudienceId: meta });
    await expect(activateAudience(place.muster, 'gold')).rejects.toMatchObject({
      code: 'META_AUDIENCE_LINKED',
      measured: expect.stringContaining('“other”') as string,
    });
    expect(await state()).toMatchObject({ state: 'deactivated' });
    // Opt-outs of those whom the former link told leave by the new one.
    await setConsent(place.muster, { externalId: '1', database: 'main', consent: 'no' });
    expect(await heldIds(meta)).toEqual(['2']);
  });

  it('stops a removal that has not ended', async () => {
    const meta = await filled(3);
    const dying = {
      ...place.muster,
      openClient: () => Promise.reject(new Error('the process is killed')),
    };
    await expect(removeAndDeactivate(dying, 'gold', true, quiet)).rejects.toThrow('killed');
    await activateAudience(place.muster, 'gold');
    expect(await sync()).toMatchObject({ state: 'succeeded', members: 3 });
    expect(await heldIds(meta)).toEqual(['1', '2', '3']);
  });
});

describe('renaming', () => {
  const nameAtMeta = async (id: string) =>
    ((await (await ask('GET', `/_sandbox/audiences/${id}`)).json()) as { name: string }).name;

  it('leaves the name at Meta unless asked, and the runs go on', async () => {
    const meta = await filled(2);
    await renameEverywhere(place.muster, 'gold', { newName: 'vip', atMeta: false });
    expect(await nameAtMeta(meta)).toBe('gold');
    await renameEverywhere(place.muster, 'vip', { newName: 'VIP', atMeta: true });
    expect(await nameAtMeta(meta)).toBe('VIP');
    expect(await sync('VIP')).toMatchObject({ audience: 'VIP', metaAudienceId: meta });
  });

  it('takes no name that is taken, and then asks nothing of Meta', async () => {
    const meta = await filled(1);
    await place.createAudience('vip', { trait: 'plan', op: 'exists' });
    const wish = { newName: 'vip', atMeta: true };
    await expect(renameEverywhere(place.muster, 'gold', wish)).rejects.toMatchObject({
      code: 'AUDIENCE_EXISTS',
    });
    expect(await nameAtMeta(meta)).toBe('gold');
  });
});

it('goes on asking about an audience that has another name', async () => {
  await place.createAudience('rest', { not: { member_of: 'gold' } });
  await place.createAudience('both', { any: [{ member_of: 'rest' }, { synchronized_in: 'gold' }] });
  const renamed = await renameEverywhere(place.muster, 'gold', { newName: 'vip', atMeta: false });
  expect(renamed.askedAboutBy.toSorted()).toEqual(['both', 'rest']);
  const ruleOf = async (name: string) => (await findAudience(place.muster.store, name)).rule;
  expect(await ruleOf('rest')).toEqual({ not: { member_of: 'vip' } });
  expect(await ruleOf('both')).toEqual({
    any: [{ member_of: 'rest' }, { synchronized_in: 'vip' }],
  });
});

describe('deleting at Meta', () => {
  it('deletes it there, and keeps the record here as deactivated', async () => {
    const meta = await filled(2);
    expect(await deleteAtMeta(place.muster, 'gold')).toMatchObject({
      ...{ state: 'deactivated', metaAudienceId: meta, deleted: true },
    });
    const answer = await ask('GET', `/v26.0/${meta}?fields=id`);
    expect(answer.ok).toBe(false);
    expect(await state()).toMatchObject({ state: 'deactivated' });
    // Activated again it gets a new one.
    expect((await activateAudience(place.muster, 'gold')).metaAudienceId).not.toBe(meta);
    expect(await sync()).toMatchObject({ state: 'succeeded', added: 2 });
  });

  it('changes nothing where lookalikes grow from it, and says so', async () => {
    const meta = await filled(2);
    const fault = { name: 'graphError', code: 2656, on: 'audience.delete' };
    expect((await ask('POST', '/_sandbox/faults', fault)).ok).toBe(true);
    await expect(deleteAtMeta(place.muster, 'gold')).rejects.toThrow(/[Ll]ookalike.*2656/s);
    expect(await state()).not.toMatchObject({ state: 'deactivated' });
    expect(await sync()).toMatchObject({ state: 'succeeded', metaAudienceId: meta });
  });

  it.each(['resetAfter', 'serverErrorAfter', 'resetBefore', 'transient'])(
    'is done once under %s',
    async (fault) => {
      const meta = await filled(2);
      const armed = await ask('POST', '/_sandbox/faults', { name: fault, on: 'audience.delete' });
      expect(armed.ok).toBe(true);
      const done = await deleteAtMeta(place.muster, 'gold');
      expect(done).toMatchObject({ metaAudienceId: meta, deleted: true });
      expect((await ask('GET', `/v26.0/${meta}?fields=id`)).ok).toBe(false);
      expect(await state()).toMatchObject({ state: 'deactivated' });
    },
  );

  it('is done the second time where Meta refused the first', async () => {
    const meta = await filled(2);
    const fault = { name: 'permissionMissing', on: 'audience.delete' };
    expect((await ask('POST', '/_sandbox/faults', fault)).ok).toBe(true);
    await expect(deleteAtMeta(place.muster, 'gold')).rejects.toThrow(/permission/i);
    expect(await state()).not.toMatchObject({ state: 'deactivated' });
    expect(await deleteAtMeta(place.muster, 'gold')).toMatchObject({ metaAudienceId: meta });
  });
});

describe('a database', () => {
  /** Rows that say whose they are, and whose database, audience or link there is not. */
  async function orphans(): Promise<object[]> {
    const { store } = place.muster;
    const columns = await store.query<{ table: string; column: string }>(
      `select c.table_name as table, c.column_name as column from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
         and c.column_name in ('database_id', 'audience_id', 'link_id')
         and c.table_name <> 'audit_entry'`,
    );
    const found: object[] = [];
    for (const { table, column } of columns) {
      const parent = column.replace('_id', '');
      const left = await store.query(
        `select from "${table}" t where t."${column}" is not null
           and not exists (select from "${parent}" p where p.id = t."${column}")`,
      );
      if (left.length > 0) found.push({ table, column, rows: left.length });
    }
    return found;
  }

  it('goes with everything in it, once nobody of it is at Meta or they are left there', async () => {
    const meta = await filled(3);
    await setConsent(place.muster, { database: 'main', externalId: '2', consent: 'no' });
    const { store } = place.muster;
    const main = await findDatabase(store, 'main');
    const wish = { confirm: 'main', leavePeople: false };
    await expect(
      deleteDatabase(place.muster, main, { ...wish, confirm: 'Main' }),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_WRONG' });
    await expect(deleteDatabase(place.muster, main, wish)).rejects.toMatchObject({
      code: 'DATABASE_AT_META',
    });
    expect(await heldIds(meta)).toEqual(['1', '3']);
    const done = await deleteDatabase(place.muster, main, { ...wish, leavePeople: true });
    expect(done).toMatchObject({
      ...{ database: 'main', people: 3 },
      leftAtMeta: [{ audience: 'gold', metaAudienceId: meta }],
    });
    expect(await orphans()).toEqual([]);
    const left = await store.query<{ count: number }>(
      'select (select count(*) from profile) + (select count(*) from match_row) as count',
    );
    expect(left).toEqual([{ count: 0 }]);
    // There is a main again, and it is as new.
    const report = await place.receive(people(['gold']));
    expect(report).toMatchObject({ created: 1 });
  });

  it('goes at once when its people were taken out before', async () => {
    const meta = await filled(2);
    await removeAndDeactivate(place.muster, 'gold', true, quiet);
    expect(await heldIds(meta)).toEqual([]);
    const main = await findDatabase(place.muster.store, 'main');
    const wish = { confirm: 'main', leavePeople: false };
    expect(await deleteDatabase(place.muster, main, wish)).toMatchObject({ leftAtMeta: [] });
    expect(await orphans()).toEqual([]);
  });
});
