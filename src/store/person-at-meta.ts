import type { Consents } from '#domain/consent.ts';
import type { Db } from './db.ts';
import { isHeldOut, isListed } from './kept-out.ts';
import { hasValue } from './lookalike-values.ts';

/**
 * Whether Meta has a member (m) of an audience (a) through a link (l): a run that covered their joining
 * ended well, and all their rows that may be sent are there, at least one (docs/delivery.md §8).
 * `sufficiencyMin` is an SQL expression.
 */
export function isSynchronized(sufficiencyMin: string): string {
  return `coalesce(m.since <= a.covered_at and (
    select bool_and(coalesce((select s.state from ledger_state s
      where s.link_id = l.id and s.match_row_id = mr.id), 'out') = 'in')
    from profile p cross join lateral unnest(p.match_row_ids) r (id)
    join match_row mr on mr.database_id = p.database_id and mr.id = r.id
      and mr.sufficiency >= ${sufficiencyMin} and (not a.value_based or ${hasValue('mr.cells')})
    where p.database_id = a.database_id and p.id = m.profile_id), false)`;
}

/** What we know of one person and one audience. */
export interface PersonRecord {
  readonly profileId: number;
  readonly consent: boolean | null;
  readonly consents: Consents | null;
  /** 0 nothing to match by, 1 an External ID alone, 2 enough. */
  readonly sufficiency: number;
  readonly memberSince: Date | null;
  readonly blockedSince: Date | null;
  /** Put there by a way that is no matching rule. */
  readonly placed: boolean;
  /** In no audience, and why; null: nothing keeps them out. */
  readonly keptOut: 'hold-out' | 'suppression list' | null;
  readonly synchronized: boolean;
}

export async function findPerson(
  db: Db,
  scope: { audienceId: number; databaseId: number; sufficiencyMin: number },
  externalId: string,
): Promise<PersonRecord | null> {
  const [person] = await db.query<PersonRecord>(
    `select p.id as "profileId", p.consent, p.consents, p.sufficiency, m.since as "memberSince",
       b.since as "blockedSince",
       exists (select from placed d where d.audience_id = a.id and d.profile_id = p.id) as placed,
       case when ${isHeldOut('$1')} then 'hold-out' when ${isListed('$1')} then 'suppression list' end
         as "keptOut",
       m.since is not null and ${isSynchronized('$4')} as synchronized
     from profile p
     join audience a on a.id = $2
     left join link l on l.audience_id = a.id and l.ended_at is null
     left join member m on m.audience_id = a.id and m.profile_id = p.id
     left join blocked b on b.audience_id = a.id and b.profile_id = p.id
     where p.database_id = $1 and p.external_id = $3`,
    [scope.databaseId, scope.audienceId, externalId, scope.sufficiencyMin],
  );
  return person ?? null;
}

/** One match row of a person, and what Meta was last told about it. */
export interface RowAtMeta {
  readonly matchRowId: string;
  /** The person has it now; otherwise it is history that Meta may still hold. */
  readonly current: boolean;
  readonly sufficiency: number;
  readonly cells: Buffer;
  readonly state: 'in' | 'out' | 'unknown' | 'rejected' | null;
  readonly kind: 'add' | 'remove' | null;
  readonly outcome: 'clean' | 'refused' | 'uncertain' | null;
  readonly covered: boolean | null;
  readonly sentAt: Date | null;
  readonly answeredAt: Date | null;
  readonly settlesAt: Date | null;
  readonly runId: string | null;
  readonly operationId: string | null;
  readonly rejectedKey: string | null;
  readonly rejectedReason: string | null;
}

/** Rows by person or, where the person is gone, by one of their identifying values. */
export async function rowsAtMeta(
  db: Db,
  scope: { databaseId: number; linkId: number | null },
  who: { profileId: number } | { key: string },
): Promise<RowAtMeta[]> {
  const isKnown = 'profileId' in who;
  const chosen = isKnown
    ? 'mr.profile_id = $3'
    : 'mr.id in (select k.match_row_id from match_key k where k.key = $3)';
  return await db.query<RowAtMeta>(
    `select mr.id::text as "matchRowId", mr.sufficiency, mr.cells,
       exists (select 1 from profile p where p.database_id = $1 and p.id = mr.profile_id
         and mr.id = any(p.match_row_ids)) as current,
       s.state, s.kind, s.outcome, s.covered, s.sent_at as "sentAt", o.finished_at as "answeredAt",
       s.settles_at as "settlesAt", o.run_id::text as "runId", o.id::text as "operationId",
       j.key as "rejectedKey", j.reason as "rejectedReason"
     from match_row mr
     left join ledger_state s on s.link_id = $2 and s.match_row_id = mr.id
     left join operation o on o.id = s.op_id
     left join rejection j on j.link_id = $2 and j.match_row_id = mr.id
     where mr.database_id = $1 and ${chosen} order by mr.id`,
    [scope.databaseId, scope.linkId, isKnown ? who.profileId : who.key],
  );
}
