import { analyzeAfter } from './analyze.ts';
import type { ConsentRule } from '#domain/consent.ts';
import { refusalOf, ruleParam } from './consent-rule.ts';
import { one, type Tx } from './db.ts';
import { isKeptOut, readKeptOut } from './kept-out.ts';
import { toldParts, untoldColumn } from './member-news.ts';

/** People to be put into an audience or taken out of it; what came of it, in people. */
export interface PlacingResult {
  /** Now members who were none. */
  readonly added: number;
  /** No members any more. */
  readonly removed: number;
  /** Were to be added and were there, or to be removed and were not. */
  readonly unchanged: number;
  /** Were to be added and said no, or did not say yes where that is needed. */
  readonly refused: number;
  /** Were to be added and are in no audience: held out, or on the suppression list. */
  readonly keptOut: number;
}

/**
 * Begins a change of who is placed: the temporary table `to_place`, of profiles and whether they are
 * put in or taken out. Whoever is named for both is taken out.
 */
export async function beginPlacing(tx: Tx): Promise<void> {
  await tx.query(
    `create temp table to_place (profile_id bigint not null, adds boolean not null) on commit drop`,
  );
}

export async function addToPlacing(
  tx: Tx,
  profileIds: readonly number[],
  adds: boolean,
): Promise<void> {
  if (profileIds.length === 0) return;
  await tx.query('insert into to_place select unnest($1::bigint[]), $2', [profileIds, adds]);
}

/** Whom a condition over profiles (p) finds; its parameters begin with $3. */
export async function addMatchingToPlacing(
  tx: Tx,
  databaseId: number,
  condition: { readonly sql: string; readonly params: readonly unknown[] },
  adds: boolean,
): Promise<void> {
  await tx.query(
    `insert into to_place select p.id, $2::boolean from profile p
     where p.database_id = $1 and ${condition.sql}`,
    [databaseId, adds, ...condition.params],
  );
}

export interface PlacingScope {
  readonly audienceId: number;
  readonly databaseId: number;
  readonly linkId: number | null;
  readonly consentRule: ConsentRule;
  /** A person names them, so the guard does not count whom this takes out (protocol.md §6). */
  readonly typed: boolean;
}

/**
 * Does what `to_place` says, and drops it: who is placed, who is a member, and what Meta may have to
 * be told change together. Whoever said no is not placed, and the attempt is written down. Call it
 * with the evaluation of the audience locked and its position set.
 */
export async function finishPlacing(tx: Tx, scope: PlacingScope): Promise<PlacingResult> {
  await tx.query('analyze to_place');
  const result = await one<PlacingResult>(tx, placingStatement(await keptOf(tx, scope)), [
    ...[scope.audienceId, scope.databaseId, ruleParam(scope.consentRule), scope.linkId],
    scope.typed,
  ]);
  await tx.query('drop table to_place');
  await analyzeAfter(tx, result.added + result.removed, ['member']);
  return result;
}

/** What finishPlacing would do, and nothing is changed. */
export async function countPlacing(tx: Tx, scope: PlacingScope): Promise<PlacingResult> {
  const result = await one<PlacingResult>(
    tx,
    `with ${wanted(await keptOf(tx, scope))}
     select count(*) filter (where adds and allowed and not is_member) as added,
       count(*) filter (where not adds and is_member) as removed,
       count(*) filter (where adds and allowed and is_member or not adds and not is_member)
         as unchanged,
       count(*) filter (where adds and not allowed and not kept) as refused,
       count(*) filter (where adds and kept) as "keptOut"
     from wanted`,
    [scope.audienceId, scope.databaseId, ruleParam(scope.consentRule)],
  );
  await tx.query('drop table to_place');
  return result;
}

async function keptOf(tx: Tx, { databaseId }: PlacingScope): Promise<string> {
  return isKeptOut(await readKeptOut(tx, databaseId), '$2', 'each');
}

/** How somebody stands with an audience before they are put in or taken out. */
export interface Standing {
  readonly profileId: number;
  /** They may be in it. */
  readonly allowed: boolean;
  /** They are in no audience. */
  readonly keptOut: boolean;
  readonly isMember: boolean;
}

export async function readStandings(tx: Tx, scope: PlacingScope): Promise<Standing[]> {
  return await tx.query<Standing>(
    `with ${wanted(await keptOf(tx, scope))}
     select id as "profileId", allowed, kept as "keptOut", is_member as "isMember" from wanted`,
    [scope.audienceId, scope.databaseId, ruleParam(scope.consentRule)],
  );
}

const wanted = (isKept: string): string => `wanted as materialized (
       select p.id, g.adds, r.refusal, ${isKept} as kept,
         r.refusal is null and not ${isKept} as allowed,
         exists (select 1 from member m where m.audience_id = $1 and m.profile_id = p.id) as is_member
       from (select profile_id, bool_and(adds) as adds from to_place group by profile_id) g
       join profile p on p.database_id = $2 and p.id = g.profile_id
       cross join lateral (select ${refusalOf('p', '$3')} as refusal) r)`;

const placingStatement = (isKept: string): string => `with ${wanted(isKept)}, put_in as (
       insert into placed (audience_id, profile_id, at)
       select $1, id, (select muster_now()) from wanted where adds and allowed
       on conflict do nothing
     ), taken as (
       delete from placed d using wanted w
       where not w.adds and d.audience_id = $1 and d.profile_id = w.id
     ), joined as (
       insert into member (audience_id, profile_id, bucket, since)
       select $1, id, bucket_of(id), (select muster_now()) from wanted where adds and allowed
       on conflict do nothing returning profile_id
     ), gone as (
       delete from member m using wanted w
       where not w.adds and m.audience_id = $1 and m.profile_id = w.id returning m.profile_id
     ), stopped as (
       insert into blocked (audience_id, profile_id, since, way, reason)
       select $1, id, (select muster_now()), (select way from audience where id = $1), refusal
       from wanted where adds and not allowed and not kept
       on conflict (audience_id, profile_id) do update
         set since = excluded.since, reason = excluded.reason
     ), freed as (
       delete from blocked b using wanted w
       where not w.adds and b.audience_id = $1 and b.profile_id = w.id
     ), past as (
       -- Each attempt by name is one of its own.
       insert into past_block (database_id, profile_id, audience_id, way, reason, since, ended_at)
       select $2, b.profile_id, b.audience_id, b.way, b.reason, b.since, (select muster_now())
       from blocked b join wanted w on w.id = b.profile_id and (not w.adds or not (w.allowed or w.kept))
       where b.audience_id = $1
     ), departed as (
       insert into departure (audience_id, profile_id, cause, at)
       select $1, profile_id, 'hand', (select muster_now()) from gone where $5
       on conflict (audience_id, profile_id) do update set cause = excluded.cause, at = excluded.at
     ), returned as (
       delete from departure d using joined j
       where d.audience_id = $1 and d.profile_id = j.profile_id
     ), marked as (
       insert into dirty (link_id, profile_id)
       select l.id, d.profile_id
       from (select profile_id from joined union all select profile_id from gone) d
       join link l on l.id = $4 and not l.compare_all
     ), counted as (
       select (select count(*) from joined) as joined, (select count(*) from gone) as "left"
     ), ${toldParts}, moved as (
       update audience a set
         member_count = a.member_count + c.joined - c."left",
         members_changed_at = (select muster_now()), synchronized_at = null,
         answers_xid = pg_current_xact_id(), ${untoldColumn}
       from counted c, asked_about q where a.id = $1 and c.joined + c."left" > 0
     )
     select c.joined as added, c."left" as removed,
       (select count(*) from wanted where not adds or allowed) - c.joined - c."left" as unchanged,
       (select count(*) from wanted where adds and not allowed and not kept) as refused,
       (select count(*) from wanted where adds and kept) as "keptOut"
     from counted c`;
