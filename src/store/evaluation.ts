import { analyzeAfter } from './analyze.ts';
import { one, type Tx } from './db.ts';

/** What decides who belongs, compiled by the audiences room: SQL over alias p, never NULL. */
export interface CompiledMembership {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** Time alone may change the answer, so everybody is looked at. */
  readonly dependsOnTime: boolean;
}

/** The parameters of the statements below come first; those of the rule start behind them. */
export const firstRuleParam = 5;

export interface EvaluationScope {
  readonly audienceId: number;
  readonly databaseId: number;
  readonly linkId: number | null;
  readonly unknownConsentPasses: boolean;
  /** Where this audience has read the feed up to; null: everybody is new to it. */
  readonly position: string | null;
}

export interface Evaluated {
  readonly joined: number;
  readonly left: number;
}

const consentPasses = '(p.consent or (p.consent is null and $4))';

/** What was changed by transactions that the position had not seen (protocol.md §7). */
function changedSince(position: string): string {
  return `(p.changed_xid >= pg_snapshot_xmin(${position})
    and not pg_visible_in_snapshot(p.changed_xid, ${position}))`;
}

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
  await tx.query(`set local work_mem = '128MB'`);
  const evaluated = await one<Evaluated>(tx, evaluation(scope.position !== null, membership), [
    scope.audienceId,
    scope.databaseId,
    scope.linkId,
    scope.unknownConsentPasses,
    ...membership.params,
    ...(scope.position === null ? [] : [scope.position]),
  ]);
  await analyzeAfter(tx, evaluated.joined + evaluated.left, ['member']);
  return evaluated;
}

/** The statement; the feed position, if there is one, is the parameter behind those of the rule. */
function evaluation(hasPosition: boolean, membership: CompiledMembership): string {
  const everybody = !hasPosition || membership.dependsOnTime;
  const position = `$${firstRuleParam + membership.params.length}::pg_snapshot`;
  const looked = (verdict: string): string =>
    everybody
      ? `not exists (select 1 from matched x where x.id = profile_id and ${verdict})`
      : `exists (select 1 from matched x where x.id = profile_id and not (x.matches and ${verdict}))`;
  return `with matched as materialized (
       select p.id, ${everybody ? 'true' : membership.sql} as matches, ${consentPasses} as allowed
       from profile p where p.database_id = $2
         ${everybody ? `and ${membership.sql}` : `and ${changedSince(position)}`}
     ), joined as (
       insert into member (audience_id, profile_id, bucket, since)
       select $1, id, bucket_of(id), (select muster_now()) from matched where matches and allowed
       on conflict do nothing returning profile_id
     ), gone as (
       delete from member m where m.audience_id = $1 and ${looked('x.allowed')}
       returning m.profile_id
     ), stopped as (
       insert into blocked (audience_id, profile_id, since)
       select $1, id, (select muster_now()) from matched where matches and not allowed
       on conflict do nothing
     ), freed as (
       delete from blocked b where b.audience_id = $1 and ${looked('not x.allowed')}
     ), touched as (
       ${!hasPosition ? nobody : `${changedMembers} and ${changedSince(position)}`}
     ), marked as (
       insert into dirty (link_id, profile_id)
       select l.id, d.id
       from (select id from touched union select profile_id from joined
             union select profile_id from gone) d
       join link l on l.id = $3 and not l.compare_all
     ), counted as (
       select (select count(*) from joined) as joined, (select count(*) from gone) as "left"
     ), moved as (
       update audience a set
         member_count = a.member_count + c.joined - c."left",
         members_changed_at = case when c.joined + c."left" > 0 then (select muster_now())
           else a.members_changed_at end,
         synchronized_at = case when c.joined + c."left" > 0 then null else a.synchronized_at end,
         feed_position = pg_current_snapshot(),
         feed_restore_epoch = (select restore_epoch from installation)
       from counted c where a.id = $1
     )
     select joined, "left" from counted`;
}
