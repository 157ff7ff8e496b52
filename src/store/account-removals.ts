import { toBigints } from './bigints.ts';
import { type Db, one, type Tx } from './db.ts';
import type { Outcome, SendTimes } from './operations.ts';
import { lockAlone } from './suppressions.ts';

/** A removal from every audience of an ad account, for one erasure. */
export interface AccountRemoval {
  readonly id: number;
  readonly databaseId: number;
  readonly matchRowIds: readonly number[];
}

export async function accountRemovalsDue(db: Db, adAccount: string): Promise<AccountRemoval[]> {
  const due = await db.query<{ id: number; databaseId: number; ids: string[] }>(
    `select a.id, e.database_id as "databaseId", e.match_row_ids::text[] as ids
     from account_removal a join erasure e on e.id = a.erasure_id
     where a.ad_account = $1 and a.done_at is null and a.next_at <= muster_now() order by a.id`,
    [adAccount],
  );
  return due.map(({ ids, ...removal }) => ({ ...removal, matchRowIds: ids.map(Number) }));
}

/** Whether the External IDs of an ad account mean people of one database only. */
export async function hasOneDatabase(db: Db, adAccount: string): Promise<boolean> {
  const { databases } = await one<{ databases: number }>(
    db,
    `select count(distinct database_id) as databases from (
       select database_id from integration where ad_account = $1
       union select database_id from link where ad_account = $1) x`,
    [adAccount],
  );
  return databases <= 1;
}

/** Rows, link by link, whose window a request to a whole account made longer; parallel lists. */
export interface RaisedAcross {
  readonly linkIds: readonly number[];
  readonly ids: readonly number[];
  readonly before: readonly (string | null)[];
  /** Until when it was assumed to last, as Postgres writes it. */
  readonly assumed: string;
}

/**
 * TX-send of a request to a whole account: whoever is told anywhere in it and holds one of the rows'
 * values becomes unknown until it has settled. Gives the rows, packed, with their values.
 */
export async function beginAccountRemoval(
  tx: Tx,
  place: { readonly adAccount: string; readonly databaseId: number },
  matchRowIds: readonly number[],
  times: SendTimes,
): Promise<{ cells: Buffer[]; keys: string[][]; raised: RaisedAcross }> {
  await lockAlone(tx, place.databaseId);
  const ids = toBigints(matchRowIds);
  const seconds = (times.requestTimeoutMs + times.settleMs) / 1000;
  const raised = await one<RaisedAcross>(
    tx,
    `with near as (
       select distinct l.id as link_id, l.database_id, other.id, other.profile_id
       from match_row own cross join unnest(own.keys) k (key)
       cross join lateral (
         select mk.match_row_id from match_key mk where mk.key = k.key offset 0) mk
       join link l on l.ad_account = $3 and l.ended_at is null and l.gone_at is null
       cross join lateral (select mr.id, mr.profile_id from match_row mr
         where mr.database_id = l.database_id and mr.id = mk.match_row_id offset 0) other
       where own.database_id = $1 and own.id = any($2) and other.id <> all($2)
     ), told as (
       select n.*, s.remove_until as before from near n
       cross join lateral (select s.state, s.remove_until from ledger_state s
         where s.link_id = n.link_id and s.match_row_id = n.id offset 0) s
       where s.state in ('in', 'unknown')
     ), raised as (
       update ledger l set remove_until = greatest(l.remove_until,
         muster_now() + make_interval(secs => $4))
       from told t where l.link_id = t.link_id and l.match_row_id = t.id
     ), marked as (
       insert into dirty (link_id, profile_id) select distinct link_id, profile_id from told
     )
     select coalesce(array_agg(link_id order by link_id, id), '{}') as "linkIds",
       coalesce(array_agg(id::float8 order by link_id, id), '{}') as ids,
       coalesce(array_agg(before::text order by link_id, id), '{}') as before,
       (muster_now() + make_interval(secs => $4))::text as assumed
     from told`,
    [place.databaseId, ids, place.adAccount, seconds],
  );
  const rows = await tx.query<{ cells: Buffer; keys: string[] }>(
    `select cells, keys::text[] as keys from match_row
     where database_id = $1 and id = any($2) order by id`,
    [place.databaseId, ids],
  );
  return { cells: rows.map(({ cells }) => cells), keys: rows.map(({ keys }) => keys), raised };
}

export async function markAccountRemovalSent(
  tx: Tx,
  id: number,
  sessionId: string,
  times: SendTimes,
): Promise<void> {
  await tx.query(
    `update account_removal set session_id = $2, sent_at = muster_now(), tries = tries + 1,
       settles_at = muster_now() + make_interval(secs => $3) where id = $1`,
    [id, sessionId, (times.requestTimeoutMs + times.settleMs) / 1000],
  );
}

/** Refused and uncertain ones are tried again, after longer and longer pauses. */
export async function answerAccountRemoval(
  tx: Tx,
  id: number,
  outcome: Outcome,
  refusal: object | null,
  settled: { readonly raised: RaisedAcross; readonly settleMs: number } | null,
): Promise<void> {
  if (settled !== null) await lowerAcross(tx, settled, outcome);
  await tx.query(
    `update account_removal set refusal = $3,
       done_at = case when $2 = 'clean' then muster_now() end,
       settles_at = case when $2 = 'clean' and $4::float8 is not null
         then muster_now() + make_interval(secs => $4) else settles_at end,
       next_at = muster_now() + make_interval(secs =>
         least(6 * 3600, (case when $3::jsonb is null then 1 else 60 end)
           * power(2, least(greatest(tries, 1) - 1, 20))))
     where id = $1`,
    [
      id,
      outcome,
      refusal === null ? null : JSON.stringify(refusal),
      settled === null ? null : settled.settleMs / 1000,
    ],
  );
}

/** The longest wait was assumed when the request left; now the real one is known, or none. */
async function lowerAcross(
  tx: Tx,
  { raised, settleMs }: { readonly raised: RaisedAcross; readonly settleMs: number },
  outcome: Outcome,
): Promise<void> {
  await tx.query(
    `update ledger l set remove_until = greatest(x.before,
       case when $5 <> 'refused' then muster_now() + make_interval(secs => $6) end)
     from unnest($1::integer[], $2::bigint[], $3::timestamptz[]) x (link_id, id, before)
     where l.link_id = x.link_id and l.match_row_id = x.id and l.remove_until = $4::timestamptz`,
    [raised.linkIds, raised.ids, raised.before, raised.assumed, outcome, settleMs / 1000],
  );
  await tx.query(
    `insert into dirty (link_id, profile_id)
     select distinct x.link_id, mr.profile_id
     from unnest($1::integer[], $2::bigint[]) x (link_id, id)
     join link l on l.id = x.link_id
     join match_row mr on mr.database_id = l.database_id and mr.id = x.id`,
    [raised.linkIds, raised.ids],
  );
}
