import type { ConsentRule } from '#domain/consent.ts';
import { countsUnder, mayBeSent, ruleParam } from './consent-rule.ts';
import { toBigints } from './bigints.ts';
import { type Db, one, type Tx } from './db.ts';
import { andHasValue } from './lookalike-values.ts';
import { isSuppressed, isWithheld, type SuppressionScope } from './suppressions.ts';

/** Whom to compare, and by which rules a row may be sent. */
export interface DifferenceScope {
  /** Null: not linked yet, nothing was told. */
  readonly linkId: number | null;
  readonly audienceId: number;
  readonly databaseId: number;
  readonly consentRule: ConsentRule;
  /** 2: enough to match; 1: External ID alone will do. */
  readonly sufficiencyMin: 1 | 2;
  /** Compare everybody instead of the dirty profiles. */
  readonly everybody: boolean;
  /** Its rows carry LOOKALIKE_VALUE, and who has none is held back (decision 46). */
  readonly valueBased: boolean;
  /** Some values must not be sent: who holds them is looked at more closely (protocol.md §5). */
  readonly suppressing: boolean;
}

/** $1 link, $2 audience, $3 database, $4 consent rule, $5 sufficiency. */
export function scopeParams(scope: DifferenceScope): unknown[] {
  return [
    scope.linkId,
    scope.audienceId,
    scope.databaseId,
    ruleParam(scope.consentRule),
    scope.sufficiencyMin,
  ];
}

/** What a row has to be like for an audience, whoever belongs to it. */
type RowTerms = Pick<DifferenceScope, 'suppressing' | 'valueBased'>;
/** Where the statements of a scope have what decides about suppressed values. */
export const scopeSuppression: SuppressionScope = {
  ...{ database: '$3', rule: '$4', sufficiency: '$5' },
};

/**
 * A match row (alias mr) that Meta should have: the profile names it, is a member, has not said no,
 * and what of the row may be sent is enough to match by. `offset 0` keeps each step a look-up by key:
 * the planner must not turn ten thousand of them into a pass over everybody, whatever it believes of
 * the tables.
 */
export function wantedRow(terms: RowTerms): string {
  return `exists (
  select 1 from (
    select p.id, p.consent, p.consents from profile p
    where p.database_id = $3 and p.id = mr.profile_id and mr.id = any(p.match_row_ids) offset 0) p
  cross join lateral (
    select 1 from member m where m.audience_id = $2 and m.profile_id = p.id offset 0) m
  where ${mayBeSent('p', '$4')} and mr.sufficiency >= $5 ${andHasValue(terms, 'mr.cells')}
    ${terms.suppressing ? `and not ${isWithheld('mr', scopeSuppression)}` : ''})`;
}

/** What Meta was told of one row, null if nothing: a look-up, never a join. */
export function toldState(link: string, row: string): string {
  return `(select s.state from ledger_state s where s.link_id = ${link} and s.match_row_id = ${row})`;
}

/**
 * Meta may have the row (an alias of ledger_state). One that it refused may be there from before: it
 * was, and only saying it again was refused.
 */
export function mayBeThere(row: string): string {
  return `(${row}.state in ('in', 'unknown') or ${row}.state = 'rejected' and ${row}.base <> 0
    and not (${row}.kind = 'remove' and ${row}.outcome = 'clean'))`;
}

/** The match rows by an id that a subquery x has. */
export const rowById = `lateral (
  select mr.id, mr.profile_id, mr.sufficiency, mr.keys, mr.cells from match_row mr
  where mr.database_id = $3 and mr.id = x.id offset 0) mr`;

/** The wanted rows (alias mr) that hold the identifying value `key`; of a suppressed one nobody does. */
export function wantedHolders(key: string, scope: RowTerms): string {
  return `(select mk.match_row_id as id from match_key mk where mk.key = ${key} offset 0) x
    cross join ${rowById} where ${wantedRow(scope)}
      ${scope.suppressing ? `and not ${isSuppressed(key, '$3', '$4')}` : ''}`;
}

/**
 * The identifying values of row `leaving` that no other wanted row holds: what a removal may carry
 * (protocol.md §5).
 */
function freeKeys(scope: DifferenceScope): string {
  return `array(
  select k.key from unnest(leaving.keys) with ordinality k (key, position)
  where not exists (select 1 from ${wantedHolders('k.key', scope)} and mr.id <> leaving.id)
  order by k.position)`;
}

const dirtyProfiles = '(select distinct profile_id from dirty where link_id = $1) d';

/** Every wanted row as a join of whole tables, of which no more is carried than is needed: p and mr. */
export const wantedOfAll = (terms: RowTerms) => `member m
  join profile p on p.database_id = $3 and p.id = m.profile_id
  cross join lateral unnest(p.match_row_ids) r (id)
  join (select mr.id, mr.wire_bytes, (get_byte(mr.cells, 0) & 1) = 1 as has_external_id
    from match_row mr where mr.database_id = $3 and mr.sufficiency >= $5
      ${andHasValue(terms, 'mr.cells')} offset 0) mr on mr.id = r.id
  where m.audience_id = $2 and ${mayBeSent('p', '$4')}`;

/** The same for the profiles that are marked, by key. */
const wantedOfDirty = (terms: RowTerms) => `${dirtyProfiles}
  cross join lateral (select p.id, p.match_row_ids from profile p
    where p.database_id = $3 and p.id = d.profile_id
      and ${mayBeSent('p', '$4')} offset 0) p
  cross join lateral (select 1 from member m
    where m.audience_id = $2 and m.profile_id = p.id offset 0) m
  cross join lateral unnest(p.match_row_ids) r (id)
  cross join lateral (
    select mr.id, mr.wire_bytes, (get_byte(mr.cells, 0) & 1) = 1 as has_external_id
    from match_row mr
    where mr.database_id = $3 and mr.id = r.id and mr.sufficiency >= $5
      ${andHasValue(terms, 'mr.cells')} offset 0) mr where true`;

/** What Meta was told of everybody: mr and s. */
const toldOfAll = `ledger_state s
  join match_row mr on mr.database_id = $3 and mr.id = s.match_row_id where s.link_id = $1`;

const toldOfDirty = `${dirtyProfiles}
  cross join lateral (select mr.id, mr.profile_id, mr.wire_bytes, mr.cells from match_row mr
    where mr.database_id = $3 and mr.profile_id = d.profile_id offset 0) mr
  cross join lateral (select * from ledger_state s
    where s.link_id = $1 and s.match_row_id = mr.id offset 0) s`;

/**
 * Fills the temporary table `difference` with every match row whose state at Meta is not what is
 * wanted: what is to be added, removed or said again, and from when that makes sense.
 *
 * When a row may be sent (contract.md, Waiting): the same assertion again at once, its opposite only
 * when what was said before can no longer land; and an addition once more after a removal that may
 * have taken it along.
 */
export async function computeDifference(tx: Tx, scope: DifferenceScope): Promise<void> {
  const params = scopeParams(scope);
  await tx.query(`set local work_mem = '128MB'`);
  await tx.query('drop table if exists difference');
  await withholdRows(tx, scope);
  await tx.query(
    `create temp table difference on commit drop as
     with wanted as (
       select p.id as profile_id, mr.id as match_row_id, mr.wire_bytes, mr.has_external_id
       from ${scope.everybody ? wantedOfAll(scope) : wantedOfDirty(scope)}
       ${scope.suppressing ? 'and not exists (select 1 from withheld_row h where h.id = mr.id)' : ''}
     ), told as (
       select mr.profile_id, mr.wire_bytes, (get_byte(mr.cells, 0) & 1) = 1 as has_external_id,
         s.match_row_id, s.state, s.base, s.kind, s.outcome, s.settles_at, s.add_until, s.remove_until,
         s.outcome is distinct from 'refused' and not coalesce(s.covered, true) as landed
       from ${scope.everybody ? toldOfAll : toldOfDirty}
     )
     select coalesce(w.profile_id, t.profile_id) as profile_id,
       coalesce(w.match_row_id, t.match_row_id) as match_row_id,
       coalesce(w.wire_bytes, t.wire_bytes)::integer as wire_bytes,
       coalesce(w.has_external_id, t.has_external_id) as has_external_id,
       case when w.match_row_id is null then 'remove' else 'add' end as kind,
       t.match_row_id is not null as told,
       coalesce(t.state = 'unknown' and t.kind = 'add' and w.match_row_id is not null, false)
         as repeated,
       case
         when t.match_row_id is null then null
         when w.match_row_id is not null and t.kind = 'add' and t.landed then t.remove_until
         when w.match_row_id is not null and t.kind = 'remove' and t.landed
           then greatest(t.settles_at, t.remove_until)
         when w.match_row_id is null and t.kind = 'add' and t.landed
           then greatest(t.settles_at, t.add_until)
         when w.match_row_id is null then t.add_until
       end as due_at,
       false as stays, null::text as cause, false as held
     from wanted w full join told t on t.match_row_id = w.match_row_id
     where (w.match_row_id is not null and coalesce(t.state, 'out') in ('out', 'unknown'))
       or (w.match_row_id is null and ${mayBeThere('t')}
         -- What is in the lane leaves by it.
         and not exists (select 1 from opt_out e where e.link_id = $1
           and e.match_row_id = t.match_row_id and e.done_at is null))`,
    params,
  );
  await tx.query('analyze difference');
  await markUpdates(tx, scope);
}

/**
 * The rows that suppressed values leave too little of, in the temporary table `withheld_row`, and how
 * many people that is, kept for the link.
 */
async function withholdRows(tx: Tx, scope: DifferenceScope): Promise<void> {
  await tx.query('drop table if exists withheld_row');
  await tx.query('create temp table withheld_row (id bigint, profile_id bigint) on commit drop');
  const { linkId, databaseId, sufficiencyMin, everybody, suppressing, consentRule } = scope;
  if (suppressing) {
    const rows = everybody
      ? `(select mk.match_row_id as id from suppression s
           cross join lateral (select mk.match_row_id from match_key mk
             where mk.key = s.key offset 0) mk
           where s.database_id = $1 and s.reason <> 'erasure'
             and ${countsUnder('$3', 's.category')}
         union select mk.match_row_id from match_key mk
           where mk.database_id = $1
             and (select exists (select 1 from suppression s
               where s.database_id = $1 and s.reason = 'erasure'))
             and ${isSuppressed('mk.key', '$1', '$3')}) x`
      : `(select r.id from (select distinct profile_id from dirty where link_id = $4) d
           join profile p on p.database_id = $1 and p.id = d.profile_id
           cross join lateral unnest(p.match_row_ids) r (id)) x`;
    await tx.query(
      `insert into withheld_row
       select mr.id, mr.profile_id from ${rows}
       cross join lateral (
         select mr.id, mr.profile_id, mr.sufficiency, mr.keys, mr.cells from match_row mr
         where mr.database_id = $1 and mr.id = x.id offset 0) mr
       where mr.sufficiency >= $2 and ${isWithheld('mr', { database: '$1', rule: '$3', sufficiency: '$2' })}`,
      [databaseId, sufficiencyMin, ruleParam(consentRule), ...(everybody ? [] : [linkId])],
    );
  }
  if (linkId === null) return;
  await tx.query(
    `delete from withheld w where w.link_id = $1
       and ($2 or w.profile_id in (select profile_id from dirty where link_id = $1))`,
    [linkId, everybody || !suppressing],
  );
  if (!suppressing) return;
  await tx.query(
    `insert into withheld (link_id, profile_id)
     select distinct $1::integer, h.profile_id from withheld_row h
     join member m on m.audience_id = $2 and m.profile_id = h.profile_id
     join profile p on p.database_id = $3 and p.id = h.profile_id and h.id = any(p.match_row_ids)
       and ${mayBeSent('p', '$4')}
     on conflict do nothing`,
    scopeParams(scope).slice(0, 4),
  );
}

/** `stays`: the person is at Meta and stays there; this row is a change to what Meta knows. */
async function markUpdates(tx: Tx, scope: DifferenceScope): Promise<void> {
  const params = scopeParams(scope);
  await tx.query(
    `update difference d set stays = true
     where d.kind = 'remove' and $1::integer is not null and exists (
       select 1 from (select unnest(p.match_row_ids) as id from profile p
         where p.database_id = $3 and p.id = d.profile_id) x
       cross join ${rowById} where ${wantedRow(scope)})`,
    params,
  );
  await tx.query(
    `update difference d set stays = true
     where d.kind = 'add' and exists (select 1 from ledger where link_id = $1)
       and exists (
         select 1 from (select mr.id from match_row mr
           where mr.database_id = $2 and mr.profile_id = d.profile_id offset 0) mr
         where ${toldState('$1', 'mr.id')} in ('in', 'unknown'))`,
    [params[0], params[2]],
  );
}

/**
 * Takes rows out of the difference that stay at Meta after all: no value of theirs may be removed that it
 * certainly has, and one is held only by rows that Meta refused, so nothing takes their place.
 * @returns whose they are; they have to be looked at again once that row is tried again
 */
export async function leaveUncovered(tx: Tx, scope: DifferenceScope): Promise<number[]> {
  if (scope.linkId === null) return [];
  const holders = `select 1 from ${wantedHolders('k.key', scope)} and mr.id <> leaving.id`;
  const left = await tx.query<{ profileId: number }>(
    `delete from difference d using match_row leaving
     where d.kind = 'remove' and (select exists (select 1 from rejection where link_id = $1))
       and leaving.database_id = $3 and leaving.id = d.match_row_id
       and not exists (select 1 from unnest(${freeKeys(scope)}) f (key)
         ${scope.suppressing ? `where not ${isSuppressed('f.key', '$3', '$4')}` : ''})
       and exists (select 1 from unnest(leaving.keys) k (key) where exists (${holders})
         and not exists (${holders} and ${toldState('$1', 'mr.id')} is distinct from 'rejected'))
     returning d.profile_id as "profileId"`,
    scopeParams(scope),
  );
  return left.map(({ profileId }) => profileId);
}

/** Members that nothing may be sent of but values of people who opted out; after the comparison. */
export async function countWithheld(tx: Tx, scope: DifferenceScope): Promise<number> {
  if (!scope.suppressing) return 0;
  const { count } = await one<{ count: number }>(
    tx,
    scope.linkId === null
      ? `select count(distinct h.profile_id) as count from withheld_row h
         join member m on m.audience_id = $1 and m.profile_id = h.profile_id`
      : 'select count(*) as count from withheld where link_id = $1',
    [scope.linkId ?? scope.audienceId],
  );
  return count;
}

export interface DifferenceCounts {
  /** People. */
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
  /** Of those who leave, people whom somebody took out by typing it, and whom time alone did. */
  readonly typed: number;
  readonly byTime: number;
  /** Rows that leave, changes to people who stay included. */
  readonly removalRows: number;
  /** Rows said again because it is not certain that Meta has them. */
  readonly repeats: number;
  /** Rows that wait until an earlier request can no longer land, and the first such moment. */
  readonly waiting: number;
  /** ISO 8601. */
  readonly waitingUntil: string | null;
  /** Until then, by the database's clock. */
  readonly waitMs: number | null;
}

export async function countDifference(tx: Tx): Promise<DifferenceCounts> {
  const counts = await one<DifferenceCounts & { readonly firstDue: Date | null }>(
    tx,
    // Joining, leaving and changing exclude each other: who leaves has no row that stays or comes,
    // and who joins has none that was told.
    `select
       count(distinct profile_id) filter (where kind = 'add' and not repeated and not stays) as adds,
       count(distinct profile_id) filter (where kind = 'remove' and not stays) as removes,
       count(distinct profile_id) filter (where kind = 'remove' and cause = 'hand') as typed,
       count(distinct profile_id) filter (where kind = 'remove' and cause = 'time') as "byTime",
       count(distinct profile_id) filter (where stays and not repeated) as updates,
       (select count(*) from difference where kind = 'remove') as "removalRows",
       (select count(*) from difference where repeated) as repeats,
       (select count(*) from difference where due_at > (select muster_now())) as waiting,
       (select min(due_at) from difference where due_at > (select muster_now())) as "firstDue",
       (select extract(epoch from min(due_at) - (select muster_now()))::float8 * 1000
        from difference where due_at > (select muster_now())) as "waitMs"
     from difference`,
  );
  return { ...counts, waitingUntil: counts.firstDue?.toISOString() ?? null };
}

/** Which removals stay behind: all but those that a person typed, or those of time alone. */
export type Holding = 'nothing' | 'time' | 'all';

/** Marks the removals that the guard holds; gives how many people they are of. */
export async function holdRemovals(tx: Tx, holds: Holding): Promise<number> {
  if (holds === 'nothing') return 0;
  const { people } = await one<{ people: number }>(
    tx,
    `with held as (
       update difference set held = true
       where kind = 'remove' and ${holds === 'time' ? `cause = 'time'` : `cause is distinct from 'hand'`}
       returning profile_id
     ) select count(distinct profile_id) as people from held`,
  );
  return people;
}

/** Marks all that a second person decides on; whom somebody took out by typing it goes. */
export async function holdForApproval(tx: Tx): Promise<void> {
  await tx.query(
    `update difference set held = true
     where not repeated and not (kind = 'remove' and cause is not distinct from 'hand')`,
  );
}

/** What one request may hold. */
export interface RequestLimits {
  readonly rowsMax: number;
  readonly bodyBytesMax: number;
}

/** A removal carries identifying values alone: four at most, 67 bytes each, and the brackets. */
const REMOVAL_ROW_BYTES = 280;

/**
 * Cuts what is due now into chunks of one request each, removals first, into plan `planId`. Rows are
 * weighed so that neither the rows nor the bytes of a request go over its limit and as few requests
 * as possible are needed.
 */
export async function sealChunks(
  tx: Tx,
  planId: number,
  scope: DifferenceScope,
  limits: RequestLimits,
): Promise<void> {
  await tx.query(
    `create temp table removal on commit drop as
     select d.match_row_id, d.held, cardinality(f.keys) = 0 as covered,
       coalesce(d.has_external_id and f.keys[1] = leaving.keys[1], false) as has_external_id
     from difference d
     cross join lateral (select mr.id, mr.keys from match_row mr
       where mr.database_id = $3 and mr.id = d.match_row_id offset 0) leaving
     cross join lateral (select ${freeKeys(scope)} as keys) f
     where d.kind = 'remove' and coalesce(d.due_at <= (select muster_now()), true)
       and $1::integer is not null`,
    scopeParams(scope),
  );
  await tx.query(
    `with due as (
       select match_row_id, 'add' as kind, held, has_external_id, wire_bytes,
         not (stays or repeated) as joins
       from difference
       where kind = 'add' and coalesce(due_at <= (select muster_now()), true)
       union all
       select match_row_id, case when covered then 'cover' else 'remove' end,
         -- What needs no request takes nobody out.
         held and not covered, has_external_id,
         ${REMOVAL_ROW_BYTES} as wire_bytes, false from removal
     ), shape as (
       select kind, held, has_external_id, max(wire_bytes) as row_bytes_max
       from due group by 1, 2, 3
     ), weighed as (
       select d.match_row_id, d.kind, d.held, d.has_external_id, d.joins, d.wire_bytes,
         -- When rows are the tighter limit each weighs the same; else its bytes, but never less
         -- than would let more rows in than allowed.
         case when s.row_bytes_max::bigint * $2 <= $3 then 1
           else greatest(d.wire_bytes, ($3 - s.row_bytes_max) / ($2 - 1) + 1)
         end::integer as weight,
         case when s.row_bytes_max::bigint * $2 <= $3 then $2 else $3 - s.row_bytes_max end::bigint
           as room
       from due d join shape s using (kind, held, has_external_id)
     ), placed as (
       select kind, held, has_external_id, match_row_id, joins, wire_bytes,
         (sum(weight) over (partition by kind, held, has_external_id order by match_row_id) - 1)
           / room as chunk_number
       from weighed
     ), cut as (
       select kind, held, has_external_id, chunk_number,
         array_agg(match_row_id order by not joins, match_row_id) as ids,
         count(*) filter (where joins) as joining,
         sum(wire_bytes) as bytes
       from placed group by 1, 2, 3, 4
     )
     insert into plan_chunk (plan_id, number, kind, held, match_row_ids, joining, bytes)
     select $1, row_number() over (
         order by array_position(array['cover', 'remove', 'add'], kind), held, has_external_id,
           chunk_number),
       kind, held, ids, joining, bytes
     from cut`,
    [planId, limits.rowsMax, limits.bodyBytesMax],
  );
  await tx.query('drop table removal');
}

/** A full comparison ends when no more than this is left of it; the rest is remembered as dirty. */
const DIRTY_INSTEAD_OF_ALL_MAX = 50_000;

/** Held back, and one of the values that are there is why ($2 database, $3 sufficiency). */
const spoilt = 'p.database_id = $2 and p.unusable is not null and p.sufficiency < $3';

/**
 * Forgets the marks of profiles that have nothing left to do. Only marks that this transaction can
 * see go: one made meanwhile is a row of its own. A mere look (`byRun` false) leaves those who are
 * held back for a bad value: the next run says so, and is partial.
 */
export async function settleMarks(
  tx: Tx,
  scope: DifferenceScope,
  { byRun, uncovered }: { readonly byRun: boolean; readonly uncovered: readonly number[] },
): Promise<void> {
  const params = [scope.linkId, scope.databaseId, scope.sufficiencyMin];
  if (scope.everybody) {
    const { left } = await one<{ left: number }>(tx, 'select count(*) as left from difference');
    if (left > DIRTY_INSTEAD_OF_ALL_MAX) return;
    await tx.query('update link set compare_all = false where id = $1', [scope.linkId]);
    await tx.query(
      'insert into dirty (link_id, profile_id) select distinct $1::integer, profile_id from difference',
      [scope.linkId],
    );
    if (!byRun) {
      await tx.query(
        `insert into dirty (link_id, profile_id) select $1, p.id from profile p
         join member m on m.audience_id = $4 and m.profile_id = p.id where ${spoilt}`,
        [...params, scope.audienceId],
      );
    }
  }
  await tx.query(
    `delete from dirty d where d.link_id = $1
       and not exists (select 1 from difference x where x.profile_id = d.profile_id)
       and ($4 or not exists (select 1 from profile p where p.id = d.profile_id and ${spoilt}))`,
    [...params, byRun],
  );
  await tx.query(
    'insert into dirty (link_id, profile_id) select distinct $1::integer, unnest($2::bigint[])',
    [scope.linkId, toBigints(uncovered)],
  );
}

/**
 * A comparison of everybody was delivered to the last row, each with a clean answer, so the next one
 * may start from the marks. Whatever changed since it was made has left one.
 */
export async function endCompareAll(db: Db, linkId: number): Promise<void> {
  await db.query('update link set compare_all = false where id = $1', [linkId]);
}
