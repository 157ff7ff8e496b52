import { type Db, one, type Tx } from './db.ts';
import { changedAnyhow } from './profile-news.ts';

/** What keeps people of a database out of every audience, whatever fills it. */
export interface KeptOut {
  /** A share of everybody is held out. */
  readonly holdOut: boolean;
  /** There is a suppression list. */
  readonly list: boolean;
}

export async function readKeptOut(db: Db, databaseId: number): Promise<KeptOut> {
  return await one<KeptOut>(
    db,
    `select hold_out_below is not null as "holdOut",
       exists (select 1 from suppressed_value s where s.database_id = d.id) as list
     from database d where d.id = $1`,
    [databaseId],
  );
}

/**
 * Whether somebody (p) is held out: SQL, never NULL. MD5 as in the node `sample`, so that the same people are
 * drawn by every release.
 */
export function isHeldOut(database: string): string {
  return `(md5((select hold_out_seed::text from database where id = ${database}) || E'\\n' || p.external_id)
    < coalesce((select hold_out_below from database where id = ${database}), ''))`;
}

/** Whether somebody (p) holds a value of the list, person by person: SQL, never NULL. */
export function isListed(database: string): string {
  return `(exists (select 1 from unnest(p.match_row_ids) r (id)
    join match_row mr on mr.database_id = ${database} and mr.id = r.id
    cross join unnest(mr.keys) k (key)
    join suppressed_value s on s.database_id = ${database} and s.key = k.key))`;
}

/** The same for everybody at once. */
const listedOfAll = (database: string): string => `(p.id in (${listedProfiles(database)}))`;

/** The profiles that hold a value of the list. */
function listedProfiles(database: string, keys = 'true'): string {
  return `select q.id from suppressed_value s
    cross join lateral (select mk.match_row_id from match_key mk
      where mk.key = s.key and mk.database_id = s.database_id offset 0) mk
    join match_row mr on mr.database_id = s.database_id and mr.id = mk.match_row_id
    join profile q on q.database_id = s.database_id and q.id = mr.profile_id
      and mr.id = any(q.match_row_ids)
    where s.database_id = ${database} and ${keys}`;
}

/** Whether somebody (p) is in no audience: SQL, never NULL. `all`: it is asked of many. */
export function isKeptOut(keptOut: KeptOut, database: string, of: 'each' | 'all'): string {
  const reasons = [
    ...(keptOut.holdOut ? [isHeldOut(database)] : []),
    ...(keptOut.list ? [of === 'all' ? listedOfAll(database) : isListed(database)] : []),
  ];
  return reasons.length === 0 ? 'false' : `(${reasons.join(' or ')})`;
}

/**
 * Takes whoever is kept out now out of every audience, at once; call it with the evaluation of them
 * all locked. What Meta was told leaves with the next runs.
 */
export async function dropKeptOut(tx: Tx, databaseId: number): Promise<number> {
  const keptOut = await readKeptOut(tx, databaseId);
  const { left } = await one<{ left: number }>(
    tx,
    `with gone as (
       delete from member m using audience a, profile p
       where a.database_id = $1 and m.audience_id = a.id and p.database_id = $1
         and p.id = m.profile_id and ${isKeptOut(keptOut, '$1', 'all')}
       returning m.audience_id, m.profile_id
     ), departed as (
       insert into departure (audience_id, profile_id, cause, at)
       select audience_id, profile_id, 'hand', (select muster_now()) from gone
       on conflict (audience_id, profile_id) do update set cause = excluded.cause, at = excluded.at
     ), marked as (
       insert into dirty (link_id, profile_id)
       select l.id, g.profile_id from gone g
       join link l on l.audience_id = g.audience_id and l.ended_at is null and not l.compare_all
     ), counted as (
       update audience a set member_count = a.member_count - c.people,
         members_changed_at = muster_now(), synchronized_at = null,
         answers_xid = pg_current_xact_id(), members_untold_xid = pg_current_xact_id()
       from (select audience_id, count(*) as people from gone group by audience_id) c
       where a.id = c.audience_id
     )
     select count(distinct profile_id) as "left" from gone`,
    [databaseId],
  );
  return left;
}

/** Everybody is looked at anew by every audience of the database. */
export async function lookAtEverybody(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    `update audience set feed_position = null
     where database_id = $1 and feed_position is not null and state <> 'deactivated'`,
    [databaseId],
  );
}

/** Numbers of the audiences of a database, in the order in which they are locked. */
export async function audiencesToLock(tx: Tx, databaseId: number): Promise<number[]> {
  const found = await tx.query<{ id: number }>(
    'select id from audience where database_id = $1 order by id',
    [databaseId],
  );
  return found.map(({ id }) => id);
}

/** Plans that were made before are stale. */
export async function outdatePlans(tx: Tx, databaseId: number): Promise<void> {
  await tx.query('update database set source_version = source_version + 1 where id = $1', [
    databaseId,
  ]);
}

export async function setHoldOut(
  tx: Tx,
  databaseId: number,
  share: { readonly percent: number; readonly below: string } | null,
): Promise<void> {
  await tx.query('update database set hold_out_percent = $2, hold_out_below = $3 where id = $1', [
    databaseId,
    share?.percent ?? null,
    share?.below ?? null,
  ]);
}

export interface HoldOutCounts {
  readonly percent: number | null;
  readonly people: number;
  readonly heldOut: number;
}

export async function countHeldOut(db: Db, databaseId: number): Promise<HoldOutCounts> {
  return await one<HoldOutCounts>(
    db,
    `select (select hold_out_percent::float8 from database where id = $1) as percent,
       count(*) as people, count(*) filter (where ${isHeldOut('$1')}) as "heldOut"
     from profile p where p.database_id = $1`,
    [databaseId],
  );
}

/** An identifying value: its key as in match_key, as a decimal bigint. */
export interface SuppressedValue {
  readonly key: string;
  readonly kind: 'EXTERN_ID' | 'EMAIL' | 'PHONE';
}

/** @returns how many were not on the list. */
export async function addSuppressed(
  tx: Tx,
  databaseId: number,
  values: readonly SuppressedValue[],
): Promise<number> {
  const added = await tx.query(
    `insert into suppressed_value (database_id, key, kind, at)
     select distinct on (x.key) $1::integer, x.key, x.kind, muster_now()
     from unnest($2::bigint[], $3::text[]) x (key, kind) on conflict do nothing returning 1`,
    [databaseId, values.map(({ key }) => key), values.map(({ kind }) => kind)],
  );
  return added.length;
}

/**
 * Takes values off the list; whoever holds one is looked at again.
 * @returns how many were on it.
 */
export async function removeSuppressed(
  tx: Tx,
  databaseId: number,
  keys: readonly string[],
): Promise<number> {
  await tx.query(
    `update profile p set ${changedAnyhow}
     where p.database_id = $1 and p.id in (${listedProfiles('$1', 's.key = any($2::bigint[])')})`,
    [databaseId, keys],
  );
  const removed = await tx.query(
    'delete from suppressed_value where database_id = $1 and key = any($2::bigint[]) returning 1',
    [databaseId, keys],
  );
  return removed.length;
}

export interface SuppressedCounts {
  /** Values on the list, by kind. */
  readonly values: Readonly<Record<string, number>>;
  /** People who hold one of them now. */
  readonly people: number;
}

export async function countSuppressed(db: Db, databaseId: number): Promise<SuppressedCounts> {
  return await one<SuppressedCounts>(
    db,
    `select (select coalesce(jsonb_object_agg(kind, number), '{}') from (
         select kind, count(*) as number from suppressed_value
         where database_id = $1 group by kind) k) as values,
       (select count(distinct l.id) from (${listedProfiles('$1')}) l) as people`,
    [databaseId],
  );
}
