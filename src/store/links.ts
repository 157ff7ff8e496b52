import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';

/** An audience told to one Meta audience, in one epoch. */
export interface Link {
  readonly id: number;
  readonly audienceId: number;
  readonly databaseId: number;
  readonly adAccount: string;
  readonly metaAudienceId: string;
  readonly epoch: number;
  readonly compareAll: boolean;
  readonly notEnoughCount: number;
  readonly ageMs: number;
}

const columns = `id, audience_id as "audienceId", database_id as "databaseId",
  ad_account as "adAccount", meta_audience_id as "metaAudienceId", epoch,
  compare_all as "compareAll", not_enough_count as "notEnoughCount",
  extract(epoch from muster_now() - created_at)::float8 * 1000 as "ageMs"`;

export async function activeLink(db: Db, audienceId: number): Promise<Link | null> {
  const [link] = await db.query<Link>(
    `select ${columns} from link where audience_id = $1 and ended_at is null`,
    [audienceId],
  );
  return link ?? null;
}

/** @throws MusterError META_AUDIENCE_LINKED when another audience is linked to it. */
export async function createLink(
  db: Db,
  link: { audienceId: number; databaseId: number; adAccount: string; metaAudienceId: string },
): Promise<Link> {
  const made = await db.query<{ id: number }>(
    `insert into link (audience_id, database_id, ad_account, meta_audience_id, epoch)
     select $1, $2, $3, $4, coalesce((select max(epoch) from link where meta_audience_id = $4), 0) + 1
     on conflict do nothing returning id`,
    [link.audienceId, link.databaseId, link.adAccount, link.metaAudienceId],
  );
  const active = await activeLink(db, link.audienceId);
  if (made.length === 0 && active?.metaAudienceId !== link.metaAudienceId) {
    const { name } = await one<{ name: string | null }>(
      db,
      `select (select a.name from link l join audience a on a.id = l.audience_id
         where l.meta_audience_id = $1 and l.ended_at is null) as name`,
      [link.metaAudienceId],
    );
    throw new MusterError(
      'META_AUDIENCE_LINKED',
      `${link.metaAudienceId} belongs to “${name ?? active?.metaAudienceId ?? ''}”`,
    );
  }
  return activeLink(db, link.audienceId) as Promise<Link>;
}

/** The link of an audience is over; gives the Meta audience it led to. */
export async function endLink(db: Db, audienceId: number): Promise<string | null> {
  const [ended] = await db.query<{ metaAudienceId: string }>(
    `update link set ended_at = muster_now() where audience_id = $1 and ended_at is null
     returning meta_audience_id as "metaAudienceId"`,
    [audienceId],
  );
  return ended?.metaAudienceId ?? null;
}

/** Members without a row good enough to send: few people, found by a partial index. */
export async function recountNotEnough(
  db: Db,
  link: { id: number | null; audienceId: number; databaseId: number; sufficiencyMin: number },
): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    `select count(*) as count from profile p
     join member m on m.audience_id = $1 and m.profile_id = p.id
     where p.database_id = $2 and p.sufficiency < 2 and p.sufficiency < $3`,
    [link.audienceId, link.databaseId, link.sufficiencyMin],
  );
  if (link.id !== null) {
    await db.query('update link set not_enough_count = $2 where id = $1', [link.id, count]);
  }
  return count;
}

export async function countBlocked(db: Db, audienceId: number): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*) as count from blocked where audience_id = $1',
    [audienceId],
  );
  return count;
}
