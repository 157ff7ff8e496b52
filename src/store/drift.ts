import { type Db, one, type Tx } from './db.ts';
import { computeDifference, type DifferenceScope } from './difference.ts';
import { measureGuard } from './guard.ts';
import type { LinkedScope } from './operations.ts';

/** What the last daily comparison of members and ledger found. */
export interface Drift {
  readonly audience: string;
  readonly checkedAt: Date;
  /** People whose rows at Meta were not as they should be, and nobody had noted it. */
  readonly people: number;
}

/** Active links that nobody has compared as a whole for a day, and of which no run is under way. */
export async function linksToCheck(db: Db): Promise<{ audienceId: number }[]> {
  return await db.query<{ audienceId: number }>(
    `select a.id as "audienceId" from link l join audience a on a.id = l.audience_id
     where l.ended_at is null and not l.compare_all and a.state <> 'deactivated'
       and l.checked_at <= muster_now() - interval '1 day'
       and not exists (select 1 from run r where r.audience_id = a.id and r.state = 'running')
     order by l.checked_at limit 10`,
  );
}

/**
 * Compares everybody with everything that was told, and marks whoever differs without a mark: the next
 * run puts it right. Whoever changed since the members were looked at last is not counted. Call it in
 * a transaction that reads one snapshot.
 */
export async function checkDrift(tx: Tx, scope: DifferenceScope & LinkedScope): Promise<number> {
  await computeDifference(tx, { ...scope, everybody: true });
  const { people } = await one<{ people: number }>(
    tx,
    `with unnoted as (
       select distinct d.profile_id from difference d
       join audience a on a.id = $2
       left join profile p on p.database_id = $3 and p.id = d.profile_id
       where not exists (select 1 from dirty x where x.link_id = $1 and x.profile_id = d.profile_id)
         and (p.id is null or not (p.changed_xid >= pg_snapshot_xmin(a.feed_position)
           and not pg_visible_in_snapshot(p.changed_xid, a.feed_position)))
     ), noted as (
       insert into dirty (link_id, profile_id) select $1, profile_id from unnoted
     )
     select count(*) as people from unnoted`,
    [scope.linkId, scope.audienceId, scope.databaseId],
  );
  await tx.query('drop table difference');
  const { atMeta } = await measureGuard(tx, scope.linkId);
  await tx.query(
    `update link set checked_at = muster_now(), drifted_people = $2, told_people = $3 where id = $1`,
    [scope.linkId, people, atMeta],
  );
  return people;
}

/** Audiences of which the last comparison found something. */
export async function foundDrifts(db: Db): Promise<Drift[]> {
  return await db.query<Drift>(
    `select a.name as audience, l.checked_at as "checkedAt", l.drifted_people as people
     from link l join audience a on a.id = l.audience_id
     where l.ended_at is null and l.drifted_people > 0 order by a.id`,
  );
}
