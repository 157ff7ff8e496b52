import { mayBeSent, ruleParam } from './consent-rule.ts';
import { type Db, one, type Tx } from './db.ts';
import type { DifferenceScope } from './difference.ts';

/** Members with a value that is there and gives no identifier ("Bad Request", decision 13). */
export interface BadRequests {
  /** All of them. */
  readonly standing: number;
  /** Those whose rows this plan tells, or cannot tell for want of enough: people, and by reason. */
  readonly people: number;
  readonly by: Readonly<Record<string, number>>;
}

/**
 * Counts them, in the transaction that has the table `difference` and before its marks are settled.
 * Looks at nobody while nothing has changed.
 */
export async function countBadRequests(tx: Tx, scope: DifferenceScope): Promise<BadRequests> {
  if (!(await hasSomethingToLookAt(tx, scope))) {
    return { standing: await standingCount(tx, scope.linkId), people: 0, by: {} };
  }
  const standing = await listBad(tx, scope);
  if (scope.linkId !== null) {
    await tx.query('update link set bad_request_count = $2 where id = $1', [
      scope.linkId,
      standing,
    ]);
  }
  const told = standing === 0 ? { people: 0, by: {} } : await countTold(tx);
  await tx.query('drop table bad');
  return { standing, ...told };
}

/** Into a table that is analyzed: they may be three or a third of a million. */
async function listBad(tx: Tx, scope: DifferenceScope): Promise<number> {
  await tx.query(
    `create temp table bad on commit drop as
     select p.id, p.unusable,
       p.sufficiency < $4 and ($5 or exists (
         select 1 from dirty d where d.link_id = $6 and d.profile_id = p.id)) as held_back
     from profile p join member m on m.audience_id = $1 and m.profile_id = p.id
     where p.database_id = $2 and p.unusable is not null
       and ${mayBeSent('p', '$3')}`,
    [
      scope.audienceId,
      scope.databaseId,
      ruleParam(scope.consentRule),
      scope.sufficiencyMin,
      scope.everybody,
      scope.linkId,
    ],
  );
  await tx.query('analyze bad');
  const { count } = await one<{ count: number }>(tx, 'select count(*) as count from bad');
  return count;
}

async function countTold(tx: Tx): Promise<Omit<BadRequests, 'standing'>> {
  return await one<Omit<BadRequests, 'standing'>>(
    tx,
    `with told as materialized (
       select id, unusable from bad where held_back
       union all
       select distinct b.id, b.unusable from bad b
       join difference d on d.profile_id = b.id and d.kind = 'add' and not d.repeated
       where not b.held_back
     )
     select count(*) as people,
       coalesce((select jsonb_object_agg(r.reason, r.people) from (
         select u.pair->>1 as reason, count(distinct t.id) as people
         from told t cross join jsonb_array_elements(t.unusable) u (pair) group by 1) r), '{}') as by
     from told`,
  );
}

async function hasSomethingToLookAt(tx: Tx, scope: DifferenceScope): Promise<boolean> {
  if (scope.everybody || scope.linkId === null) return true;
  const { some } = await one<{ some: boolean }>(
    tx,
    'select exists (select 1 from dirty where link_id = $1) as some',
    [scope.linkId],
  );
  return some;
}

async function standingCount(db: Db, linkId: number | null): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select bad_request_count as count from link where id = $1',
    [linkId],
  );
  return count;
}
