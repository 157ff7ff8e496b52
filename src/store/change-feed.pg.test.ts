import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { changedAudiences } from './change-feed.ts';
import { openStore, type Store } from './db.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  await store.query(
    `insert into profile (database_id, id, bucket, external_id, sufficiency, fingerprint,
       changed_xid, match_row_ids, identifiers, traits)
     select 1, i, 0, 'p' || i, 2, 0, pg_current_xact_id(), '{}', '{}', '{}'
     from generate_series(1, 3000) i`,
  );
  await store.query(
    `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id,
       identity_id, properties)
     select 1, i % 3000 + 1, 0, 'Order', muster_now(), muster_now(), '', 0, '{}'
     from generate_series(1, 20000) i`,
  );
  await store.query(
    `insert into recheck (audience_id, profile_id, at)
     select a, i, muster_now() + interval '1 day' from generate_series(1, 3) a, generate_series(1, 3000) i`,
  );
  await store.query(
    `insert into audience (database_id, name, rule, rule_version, reads_event_names, feed_position,
       feed_restore_epoch)
     select 1, 'audience ' || i, '{}', '', '{View,Order}', pg_current_snapshot(), 1 from generate_series(1, 3) i`,
  );
  await store.query('vacuum (analyze) profile, event, recheck');
}, 60_000);
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

/** How often the large tables were read from their start in one look. */
async function wholeReads(): Promise<{ awake: number; reads: number }> {
  return await store.tx(async (tx) => {
    const awake = await changedAudiences(tx, { databaseId: 1, atOnce: null });
    const [seen] = await tx.query<{ reads: number }>(
      `select sum(seq_scan)::integer as reads from pg_stat_xact_user_tables
       where relname in ('profile', 'event', 'recheck')`,
    );
    return { awake: awake.length, reads: seen?.reads ?? Number.NaN };
  });
}

it('finds out that nothing has changed, and what has, without reading what has not', async () => {
  expect(await wholeReads()).toEqual({ awake: 0, reads: 0 });
  await store.query(
    `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id,
       identity_id, properties) values (1, 7, 0, 'Order', muster_now(), muster_now(), '', 0, '{}')`,
  );
  expect(await wholeReads()).toEqual({ awake: 3, reads: 0 });
  await store.query(
    `update audience set feed_position = pg_current_snapshot(), reads_event_names = '{View}'`,
  );
  await store.query(
    `update recheck set at = muster_now() where audience_id = 2 and profile_id = 5`,
  );
  expect(await wholeReads()).toEqual({ awake: 1, reads: 0 });
});
