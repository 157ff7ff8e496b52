import { analyzeAfter } from './analyze.ts';
import type { ConsentRule } from '#domain/consent.ts';
import { refusalOf, ruleParam } from './consent-rule.ts';
import { one, type Tx } from './db.ts';
import { isKeptOut, readKeptOut } from './kept-out.ts';
import { forgetMemberNews, toldParts, untoldColumn } from './member-news.ts';
import { mayConcern } from './profile-news.ts';

/** What decides who belongs, compiled by the audiences room. */
export interface CompiledMembership {
  /** Made for looking at some people, or at everybody. */
  readonly asked: (of: 'each' | 'all') => AskedMembership;
  /** Time alone may change the answer. */
  readonly dependsOnTime: boolean;
  /** Of what changed about somebody these traits may change the answer, and what is no trait; null: anything. */
  readonly traitNames: readonly string[] | null;
  /** New events of these names may change the answer for whoever they are of. */
  readonly eventNames: readonly string[];
  /** So may new groups, and new traits of a group for whoever is in it. */
  readonly readsGroups: boolean;
  /** How everybody else stands may change the answer, so everybody is looked at. */
  readonly dependsOnOthers: boolean;
  /** Audiences whose members may change the answer for these. */
  readonly audienceIds: readonly number[];
  /** Those of them where what Meta has may change it too, for anybody. */
  readonly syncedAudienceIds: readonly number[];
  /** What the rule finds is written down as placed, or taken from there; without: neither. */
  readonly placing?: 'places' | 'takes' | undefined;
}

export interface AskedMembership {
  /** A boolean over alias p, never NULL. */
  readonly sql: string;
  readonly params: readonly unknown[];
  /**
   * The moment until which the answer for p holds, beside a table `looked_at`; of everybody, a SELECT of
   * ids and moments. Null: nobody can say, so if it depends on time everybody is looked at.
   */
  readonly until: string | null;
}

/** The parameters of the statements below come first; those of the rule start behind them. */
export const firstRuleParam = 5;

export interface EvaluationScope {
  readonly audienceId: number;
  readonly databaseId: number;
  readonly linkId: number | null;
  readonly consentRule: ConsentRule;
  /** Where this audience has read the feed up to; null: everybody is new to it. */
  readonly position: string | null;
}

export interface Evaluated {
  readonly joined: number;
  readonly left: number;
}

/** What was changed by transactions that the position had not seen (protocol.md §7). */
function changedSince(position: string, changedXid = 'p.changed_xid'): string {
  return `(${changedXid} >= pg_snapshot_xmin(${position})
    and not pg_visible_in_snapshot(${changedXid}, ${position}))`;
}

/**
 * The profiles p that an evaluation has to look at which need not look at everybody. Each of several
 * lists is looked up by id: planned as a join, some thousand would cost what everybody costs.
 */
function whoMayDiffer(
  {
    position,
    names,
    traits,
    audiences,
    now,
  }: Record<'position' | 'names' | 'traits' | 'audiences' | 'now', string>,
  { traitNames, eventNames, readsGroups, audienceIds, until }: CompiledMembership & AskedMembership,
): string {
  const changed = `profile p where p.database_id = $2 and ${changedSince(position)}
    ${traitNames === null ? '' : `and ${mayConcern(traits, position)}`}`;
  const asksProfilesAlone = eventNames.length + audienceIds.length === 0 && !readsGroups;
  if (asksProfilesAlone && until === null) return changed;
  const people = [`select p.id from ${changed}`];
  if (eventNames.length > 0) {
    people.push(`select e.profile_id from event e
      where e.database_id = $2 and e.name = any(${names})
        and ${changedSince(position, 'e.changed_xid')}`);
  }
  if (readsGroups) {
    people.push(
      `select m.profile_id from group_member m
        where m.database_id = $2 and ${changedSince(position, 'm.changed_xid')}`,
      `select m.profile_id from people_group g
        join group_member m on m.database_id = $2 and m.group_id = g.id
        where g.database_id = $2 and ${changedSince(position, 'g.changed_xid')}`,
    );
  }
  if (audienceIds.length > 0) {
    people.push(`select n.profile_id from member_news n
      where n.audience_id = any(${audiences}) and ${changedSince(position, 'n.changed_xid')}`);
  }
  if (until !== null) people.push(`select r.profile_id from recheck r where ${isDue(now)}`);
  return `(${people.join(' union ')}) c cross join lateral (
    select * from profile x where x.database_id = $2 and x.id = c.id offset 0) p where true`;
}

/** By a parameter, so that the planner sees how few are due. */
const isDue = (now: string): string => `r.audience_id = $1 and r.at <= ${now}`;

const nobody = 'select null::bigint as id where false';

const changedMembers = `select p.id from profile p where p.database_id = $2
  and exists (select 1 from member m where m.audience_id = $1 and m.profile_id = p.id)`;

/**
 * Brings the members to what the rule says and moves the audience's feed position, in one
 * statement on one snapshot. Looks only at changed profiles where the rule allows it.
 */
export async function evaluateMembers(
  tx: Tx,
  scope: EvaluationScope,
  membership: CompiledMembership,
): Promise<Evaluated> {
  if (scope.position === null && scope.linkId !== null) {
    await tx.query('update link set compare_all = true where id = $1', [scope.linkId]);
  }
  // Without a hash table for each set of people that a rule asks about, it would be read for each person.
  await tx.query(`set local work_mem = '128MB'; set local hash_mem_multiplier = 8`);
  const others = await othersSince(tx, scope.position, membership);
  // Before the members are worked out: what time changes in between is looked at again.
  const { now, wentBack } = await one<{ now: string; wentBack: boolean }>(
    tx,
    `select muster_now()::text as now, coalesce(muster_now() < looked_at, false) as "wentBack"
     from audience where id = $1`,
    [scope.audienceId],
  );
  const everybody =
    scope.position === null ||
    (membership.dependsOnTime && (membership.asked('each').until === null || wentBack)) ||
    membership.dependsOnOthers ||
    others.changed;
  if (everybody) await tx.query('delete from recheck where audience_id = $1', [scope.audienceId]);
  const keptOut = await readKeptOut(tx, scope.databaseId);
  const isKept = isKeptOut(keptOut, '$2', everybody ? 'all' : 'each');
  const asked = membership.asked(everybody ? 'all' : 'each');
  const statement = evaluation(scope, { everybody, isKept }, { ...membership, ...asked });
  const evaluated = await one<Evaluated>(tx, statement, [
    scope.audienceId,
    scope.databaseId,
    scope.linkId,
    ruleParam(scope.consentRule),
    ...asked.params,
    others.position,
    membership.eventNames,
    membership.audienceIds,
    now,
    ...(scope.position === null ? [] : [scope.position]),
    ...(everybody || membership.traitNames === null ? [] : [membership.traitNames]),
  ]);
  await analyzeAfter(tx, evaluated.joined + evaluated.left, ['member', 'recheck']);
  if (membership.audienceIds.length > 0) await forgetMemberNews(tx, membership.audienceIds);
  return evaluated;
}

/**
 * Whether the audiences that the rule asks about have changed and nobody can say for whom, and the moment of
 * that answer: what happens after it is looked at next time.
 */
async function othersSince(
  tx: Tx,
  position: string | null,
  { audienceIds, syncedAudienceIds }: CompiledMembership,
): Promise<{ position: string | null; changed: boolean }> {
  if (position === null || audienceIds.length === 0) return { position: null, changed: false };
  return await one(
    tx,
    `select pg_current_snapshot()::text as position, exists (select 1 from audience a
       where a.id = any($1) and ${changedSince('$2::pg_snapshot', 'a.answers_xid')}
         and (a.id = any($3) or not coalesce(
           pg_visible_in_snapshot(a.members_untold_xid, $2::pg_snapshot), true))) as changed`,
    [audienceIds, position, syncedAudienceIds],
  );
}

/** The statement. Behind the parameters of the rule come up to six of its own. */
function evaluation(
  { position: readUpTo }: EvaluationScope,
  { everybody, isKept }: { readonly everybody: boolean; readonly isKept: string },
  membership: CompiledMembership & AskedMembership,
): string {
  const hasPosition = readUpTo !== null;
  const param = (behindRule: number): string =>
    `$${firstRuleParam + membership.params.length + behindRule}`;
  const position = `${param(4)}::pg_snapshot`;
  const looked = (verdict: string): string =>
    everybody
      ? `not exists (select 1 from matched x where x.id = profile_id and ${verdict})`
      : `exists (select 1 from matched x where x.id = profile_id and not (x.matches and ${verdict}))`;
  const names = `${param(1)}::text[]`;
  const audiences = `${param(2)}::integer[]`;
  const traits = `${param(5)}::text[]`;
  const now = `${param(3)}::timestamptz`;
  const until = membership.until ?? 'null::timestamptz';
  return `with looked_at as materialized (select ${now} as at),
     matched as materialized (
       select p.id, ${everybody ? 'true' : membership.sql} as matches,
         ${refusalOf('p', '$4')} as refusal,
         ${isKept} as kept,
         ${everybody ? 'null' : until} as until
       from ${everybody ? `profile p where p.database_id = $2 and ${membership.sql}` : whoMayDiffer({ position, names, traits, audiences, now }, membership)}
     ), joined as (
       insert into member (audience_id, profile_id, bucket, since)
       select $1, x.id, bucket_of(x.id), (select muster_now()) from matched x
       where x.matches and x.refusal is null and not x.kept ${everybody ? '' : isNew('member', 'true')}
       on conflict do nothing returning profile_id
     ), gone as (
       delete from member m where m.audience_id = $1 and ${looked('x.refusal is null and not x.kept')}
       returning m.profile_id
     ), ${[
       ...blockedParts(looked('x.refusal is not null and not x.kept')),
       ...departureParts(membership, hasPosition ? { position, names } : null),
       ...recheckParts(everybody, now, membership),
       ...placingParts(everybody, membership),
     ].join(', ')}, touched as (
       ${!hasPosition ? nobody : `${changedMembers} and ${changedSince(position)}`}
     ), marked as (
       insert into dirty (link_id, profile_id)
       select l.id, d.id
       from (select id from touched union select profile_id from joined
             union select profile_id from gone) d
       join link l on l.id = $3 and not l.compare_all
     ), counted as (
       select (select count(*) from joined) as joined, (select count(*) from gone) as "left"
     ), ${toldParts}, moved as (
       update audience a set
         member_count = a.member_count + c.joined - c."left",
         members_changed_at = case when c.joined + c."left" > 0 then (select muster_now())
           else a.members_changed_at end,
         synchronized_at = case when c.joined + c."left" > 0 then null else a.synchronized_at end,
         looked_at = ${param(3)}::timestamptz,
         feed_position = coalesce(${param(0)}::pg_snapshot, pg_current_snapshot()),
         reads_event_names = ${names}, reads_audiences = ${audiences},
         reads_groups = ${membership.readsGroups},
         answers_xid = case when c.joined + c."left" > 0 then pg_current_xact_id()
           else a.answers_xid end,
         ${untoldColumn},
         feed_restore_epoch = (select restore_epoch from installation)
       from counted c, asked_about q where a.id = $1
     )
     select joined, "left" from counted`;
}

/**
 * Leaves out x whose row is there already: writing it once more would leave a dead one. `offset 0` keeps it a
 * look-up by key, whatever the planner believes: a join would read the rows that the same statement writes.
 */
function isNew(table: 'member' | 'recheck', same: string): string {
  return `and not exists (select 1 from ${table} w
    where w.audience_id = $1 and w.profile_id = x.id and ${same} offset 0)`;
}

/** Remembers whom consent stops, by which way, from the first time on; and what is over. */
function blockedParts(isFree: string): string[] {
  return [
    `stopped as (
       insert into blocked (audience_id, profile_id, since, way, reason)
       select $1, id, (select muster_now()), (select way from audience where id = $1), refusal
       from matched where matches and refusal is not null and not kept
       on conflict (audience_id, profile_id) do update set reason = excluded.reason
         where blocked.reason <> excluded.reason)`,
    `freed as (
       delete from blocked b where b.audience_id = $1 and ${isFree} returning b.*)`,
    `past as (
       insert into past_block (database_id, profile_id, audience_id, way, reason, since, ended_at)
       select $2, f.profile_id, f.audience_id, f.way, f.reason, f.since, (select muster_now())
       from freed f)`,
  ];
}

/** Notes whom time alone took out (protocol.md §6); fresh news of somebody, or their return, ends that. */
function departureParts(
  { dependsOnTime, readsGroups }: CompiledMembership,
  feed: { readonly position: string; readonly names: string } | null,
): string[] {
  const returned = (heardOf: string): string => `returned as (
       delete from departure d where d.audience_id = $1
         and (d.profile_id in (select profile_id from joined) or ${heardOf}))`;
  if (feed === null) return [returned('false')];
  const byTime = `select g.profile_id from gone g
       join profile p on p.database_id = $2 and p.id = g.profile_id
       where not ${changedSince(feed.position)} and not exists (select 1 from event e
           where e.database_id = $2 and e.profile_id = p.id and e.name = any(${feed.names})
             and ${changedSince(feed.position, 'e.changed_xid')})
       ${
         !readsGroups
           ? ''
           : `and not exists (select 1 from group_member m join people_group c on c.id = m.group_id
           where m.database_id = $2 and m.profile_id = p.id
             and (${changedSince(feed.position, 'm.changed_xid')}
               or ${changedSince(feed.position, 'c.changed_xid')}))`
       }`;
  const departed = `departed as (
       insert into departure (audience_id, profile_id, cause, at)
       select $1, t.profile_id, 'time', (select muster_now()) from (${byTime}) t
       on conflict (audience_id, profile_id) do nothing)`;
  return [
    ...(dependsOnTime ? [departed] : []),
    returned(`d.cause = 'time' and d.profile_id in (select p.id from profile p
           where p.database_id = $2 and ${changedSince(feed.position)})`),
  ];
}

/** Whoever joined by a rule that only adds stays; whoever left by one that only removes is gone. */
function placingParts(everybody: boolean, { placing }: CompiledMembership): string[] {
  if (placing === undefined) return [];
  const left = everybody
    ? 'not exists (select 1 from matched x where x.id = d.profile_id)'
    : 'exists (select 1 from matched x where x.id = d.profile_id and not x.matches)';
  return placing === 'takes'
    ? [`settled_places as (delete from placed d where d.audience_id = $1 and ${left})`]
    : [
        `settled_places as (insert into placed (audience_id, profile_id, at)
       select $1, profile_id, (select muster_now()) from joined on conflict do nothing)`,
      ];
}

/** Writes down when those who were looked at have to be looked at again. */
function recheckParts(everybody: boolean, now: string, { until }: AskedMembership): string[] {
  if (until === null) return [];
  const noted = `noted as (
       insert into recheck (audience_id, profile_id, at)
       select $1, x.id, x.until from ahead x
       where x.until is not null ${everybody ? '' : isNew('recheck', 'w.at is not distinct from x.until')}
       on conflict (audience_id, profile_id) do update set at = excluded.at)`;
  if (everybody) {
    const ahead = `select x.id, min(x.at) as until from (${until}) x (id, at) group by x.id`;
    return [`ahead as materialized (${ahead})`, noted];
  }
  return [
    'ahead as materialized (select id, until from matched)',
    noted,
    `settled as (
       delete from recheck r where r.audience_id = $1
         and r.profile_id in (select id from matched where until is null
           union select r.profile_id from recheck r where ${isDue(now)}
             and not exists (select 1 from matched x where x.id = r.profile_id)))`,
  ];
}
