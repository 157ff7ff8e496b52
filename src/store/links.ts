import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

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
  /** Meta was, or was about to be, asked to delete the audience. */
  readonly deletionBegan: boolean;
}

const columns = `id, audience_id as "audienceId", database_id as "databaseId",
  ad_account as "adAccount", meta_audience_id as "metaAudienceId", epoch,
  compare_all as "compareAll", not_enough_count as "notEnoughCount",
  extract(epoch from muster_now() - created_at)::float8 * 1000 as "ageMs",
  deletion_began_at is not null as "deletionBegan"`;

export async function activeLink(db: Db, audienceId: number): Promise<Link | null> {
  const [link] = await db.query<Link>(
    `select ${columns} from link where audience_id = $1 and ended_at is null`,
    [audienceId],
  );
  return link ?? null;
}

/** The last link of an audience, over or not; null: none, or its Meta audience is no more. */
export async function lastLink(db: Db, audienceId: number): Promise<Link | null> {
  const [link] = await db.query<Link & { gone: boolean }>(
    `select ${columns}, gone_at is not null as gone from link
     where audience_id = $1 order by id desc limit 1`,
    [audienceId],
  );
  return link === undefined || link.gone ? null : link;
}

/**
 * A new link. What the last one of its database told the same Meta audience becomes its own.
 * @throws MusterError META_AUDIENCE_LINKED when another audience is linked to it,
 * AUDIENCE_DEACTIVATED
 */
export async function createLink(
  db: Tx,
  link: { audienceId: number; databaseId: number; adAccount: string; metaAudienceId: string },
): Promise<Link> {
  const made = await db.query<{ id: number }>(
    `insert into link (audience_id, database_id, ad_account, meta_audience_id, epoch)
     select $1, $2, $3, $4, coalesce((select max(epoch) from link where meta_audience_id = $4), 0) + 1
     from audience where id = $1 and state <> 'deactivated'
     on conflict do nothing returning id`,
    [link.audienceId, link.databaseId, link.adAccount, link.metaAudienceId],
  );
  if (made[0] !== undefined) await adoptLedger(db, made[0].id, link);
  const active = await activeLink(db, link.audienceId);
  if (made.length === 0 && active?.metaAudienceId !== link.metaAudienceId) {
    const name = await otherAudienceOf(db, link.metaAudienceId, link.audienceId);
    const { name: own, deactivated } = await one<{ name: string; deactivated: boolean }>(
      db,
      `select name, state = 'deactivated' as deactivated from audience where id = $1`,
      [link.audienceId],
    );
    if (deactivated) throw new MusterError('AUDIENCE_DEACTIVATED', `“${own}”`);
    throw new MusterError(
      'META_AUDIENCE_LINKED',
      `${link.metaAudienceId} belongs to “${name ?? active?.metaAudienceId ?? ''}”`,
    );
  }
  return activeLink(db, link.audienceId) as Promise<Link>;
}

/** The name of another audience that is linked to a Meta audience now. */
export async function otherAudienceOf(
  db: Db,
  metaAudienceId: string,
  audienceId: number,
): Promise<string | null> {
  const [other] = await db.query<{ name: string }>(
    `select a.name from link l join audience a on a.id = l.audience_id
     where l.meta_audience_id = $1 and l.ended_at is null and a.id <> $2`,
    [metaAudienceId, audienceId],
  );
  return other?.name ?? null;
}

/**
 * What an earlier link told the same Meta audience is taken along, not copied: one ledger speaks for
 * a Meta audience. Nobody knows what happened there meanwhile, so who was in is unknown: said again if
 * wanted, else removed. Requests without an answer and the lane go along.
 */
async function adoptLedger(
  tx: Tx,
  linkId: number,
  { databaseId, metaAudienceId }: { databaseId: number; metaAudienceId: string },
): Promise<void> {
  const [older] = await tx.query<{ id: number }>(
    `select id from link where meta_audience_id = $1 and database_id = $2 and id < $3
     order by id desc limit 1`,
    [metaAudienceId, databaseId, linkId],
  );
  if (older === undefined) return;
  const params = [linkId, older.id];
  await tx.query(
    `update ledger l set link_id = $1, remove_until = case
         when o.kind = 'add' and o.outcome = 'clean'
           then greatest(l.remove_until, t.now + interval '1 microsecond')
         else l.remove_until end
     from ledger own left join operation o on o.id = own.op_id, (select muster_now() as now) t
     where l.link_id = $2 and own.link_id = l.link_id and own.match_row_id = l.match_row_id`,
    params,
  );
  await tx.query('update opt_out set link_id = $1 where link_id = $2 and done_at is null', params);
  await tx.query(
    'update operation set link_id = $1 where link_id = $2 and outcome is null',
    params,
  );
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

/** People whom consent keeps out of an audience, and by why. */
export interface Blocked {
  readonly noConsent: number;
  readonly noConsentBy: Readonly<Record<string, number>>;
}

/** Reads an index alone for those who said no, who may be a tenth of everybody. */
export async function countBlocked(db: Db, audienceId: number): Promise<Blocked> {
  const { noConsent, others } = await one<{
    noConsent: number;
    others: Readonly<Record<string, number>>;
  }>(
    db,
    `select (select count(*) from blocked where audience_id = $1) as "noConsent",
       coalesce((select jsonb_object_agg(o.reason, o.people) from (
         select reason, count(*) as people from blocked
         where audience_id = $1 and reason <> 'no' group by 1) o), '{}') as others`,
    [audienceId],
  );
  return { noConsent, noConsentBy: blockedBy(noConsent, others) };
}

/** By why, of so many in all; `others` are those who did not say no to marketing. */
export function blockedBy(
  noConsent: number,
  others: Readonly<Record<string, number>>,
): Blocked['noConsentBy'] {
  const no = noConsent - Object.values(others).reduce((sum, people) => sum + people, 0);
  return { ...(no > 0 ? { no } : {}), ...others };
}

/** Meta audience → the name of the audience that is linked to it now. */
export async function linkedAudiences(db: Db): Promise<ReadonlyMap<string, string>> {
  const found = await db.query<{ metaAudienceId: string; name: string }>(
    `select l.meta_audience_id as "metaAudienceId", a.name
     from link l join audience a on a.id = l.audience_id where l.ended_at is null`,
  );
  return new Map(found.map(({ metaAudienceId, name }) => [metaAudienceId, name]));
}
