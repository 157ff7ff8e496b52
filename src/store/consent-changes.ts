import { type Db, one, type Tx } from './db.ts';
import { mayBeThere } from './difference.ts';
import { isSuppressed, lockAlone } from './suppressions.ts';

/**
 * Works out what follows from every "no" that came, went or holds other values than before: which
 * values are suppressed, who has to leave which audience, and who gets values back. It looks at what
 * is, not at what happened, so the same again changes nothing.
 * @param lifted Values that whoever calls has just let go of.
 */
export async function settleConsents(
  tx: Tx,
  databaseId: number,
  lifted: readonly LiftedKey[] = [],
): Promise<void> {
  await lockAlone(tx, databaseId);
  await tx.query('create temp table turned (id bigint) on commit drop');
  const turned = await tx.query(
    `with taken as (delete from consent_change where database_id = $1 returning profile_id)
     insert into turned select distinct profile_id from taken returning 1`,
    [databaseId],
  );
  await beginKeyChange(tx);
  if (turned.length > 0) {
    await tx.query('analyze turned');
    await suppressConsents(tx, databaseId);
    await liftConsents(tx, databaseId);
  }
  await letGo(tx, databaseId, lifted);
  await followKeys(tx, databaseId, null);
  await tx.query('drop table turned');
}

/** A value, as a decimal bigint, and for which category ('' is all) it is free again. */
export interface LiftedKey {
  readonly key: string;
  readonly category: string;
}

/** Consents that nobody has worked out yet, of any database; one look when there are none. */
export async function databasesToSettle(db: Db, adAccount: string): Promise<number[]> {
  const found = await db.query<{ id: number }>(
    `select distinct i.database_id as id from integration i
     where i.ad_account = $1
       and exists (select 1 from consent_change c where c.database_id = i.database_id)`,
    [adAccount],
  );
  return found.map(({ id }) => id);
}

/**
 * What changes hands: a value, for which category ('' is all), and whether it is suppressed from now
 * on or free again.
 */
export async function beginKeyChange(tx: Tx): Promise<void> {
  await tx.query(
    `create temp table key_change (key bigint not null, category text not null,
       suppressed boolean not null, primary key (key, category)) on commit drop`,
  );
}

/** Values of those who say "no" now, for what they say it to. */
async function suppressConsents(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    `with said as (
       select distinct k.key, r.category from turned t
       join profile p on p.database_id = $1 and p.id = t.id
       cross join lateral refusals(p.consent, p.consents) r (category)
       cross join unnest(p.match_row_ids) m (id)
       join match_row mr on mr.database_id = $1 and mr.id = m.id
       cross join unnest(mr.keys) k (key)
     ), made as (
       insert into suppression (database_id, key, reason, category, at)
       select $1, key, 'consent', category, (select muster_now()) from said
       on conflict do nothing returning key, category
     )
     insert into key_change select key, category, true from made`,
    [databaseId],
  );
}

/** Values that somebody held who said "no", and that nobody who says "no" holds any more. */
async function liftConsents(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    `with candidate as (
       select distinct k.key from turned t
       cross join lateral (select mr.keys from match_row mr
         where mr.database_id = $1 and mr.profile_id = t.id offset 0) mr
       cross join unnest(mr.keys) k (key)
     ), gone as (
       delete from suppression s using candidate c
       where s.database_id = $1 and s.key = c.key and s.reason = 'consent'
         and not exists (
           select 1 from (select mk.match_row_id from match_key mk where mk.key = c.key offset 0) mk
           cross join lateral (select mr.profile_id from match_row mr
             where mr.database_id = $1 and mr.id = mk.match_row_id offset 0) mr
           join profile p on p.database_id = $1 and p.id = mr.profile_id
             and s.category in (select refusals(p.consent, p.consents))
             and mk.match_row_id = any(p.match_row_ids))
       returning s.key, s.category
     )
     insert into key_change select distinct key, category, false from gone on conflict do nothing`,
    [databaseId],
  );
}

/** Of values that one reason let go of, those that no other reason holds. */
async function letGo(tx: Tx, databaseId: number, lifted: readonly LiftedKey[]): Promise<void> {
  await tx.query(
    `insert into key_change
     select distinct k.key, k.category, false from unnest($1::bigint[], $2::text[]) k (key, category)
     on conflict do nothing`,
    [lifted.map(({ key }) => key), lifted.map(({ category }) => category)],
  );
  const itself = `jsonb_build_object('required', jsonb_build_object(c.category, true))`;
  await tx.query(
    `delete from key_change c where not c.suppressed and ${isSuppressed('c.key', '$1', itself)}`,
    [databaseId],
  );
}

/**
 * Carries a change of values to the links. Rows that were told with a suppressed value have to leave
 * by it: they go into the lane, their neighbours and sharers too. Rows that get a value back are said
 * again. Their people are looked at by the next plan. `key_change` is done with then.
 */
export async function followKeys(
  tx: Tx,
  databaseId: number,
  erasureId: number | null,
): Promise<void> {
  const { some } = await one<{ some: boolean }>(
    tx,
    `select exists (select 1 from key_change)
       and exists (select 1 from link where database_id = $1) as some`,
    [databaseId],
  );
  if (some) {
    await tx.query('analyze key_change');
    await findTouched(tx, databaseId);
    await openEntries(tx, databaseId, erasureId);
    await sayAgain(tx, databaseId);
    await tx.query('drop table touched');
  }
  await tx.query('drop table key_change');
}

async function findTouched(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    'create temp table touched (id bigint, profile_id bigint, category text, suppressed boolean)',
  );
  await tx.query(
    `insert into touched
     select mr.id, mr.profile_id, c.category, bool_or(c.suppressed)
     from key_change c
     cross join lateral (
       select mk.match_row_id from match_key mk where mk.key = c.key offset 0) mk
     cross join lateral (select mr.id, mr.profile_id from match_row mr
       where mr.database_id = $1 and mr.id = mk.match_row_id offset 0) mr
     group by 1, 2, 3`,
    [databaseId],
  );
  await tx.query('analyze touched');
}

/** Whether a change of values counts for a link: it is to everything, or the category is asked for. */
function concerns(change: string, link: string): string {
  return `(${change}.category = '' or exists (select 1 from audience a
    join integration i on i.id = a.integration_id
    where a.id = ${link}.audience_id and ${change}.category = any(i.required_consents)))`;
}

async function openEntries(tx: Tx, databaseId: number, erasureId: number | null): Promise<void> {
  await tx.query(
    `insert into opt_out (link_id, match_row_id, erasure_id, opened_at, add_until, next_at)
     select distinct l.id, t.id, $2::bigint, n.now, nullif(greatest(n.now, s.add_until,
         case when s.kind = 'add' and s.outcome is distinct from 'refused' then s.settles_at end),
         n.now), n.now
     from (select muster_now() as now) n, touched t
     join link l on l.database_id = $1 and l.gone_at is null and ${concerns('t', 'l')}
     cross join lateral (select * from ledger_state s
       where s.link_id = l.id and s.match_row_id = t.id offset 0) s
     where t.suppressed and ${mayBeThere('s')}
     on conflict (link_id, match_row_id) where done_at is null do update set
       erasure_id = coalesce(opt_out.erasure_id, excluded.erasure_id),
       add_until = greatest(opt_out.add_until, excluded.add_until), next_at = excluded.next_at`,
    [databaseId, erasureId],
  );
}

/** Whoever has a value back was told without it, so what was told counts no longer. */
async function sayAgain(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    `update ledger l set remove_until = greatest(l.remove_until,
       muster_now() + interval '1 microsecond')
     from touched t, link k
     where not t.suppressed and k.database_id = $1 and l.link_id = k.id and ${concerns('t', 'k')}
       and l.match_row_id = t.id and exists (select 1 from ledger_state s
         where s.link_id = l.link_id and s.match_row_id = l.match_row_id
           and s.state in ('in', 'unknown'))`,
    [databaseId],
  );
  await tx.query(
    `insert into dirty (link_id, profile_id)
     select distinct k.id, t.profile_id from touched t
     join link k on k.database_id = $1 and k.ended_at is null and not k.compare_all
       and ${concerns('t', 'k')}`,
    [databaseId],
  );
}
