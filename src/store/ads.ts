import type { Db, Store } from './db.ts';

/** What is known of the ads that name an audience. */
export interface AdsOfAudience {
  /** Null: never read. */
  readonly readAt: Date | null;
  readonly currency: string | null;
  /** Why it is not known, or no longer; null where it is. */
  readonly refusal: string | null;
  readonly adSets: readonly AdSetUse[];
}

export interface AdSetUse {
  readonly id: string;
  readonly name: string;
  readonly status: string | null;
  /** Its people are kept out of the ads. */
  readonly excluded: boolean;
}

/** What ads that name an audience did in some days; an ad set that names several counts for each. */
interface AdFigures {
  readonly audienceId: string;
  readonly audience: string;
  readonly impressions: number;
  /** In the account's currency. */
  readonly spend: number;
  readonly purchases: number;
  readonly currency: string | null;
  readonly readAt: Date;
}

interface DayOfAds {
  readonly day: string;
  readonly impressions: number;
  readonly spend: string;
  readonly purchases: number;
}

/**
 * Whether Meta may be asked now: not within so long of the last time. The one that is told yes is noted as
 * having asked, so that two who look at the same moment ask once.
 */
export async function claimAdReading(
  db: Db,
  audienceId: number,
  everyMs: number,
): Promise<boolean> {
  const claimed = await db.query(
    `insert into ad_reading as r (audience_id, asked_at) values ($1, muster_now())
     on conflict (audience_id) do update set asked_at = excluded.asked_at
       where r.asked_at <= muster_now() - make_interval(secs => $2)
     returning 1`,
    [audienceId, everyMs / 1000],
  );
  return claimed.length > 0;
}

/** Replaces what was known: the ad sets as they are, and the days that were read. */
export async function storeAds(
  store: Store,
  audienceId: number,
  read: {
    readonly currency: string | null;
    readonly adSets: readonly AdSetUse[];
    readonly days: readonly DayOfAds[];
  },
): Promise<void> {
  await store.tx(async (tx) => {
    await tx.query(
      `update ad_reading set read_at = muster_now(), currency = $2, refusal = null
       where audience_id = $1`,
      [audienceId, read.currency],
    );
    await tx.query('delete from ad_set_use where audience_id = $1', [audienceId]);
    await tx.query(
      `insert into ad_set_use (audience_id, ad_set_id, name, status, excluded)
       select $1, u.id, u.name, u.status, u.excluded
       from jsonb_to_recordset($2::jsonb) u (id text, name text, status text, excluded boolean)`,
      [audienceId, JSON.stringify(read.adSets)],
    );
    await tx.query(
      `insert into ad_day (audience_id, day, impressions, spend, purchases)
       select $1, d.day, d.impressions, d.spend, d.purchases
       from jsonb_to_recordset($2::jsonb) d (day date, impressions bigint, spend numeric, purchases bigint)
       on conflict (audience_id, day) do update set impressions = excluded.impressions,
         spend = excluded.spend, purchases = excluded.purchases`,
      [audienceId, JSON.stringify(read.days)],
    );
  });
}

/** Meta did not tell. What it told before stays, with the time that it is of. */
export async function noteAdRefusal(db: Db, audienceId: number, refusal: string): Promise<void> {
  await db.query('update ad_reading set refusal = $2 where audience_id = $1', [
    audienceId,
    refusal,
  ]);
}

export async function readAdsOf(db: Db, audienceId: number): Promise<AdsOfAudience> {
  const [reading] = await db.query<Omit<AdsOfAudience, 'adSets'>>(
    `select read_at as "readAt", currency, refusal from ad_reading where audience_id = $1`,
    [audienceId],
  );
  const adSets = await db.query<AdSetUse>(
    `select ad_set_id as id, name, status, excluded from ad_set_use where audience_id = $1
     order by excluded, name, ad_set_id`,
    [audienceId],
  );
  return { ...(reading ?? { readAt: null, currency: null, refusal: null }), adSets };
}

/** Of every audience whose ads were ever read, in the last days; the most spent first. */
export async function adFigures(
  db: Db,
  wish: {
    readonly audienceId: number | null;
    readonly databaseIds: readonly number[] | null;
    readonly days: number;
  },
): Promise<AdFigures[]> {
  return await db.query<AdFigures>(
    `select a.id::text as "audienceId", a.name as audience, r.currency, r.read_at as "readAt",
       coalesce(sum(d.impressions), 0)::bigint as impressions,
       coalesce(sum(d.spend), 0)::float8 as spend, coalesce(sum(d.purchases), 0)::bigint as purchases
     from ad_reading r join audience a on a.id = r.audience_id
     left join ad_day d on d.audience_id = a.id
       and d.day > (muster_now() at time zone 'UTC')::date - $3::integer
     where r.read_at is not null and ($1::integer is null or a.id = $1)
       and ($2::integer[] is null or a.database_id = any($2))
     group by a.id, a.name, r.currency, r.read_at order by spend desc, a.name`,
    [wish.audienceId, wish.databaseIds, wish.days],
  );
}
