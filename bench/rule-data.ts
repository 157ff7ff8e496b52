import type { Store, Tx } from '#store/db.ts';

/** How the people and events of the rules bench are spread. */
export interface RuleDataSize {
  readonly people: number;
  readonly events: number;
}

/** A number from 0 to 1 that is as good as drawn, and the same in every run. */
const drawn = (i: string, seed: number): string =>
  `((hashint8extended(${i}, ${seed}) & 1048575)::float8 / 1048575)`;
const among = (values: readonly string[], i: string, seed: number): string =>
  `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + floor(${drawn(i, seed)} * ${values.length - 0.001})::int]`;
const dayBack = (days: number, i: string, seed: number): string =>
  `to_char(muster_now() - ${drawn(i, seed)} * ${days} * interval '1 day', 'YYYY-MM-DD')`;

/**
 * People with eleven traits and two identifiers, and what they did in a year: some do much and most
 * little, in the order of time, so the events of one person lie all over the table. Written by SQL,
 * because it is not the way in that is measured.
 */
export async function fillRuleData(
  store: Store,
  { people, events }: RuleDataSize,
  log: (text: string) => void,
): Promise<void> {
  await withoutIndexes(store, ['profile'], async (tx) => {
    await tx.query(
      `insert into profile (database_id, id, bucket, external_id, consent, sufficiency, fingerprint,
         changed_xid, match_row_ids, identifiers, traits)
       select 1, i, bucket_of(i), 'C' || i, case when i % 20 = 0 then false when i % 3 = 0 then true end,
         case when i % 10 = 0 then 1 else 2 end, i, pg_current_xact_id(), array[i],
         jsonb_build_object('email', 'user.' || i || '@example.com',
           'phone', '+4915' || 100000000 + i),
         jsonb_strip_nulls(jsonb_build_object(
           'plan', ${among(['gold', 'silver', 'free', 'free', 'trial'], 'i', 1)},
           'language', ${among(['de', 'en', 'fr', 'es'], 'i', 2)},
           'city', ${among(['Berlin', 'Wien', 'Paris', 'Madrid', 'Roma', 'Lyon', 'Graz'], 'i', 3)},
           'total_spent', to_char(${drawn('i', 4)} * 1000, 'FM9990.00'),
           'orders', floor(${drawn('i', 5)} * 40)::int::text,
           'signup', ${dayBack(1500, 'i', 6)},
           'last_order', case when i % 4 > 0 then ${dayBack(500, 'i', 7)} end,
           'birthday', ${dayBack(20000, 'i', 8)},
           'newsletter', ${among(['yes', 'no'], 'i', 9)},
           'score', floor(${drawn('i', 10)} * 100)::int::text,
           'interests', jsonb_build_array(${among(['sport', 'music', 'food'], 'i', 11)},
             ${among(['travel', 'books', 'games'], 'i', 12)})))
       from generate_series(1, ${people}::bigint) i`,
    );
  });
  await store.query(
    `insert into trait (database_id, name, type, is_list)
     select 1, n, 'text', n = 'interests' from unnest('{plan,language,city,total_spent,orders,signup,
       last_order,birthday,newsletter,score,interests}'::text[]) n on conflict do nothing`,
  );
  log(`${people} people`);
  await withoutIndexes(store, ['event', 'event_summary'], async (tx) => {
    const who = `1 + floor(power(${drawn('i', 20)}, 3) * ${people - 1})::bigint`;
    await tx.query(
      `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id,
         identity_id, changed_xid, properties)
       select 1, x.who, bucket_of(x.who), x.name, x.at, x.at, 'm-' || i, x.who, pg_current_xact_id(),
         jsonb_build_object('sku', 'S' || i % 5000, 'category', ${among(['shoes', 'shirts', 'bags'], 'i', 21)},
           'total', round((${drawn('i', 22)} * 200)::numeric, 2))
       from (select i, ${who} as who,
           ${among([...Array<string>(12).fill('Product Viewed'), ...Array<string>(4).fill('page'), ...Array<string>(3).fill('Product Added'), 'Order Completed'], 'i', 23)} as name,
           muster_now - (1 - i::float8 / ${events}) * interval '365 days' as at
         from generate_series(1, ${events}::bigint) i, muster_now()) x`,
    );
    log(`${events} events`);
    await tx.query(`set local work_mem = '1GB'`);
    await tx.query(
      `insert into event_summary select 1, profile_id, bucket_of(profile_id), name, min(at), max(at),
         count(*) from event group by profile_id, name`,
    );
  });
  await store.query('vacuum (analyze) profile, event, event_summary');
  log('indexed and analysed');
}

/** Fills tables that have no index meanwhile, so that it takes minutes and not hours. */
async function withoutIndexes(
  store: Store,
  tables: readonly string[],
  fill: (tx: Tx) => Promise<void>,
): Promise<void> {
  await store.tx(async (tx) => {
    await tx.query(`set local maintenance_work_mem = '1GB'`);
    await tx.query('set local session_replication_role = replica');
    const indexes = await tx.query<{ name: string; made: string; key: string | null; of: string }>(
      `select i.indexname as name, i.indexdef as made, i.tablename as of, pg_get_constraintdef(c.oid) as key
       from pg_indexes i left join pg_constraint c on c.conname = i.indexname and c.contype = 'p'
         and c.conrelid = i.tablename::regclass
       where i.tablename = any($1)`,
      [tables],
    );
    await tx.query(`truncate ${tables.join(', ')}`);
    for (const { name, of, key } of indexes) {
      await tx.query(
        key === null ? `drop index ${name}` : `alter table ${of} drop constraint ${name}`,
      );
    }
    await fill(tx);
    for (const { name, made, of, key } of indexes) {
      await tx.query(key === null ? made : `alter table ${of} add constraint ${name} ${key}`);
    }
  });
}
