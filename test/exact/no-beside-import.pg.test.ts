import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetPerson, setConsent } from '#sync/consent.ts';
import { withImport } from '#store/imports.ts';
import { lockProfiles, writeInbox } from '#store/inbox.ts';
import { deliverOptOuts } from '#sync/opt-outs.ts';
import { EventReceiver } from '#sync/receive-events.ts';
import { deleteProfile } from '#sync/profiles.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place, startMs } from './place.ts';

/** A "no" while an import holds on to the profile (docs/decisions/0034-a-no-does-not-wait-for-an-import.md). */
let place: Place;

beforeEach(async () => {
  place = await openPlace(new Chance(6));
  await place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  await place.receive('id,email,plan\n1,ana@x.org,gold\n2,bo@x.org,gold\n');
  await sync();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const sync = async () =>
  await syncAudience(place.muster, 'gold', { wait: true, trigger: 'manual' }, () => {});
const ana = { externalId: '1', database: 'main' };

/** As the merge of an import does it: changes everybody, and commits when it is told to. */
async function holdProfiles(): Promise<{ commit(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const importing = place.muster.store.tx(async (tx) => {
    await tx.query(`update profile set changed_xid = pg_current_xact_id(),
      consent = case when external_id = '2' then false end`);
    held.resolve();
    await go.promise;
  });
  await held.promise;
  return {
    async commit() {
      go.resolve();
      await importing;
    },
  };
}

async function anasRows(): Promise<string[]> {
  const [link] = await place.muster.store.query<{ id: string }>(
    'select meta_audience_id as id from link',
  );
  const rows = await place.heldRows(link?.id ?? null);
  return rows.filter((row) => (JSON.parse(row) as string[])[0] === '1');
}

/** Real time: the database makes the command wait, and no clock of ours moves that. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

it('leaves before the import is over, and the profile takes it over then', async () => {
  const importing = await holdProfiles();
  const said = setConsent(place.muster, { ...ana, consent: 'no' });
  await until(async () => (await anasRows()).length === 0);
  await importing.commit();
  expect(await said).toMatchObject({ state: 'left' });
  const { store } = place.muster;
  expect(await store.query(`select opted_out from profile where external_id = '1'`)).toEqual([
    { opted_out: true },
  ]);
  expect(await store.query('select from spoken_no')).toEqual([]);
});

it('keeps a new e-mail of the import from being sent, though the command died', async () => {
  const { store } = place.muster;
  const importing = await holdProfiles();
  // Whoever waits for the profile is killed; what was said before that is written down.
  const said = setConsent(place.muster, { ...ana, consent: 'no' }).catch(() => 'killed');
  await until(async () => (await anasRows()).length === 0);
  await until(async () => {
    const killed = await store.query(`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return killed.length > 0;
  });
  expect(await said).toBe('killed');
  await importing.commit();
  await place.receive('id,email,plan\n1,ana.new@x.org,gold\n');
  await sync();
  expect(await anasRows()).toEqual([]);
  await deliverOptOuts(place.muster, place.sandbox.adAccounts[0]?.id ?? '');
  expect(await store.query(`select opted_out from profile where external_id = '1'`)).toEqual([
    { opted_out: true },
  ]);
});

/** Holds the people as an import does from its first row on. */
async function holdDatabase(): Promise<{ end(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const importing = place.muster.store.tx(async (tx) => {
    await lockProfiles(tx, 1, true);
    held.resolve();
    await go.promise;
  });
  await held.promise;
  return {
    async end() {
      go.resolve();
      await importing;
    },
  };
}

async function call(traits: object, timestamp: number): Promise<void> {
  const said = { type: 'identify', messageId: `m${timestamp}`, userId: '1', timestamp, traits };
  await place.muster.store.tx((tx) =>
    writeInbox(tx, [{ databaseId: 1, callCount: 1, calls: JSON.stringify([said]) }], []),
  );
}

it.each([
  { after: 'a no', later: null, rows: 0 },
  { after: 'a no that was taken back meanwhile', later: true, rows: 1 },
])('leaves by a call, too, and $after counts when it is received', async ({ later, rows }) => {
  const { store } = place.muster;
  const adAccount = place.sandbox.adAccounts[0]?.id ?? '';
  const receiver = new EventReceiver(place.muster);
  const importing = await holdDatabase();
  await call({ marketing_consent: false }, startMs + 1_000);
  expect(await receiver.receiveWaiting(1, { wait: false })).toBe(0);
  await deliverOptOuts(place.muster, adAccount);
  expect(await anasRows()).toEqual([]);
  if (later !== null) await call({ marketing_consent: later }, startMs + 2_000);
  await importing.end();
  await receiver.receiveWaiting(1, { wait: false });
  expect(await store.query('select from spoken_no')).toEqual([]);
  expect(await store.query(`select consent from profile where external_id = '1'`)).toEqual([
    { consent: later ?? false },
  ]);
  place.clock.nowMs += 3_600_000;
  await sync();
  place.clock.nowMs += 3_600_000;
  await sync();
  expect(await anasRows()).toHaveLength(rows);
});

/** What an import makes of a new e-mail, as far as it matters here. */
const draft = {
  ...{ cells: Buffer.from('what was read of Ana'), sufficiency: 2, wireBytes: 20 },
  keys: ['01234567'],
};

it('deletes somebody before the import is over, and what it had prepared about them', async () => {
  const { store } = place.muster;
  const read = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const [one] = await store.query<{ id: string }>(
    `select id::text from profile where external_id = '1'`,
  );
  const importing = withImport(store, 1, 'people.csv', async (current) => {
    await current.matchRowIds.reserve(1);
    const row = { ...draft, id: current.matchRowIds.next(), profileId: Number(one?.id) };
    await current.stage(
      [
        {
          ...{ sequence: 1, externalId: '1', profileId: Number(one?.id), known: true },
          ...{ consent: null, consentsJson: null },
          change: {
            ...{ fingerprint: '12345678', sufficiency: 2, matchRowIds: [row.id] },
            ...{ identifiersJson: '{}', traitsJson: '{}', unusableJson: null },
          },
        },
      ],
      [row],
    );
    read.resolve();
    await go.promise;
    const traits: [] = [];
    return await current.merge({ mirror: false, consentGiven: false, traits, dryRun: false });
  });
  await read.promise;
  await deleteProfile(place.muster, ana);
  expect(await store.query(`select from profile where external_id = '1'`)).toEqual([]);
  go.resolve();
  expect(await importing).toMatchObject({ created: 0, updated: 0 });
  const left = await store.query(
    `select (select count(*) from match_row where cells = $1) as rows,
       (select count(*) from gone_beside_import) as noted`,
    [draft.cells],
  );
  expect(left).toEqual([{ rows: 0, noted: 0 }]);
  await place.receive('id,email,plan\n1,ana@x.org,gold\n2,bo@x.org,gold\n');
  expect(await store.query(`select count(*) from profile`)).toEqual([{ count: 2 }]);
});

it('is the same for somebody who wants to be forgotten', async () => {
  const importing = await holdProfiles();
  const forgotten = forgetPerson(place.muster, ana);
  await until(async () => (await anasRows()).length === 0);
  await importing.commit();
  expect((await forgotten).audiences).toMatchObject([{ audience: 'gold' }]);
  const { store } = place.muster;
  expect(await store.query(`select from profile where external_id = '1'`)).toEqual([]);
  expect(await store.query('select from spoken_no')).toEqual([]);
});
