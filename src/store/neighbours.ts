import { fromBigints, toBigints } from './bigints.ts';
import { one, type Tx } from './db.ts';

/**
 * A removal may take rows along that it does not name: those of the same person, and those that hold
 * one of its keys (protocol.md §5). Wanted or not: whoever is not wanted now may be again tomorrow.
 */

/** Rows whose window a removal made longer, and how long it was before; parallel lists. */
export interface Raised {
  readonly ids: readonly number[];
  /** As Postgres writes a moment; null: nothing could land. */
  readonly before: readonly (string | null)[];
}

/** The match rows by an identifying value or by a person; `row` has `keys` and `profile_id`. */
function rowsNear(row: string, database: string): string {
  return `select mk.match_row_id as id from unnest(${row}.keys) k (key)
    cross join lateral (
      select mk.match_row_id from match_key mk where mk.key = k.key offset 0) mk
    union all
    select mr.id from match_row mr
    where mr.database_id = ${database} and mr.profile_id = ${row}.profile_id`;
}

/**
 * Until the operation settles nobody knows whether Meta still has the rows near those in `leaving`
 * that it takes. Marks their people, so that the wanted ones are said again.
 */
export async function raiseNeighbours(
  tx: Tx,
  { linkId, databaseId }: { linkId: number; databaseId: number },
  operationId: number,
  /** The rows whose values the removal carries, and those of them that it takes out of the ledger. */
  { carried, taken }: { carried: readonly number[]; taken: readonly number[] },
): Promise<Raised> {
  const { ids, before } = await one<{ ids: string; before: (string | null)[] }>(
    tx,
    `with near as materialized (
       select distinct n.id from leaving g
       cross join lateral (${rowsNear('g', '$4')}) n
       where g.id = any($3) and n.id <> all($5)
     ), told as materialized (
       select n.id, s.remove_until from near n
       cross join lateral (select s.state, s.remove_until from ledger_state s
         where s.link_id = $1 and s.match_row_id = n.id offset 0) s
       where s.state in ('in', 'unknown')
     ), raised as (
       update ledger l set remove_until = greatest(l.remove_until,
         (select o.settles_at from operation o where o.id = $2))
       where l.link_id = $1 and l.match_row_id = any(array(select t.id from told t))
     ), marked as (
       insert into dirty (link_id, profile_id)
       select distinct $1::integer, mr.profile_id from told t
       cross join lateral (select mr.profile_id from match_row mr
         where mr.database_id = $4 and mr.id = t.id offset 0) mr
     )
     select coalesce(array_agg(id order by id), '{}')::text as ids,
       coalesce(array_agg(remove_until::text order by id), '{}') as before
     from told`,
    [linkId, operationId, toBigints(carried), databaseId, toBigints(taken)],
  );
  return { ids: fromBigints(ids), before };
}

/** A removal has left that may still land; $1 is the link. False in every first load. */
export const isRemovalUnderWay = `(exists (
    select 1 from operation o where o.link_id = $1 and o.kind = 'remove' and not o.covered
      and o.outcome is distinct from 'refused' and o.settles_at > muster_now())
  or exists (select 1 from account_removal a join link l on l.ad_account = a.ad_account
    where l.id = $1 and a.settles_at > muster_now()))`;

/** Until when a removal that has left already may still take the row `w` along; null if none can. */
export function removalMayLandUntil(link: string, database: string): string {
  return `(
    select max(t.until) from (${rowsNear('w', database)}) n
    cross join lateral (
      select greatest(l.remove_until, case when o.kind = 'remove' and not o.covered
        and o.outcome is distinct from 'refused' then o.settles_at end) as until
      from ledger l left join operation o on o.id = l.op_id
      where l.link_id = ${link} and l.match_row_id = n.id offset 0) t
    where n.id <> w.id and t.until > muster_now())`;
}

/** The longest wait was assumed when the request left; now the real one is known, or none. */
export async function lowerNeighbours(
  tx: Tx,
  linkId: number,
  raised: Raised,
  assumed: string,
  settles: string | null,
): Promise<void> {
  if (raised.ids.length === 0) return;
  await tx.query(
    `update ledger l set remove_until = greatest(x.before, $5::timestamptz)
     from unnest($2::bigint[], $3::timestamptz[]) x (id, before)
     where l.link_id = $1 and l.match_row_id = any($2) and l.match_row_id = x.id
       and l.remove_until = $4::timestamptz`,
    [linkId, raised.ids, raised.before, assumed, settles],
  );
}
