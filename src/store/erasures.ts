import { MusterError } from '#domain/errors/muster-error.ts';
import { lockEvaluations } from './audiences.ts';
import { beginKeyChange, followKeys } from './consent-changes.ts';
import { type Db, one, type Tx } from './db.ts';
import { leavingOfErasure, type Leaving } from './opt-outs.ts';
import { noteGone } from './profiles.ts';
import { lockAlone } from './suppressions.ts';

export interface Erasure {
  readonly id: number;
  readonly requestedAt: Date;
  readonly state: 'open' | 'settled' | 'given up';
  readonly settledAt: Date | null;
  readonly certificate: Certificate | null;
}

/** What was done about a person, without a word about who that was. */
export interface Certificate {
  readonly audiences: readonly Pick<Leaving, 'audience' | 'metaAudienceId' | 'state'>[];
  /** Ad accounts that were asked to remove the person from every audience. */
  readonly adAccounts: readonly { readonly adAccount: string; readonly state: string }[];
  /** Where Meta may still hold something. */
  readonly mayRemain: readonly string[];
}

const columns = `id, requested_at as "requestedAt", state, settled_at as "settledAt", certificate`;

/**
 * Takes a person away: profile, membership and values at once; what Meta was told stays sealed until
 * everybody there has been told to forget it. Their values are suppressed for good.
 * @param leftSince What left since then left for it.
 * @throws MusterError PROFILE_UNKNOWN
 */
export async function erase(
  tx: Tx,
  databaseId: number,
  externalId: string,
  leftSince?: Date,
): Promise<Erasure> {
  // In the order in which a run takes them.
  await lockEvaluations(tx, databaseId);
  await lockAlone(tx, databaseId);
  const [profile] = await tx.query<{ id: number }>(
    'select id from profile where database_id = $1 and external_id = $2 for update',
    [databaseId, externalId],
  );
  if (profile === undefined) throw new MusterError('PROFILE_UNKNOWN');
  const { id, rows } = await openErasure(tx, databaseId, profile.id);
  await suppress(tx, databaseId, rows);
  await followKeys(tx, databaseId, id);
  if (leftSince !== undefined) await adoptEntries(tx, { id, rows }, leftSince);
  await dropProfile(tx, databaseId, profile.id);
  await tx.query(
    `insert into account_removal (ad_account, erasure_id, opened_at, next_at)
     select distinct ad_account, $2::bigint, muster_now(), muster_now() from integration
     where database_id = $1`,
    [databaseId, id],
  );
  return await readErasure(tx, id);
}

/** What is left of an External ID: enough to recognise it, too little to find it out. */
function stampOf(externalId: string): string {
  return `stamp_of((select suppression_salt from installation),
    ('x' || substr(encode(sha256(convert_to(${externalId}, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint)`;
}

/** All rows of the person that were ever made, those of older values too. */
async function openErasure(
  tx: Tx,
  databaseId: number,
  profileId: number,
): Promise<{ id: number; rows: string }> {
  return await one<{ id: number; rows: string }>(
    tx,
    `insert into erasure (database_id, stamp, match_row_ids, requested_at)
     select $1, ${stampOf('p.external_id')},
       array(select mr.id from match_row mr
        where mr.database_id = $1 and mr.profile_id = $2), muster_now()
     from profile p where p.database_id = $1 and p.id = $2
     returning id, match_row_ids::text as rows`,
    [databaseId, profileId],
  );
}

async function suppress(tx: Tx, databaseId: number, rows: string): Promise<void> {
  await beginKeyChange(tx);
  await tx.query(
    `insert into key_change
     select distinct k.key, '', true from match_row mr cross join unnest(mr.keys) k (key)
     where mr.database_id = $1 and mr.id = any($2)`,
    [databaseId, rows],
  );
  await tx.query(
    `insert into suppression (database_id, key, reason, at)
     select $1, stamp_of(i.suppression_salt, c.key), 'erasure', muster_now()
     from key_change c, installation i on conflict do nothing`,
    [databaseId],
  );
}

/** What left already because an import held on to the profile belongs to the certificate too. */
async function adoptEntries(
  tx: Tx,
  { id, rows }: { id: number; rows: string },
  since: Date,
): Promise<void> {
  await tx.query(
    `update opt_out set erasure_id = $1
     where match_row_id = any($2::bigint[]) and erasure_id is null and opened_at >= $3`,
    [id, rows, since],
  );
}

async function dropProfile(tx: Tx, databaseId: number, profileId: number): Promise<void> {
  await noteGone(tx, databaseId, [profileId]);
  await tx.query(
    `with gone as (
       delete from profile where database_id = $1 and id = $2
     ), unblocked as (
       delete from blocked b using audience a
       where a.database_id = $1 and b.audience_id = a.id and b.profile_id = $2
     ), left_members as (
       delete from member m using audience a
       where a.database_id = $1 and m.audience_id = a.id and m.profile_id = $2
       returning m.audience_id
     ), counted as (
       update audience a set member_count = a.member_count - 1, members_changed_at = muster_now(),
         synchronized_at = null
       from left_members m where a.id = m.audience_id
     )
     insert into dirty (link_id, profile_id)
     select l.id, $2 from left_members m
     join link l on l.audience_id = m.audience_id and l.ended_at is null`,
    [databaseId, profileId],
  );
}

export async function readErasure(db: Db, id: number): Promise<Erasure> {
  return await one<Erasure>(db, `select ${columns} from erasure where id = $1`, [id]);
}

/** @throws MusterError PROFILE_UNKNOWN when that database has none of the number */
export async function erasureOfDatabase(db: Db, databaseId: number, id: string): Promise<Erasure> {
  const [found] = await db.query<Erasure>(
    `select ${columns} from erasure where database_id = $1 and id = $2`,
    [databaseId, id],
  );
  if (found === undefined) throw new MusterError('PROFILE_UNKNOWN', `erasure ${id}`);
  return found;
}

/** The newest erasure of whoever had this External ID. */
export async function findErasure(
  db: Db,
  databaseId: number,
  externalId: string,
): Promise<Erasure | null> {
  const [found] = await db.query<Erasure>(
    `select ${columns} from erasure
     where database_id = $1 and stamp = ${stampOf('$2::text')} order by id desc limit 1`,
    [databaseId, externalId],
  );
  return found ?? null;
}

/** Everything was acknowledged, and the last window of it ends within so long. */
export async function settlesWithin(db: Db, id: number, ms: number): Promise<boolean> {
  const { soon } = await one<{ soon: boolean }>(
    db,
    `select not exists (select 1 from opt_out x where x.erasure_id = $1 and x.done_at is null)
       and not exists (select 1 from account_removal a where a.erasure_id = $1
         and (a.done_at is null or a.settles_at > muster_now() + make_interval(secs => $2)))
       and not exists (select 1 from opt_out x join operation p on p.id = x.op_id
         where x.erasure_id = $1
           and p.settles_at > muster_now() + make_interval(secs => $2)) as soon`,
    [id, ms / 1000],
  );
  return soon;
}

/** After so long somebody is told, and after so long it ends (GDPR 12.3 leaves a month). */
const GIVE_UP_DAYS = 30;

/**
 * Ends the erasures that nothing is open of any more, and those that 30 days were not enough for:
 * the certificate is written and the sealed rows go, with everything that was known of them.
 */
export async function settleErasures(tx: Tx): Promise<void> {
  const ready = await tx.query<{ id: number; databaseId: number; rows: string; done: boolean }>(
    `select e.id, e.database_id as "databaseId", e.match_row_ids::text as rows, o.done
     from erasure e cross join lateral (
       select not exists (select 1 from opt_out x where x.erasure_id = e.id and x.done_at is null)
         and not exists (select 1 from account_removal a
           where a.erasure_id = e.id and (a.done_at is null or a.settles_at > muster_now()))
         and not exists (select 1 from opt_out x join operation p on p.id = x.op_id
           where x.erasure_id = e.id and p.settles_at > muster_now()) as done) o
     where e.state = 'open'
       and (o.done or e.requested_at < muster_now() - make_interval(days => ${GIVE_UP_DAYS}))
     for update of e skip locked`,
  );
  for (const erasure of ready) await settleErasure(tx, erasure);
}

async function settleErasure(
  tx: Tx,
  { id, databaseId, rows, done }: { id: number; databaseId: number; rows: string; done: boolean },
): Promise<void> {
  await lockAlone(tx, databaseId);
  await tx.query(
    `update opt_out set done_at = muster_now(), outcome = 'given up'
     where erasure_id = $1 and done_at is null`,
    [id],
  );
  await tx.query(
    `update erasure set state = $2, settled_at = muster_now(), certificate = $3,
       match_row_ids = '{}' where id = $1`,
    [id, done ? 'settled' : 'given up', JSON.stringify(await certificateOf(tx, id))],
  );
  await tx.query('delete from rejection where match_row_id = any($1)', [rows]);
  await tx.query('delete from ledger where match_row_id = any($1)', [rows]);
  await tx.query('delete from match_key where database_id = $1 and match_row_id = any($2)', [
    databaseId,
    rows,
  ]);
  await tx.query('delete from match_row where database_id = $1 and id = any($2)', [
    databaseId,
    rows,
  ]);
}

/** How far an erasure is, as it stands now or as it was certified. */
export async function certificateOf(db: Db, id: number): Promise<Certificate> {
  const audiences = await leavingOfErasure(db, id);
  const adAccounts = await db.query<{ adAccount: string; state: string }>(
    `select ad_account as "adAccount", case when done_at is not null then 'removed'
       when refusal is not null then 'refused' else 'waiting' end as state
     from account_removal where erasure_id = $1 order by ad_account`,
    [id],
  );
  const gone: readonly string[] = ['removed', 'audience gone'];
  return {
    audiences: audiences.map(({ audience, metaAudienceId, state }) => ({
      ...{ audience, metaAudienceId, state },
    })),
    adAccounts,
    mayRemain: [
      ...audiences.filter(({ state }) => !gone.includes(state)).map((left) => left.metaAudienceId),
      ...adAccounts.filter(({ state }) => state !== 'removed').map((left) => left.adAccount),
    ],
  };
}

/** Days after which an open erasure is somebody's business. */
const OVERDUE_DAYS = 25;

export async function countOverdueErasures(db: Db): Promise<number> {
  const { overdue } = await one<{ overdue: number }>(
    db,
    `select count(*) as overdue from erasure where state = 'open'
       and requested_at < muster_now() - make_interval(days => ${OVERDUE_DAYS})`,
  );
  return overdue;
}
