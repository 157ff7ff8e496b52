import { type Db, one, type Tx } from './db.ts';
import { type DifferenceScope, scopeParams } from './difference.ts';

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
  const counted = await one<BadRequests>(
    tx,
    `with bad as materialized (
       select p.id, p.unusable,
         exists (select 1 from difference d
           where d.profile_id = p.id and d.kind = 'add' and not d.repeated)
         or (p.sufficiency < $5 and ($6 or exists (
           select 1 from dirty d where d.link_id = $1 and d.profile_id = p.id))) as told
       from profile p join member m on m.audience_id = $2 and m.profile_id = p.id
       where p.database_id = $3 and p.unusable is not null
         and (p.consent or (p.consent is null and $4))
     )
     select count(*) as standing, count(*) filter (where told) as people,
       coalesce((select jsonb_object_agg(r.reason, r.people) from (
         select u.pair->>1 as reason, count(distinct b.id) as people
         from bad b cross join jsonb_array_elements(b.unusable) u (pair)
         where b.told group by 1) r), '{}') as by
     from bad`,
    [...scopeParams(scope), scope.everybody],
  );
  if (scope.linkId !== null) {
    await tx.query('update link set bad_request_count = $2 where id = $1', [
      scope.linkId,
      counted.standing,
    ]);
  }
  return counted;
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
