import type { ConsentRule } from '#domain/consent.ts';
import { toBigints } from './bigints.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import type { Outcome } from './operations.ts';

/** Namespace of the advisory locks by which one lane an ad account is served by one process. */
const LANE_LOCK = 7_278_315;

/**
 * Holds the lane of an ad account while `work` runs. Null when another process has it: that one sees
 * what is written down before it lets go, or the next one does.
 */
export async function withLane<T>(
  store: Store,
  adAccount: string,
  work: () => Promise<T>,
): Promise<T | null> {
  return await store.session(async (session) => {
    const { taken } = await one<{ taken: boolean }>(
      session,
      'select pg_try_advisory_lock($1, hashtext($2)) as taken',
      [LANE_LOCK, adAccount],
    );
    if (!taken) return null;
    try {
      return await work();
    } finally {
      await session
        .query('select pg_advisory_unlock($1, hashtext($2))', [LANE_LOCK, adAccount])
        .catch(() => {});
    }
  });
}

/** Nothing of erasure e is open, and a request to an account, a, was the last thing to settle. */
const isErasureReady = `(e.state = 'open' and a.done_at is not null
  and a.settles_at <= muster_now()
  and not exists (select 1 from opt_out x left join operation o on o.id = x.op_id
    where x.erasure_id = e.id and (x.done_at is null or o.settles_at > muster_now())))`;

/** Something has to leave now, or a consent has changed and nobody has looked what follows. */
export async function isLaneDue(db: Db, adAccount: string): Promise<boolean> {
  const { due } = await one<{ due: boolean }>(
    db,
    `select exists (select 1 from opt_out e join link l on l.id = e.link_id
         where e.done_at is null and e.next_at <= muster_now() and l.ad_account = $1)
       or exists (select 1 from account_removal a
         where a.done_at is null and a.next_at <= muster_now() and a.ad_account = $1)
       or exists (select 1 from account_removal a join erasure e on e.id = a.erasure_id
         where a.ad_account = $1 and ${isErasureReady})
       or exists (select 1 from consent_change c
         join integration i on i.database_id = c.database_id where i.ad_account = $1) as due`,
    [adAccount],
  );
  return due;
}

/** The ad accounts whose lane has something to do now; what a worker asks. */
export async function accountsDue(db: Db): Promise<string[]> {
  const found = await db.query<{ account: string }>(
    `select l.ad_account as account from opt_out e join link l on l.id = e.link_id
     where e.done_at is null and e.next_at <= muster_now()
     union select a.ad_account from account_removal a
     join erasure e on e.id = a.erasure_id
     where a.done_at is null and a.next_at <= muster_now()
       or ${isErasureReady}
     union select i.ad_account from consent_change c
     join integration i on i.database_id = c.database_id
     union select i.ad_account from spoken_no s
     join integration i on i.database_id = s.database_id where s.inbox_id is null`,
  );
  return found.map(({ account }) => account);
}

/**
 * An integration through which an ad account is reached, its own or that of an audience which goes to
 * the account by exception; enabled or not, opt-outs leave by it.
 */
export async function integrationOfAccount(db: Db, adAccount: string): Promise<number | null> {
  const [found] = await db.query<{ id: number }>(
    `select i.id from integration i
     where i.ad_account = $1 or i.id in (select a.integration_id from link l
       join audience a on a.id = l.audience_id where l.ad_account = $1)
     order by i.ad_account = $1 desc, i.enabled desc, i.id limit 1`,
    [adAccount],
  );
  return found?.id ?? null;
}

/** Every ad account that people of a database were, or are, told to. */
export async function accountsOfDatabase(db: Db, databaseId: number): Promise<string[]> {
  const found = await db.query<{ account: string }>(
    `select ad_account as account from integration where database_id = $1
     union select ad_account from link where database_id = $1 order by 1`,
    [databaseId],
  );
  return found.map(({ account }) => account);
}

/** A link that something has to leave from now, with all that sending needs. */
export interface LaneLink {
  readonly linkId: number;
  readonly audienceId: number;
  readonly databaseId: number;
  readonly metaAudienceId: string;
  readonly consentRule: ConsentRule;
  readonly externalIdAllowed: boolean;
  readonly valueBased: boolean;
}

export async function linksDue(db: Db, adAccount: string): Promise<LaneLink[]> {
  return await db.query<LaneLink>(
    `select l.id as "linkId", l.audience_id as "audienceId", l.database_id as "databaseId",
       l.meta_audience_id as "metaAudienceId",
       jsonb_build_object('unknownPasses', d.unknown_consent_passes,
         'required', coalesce(i.required_consents, '{}')) as "consentRule",
       coalesce(i.external_id_allowed, false) as "externalIdAllowed",
       a.value_based as "valueBased"
     from link l join database d on d.id = l.database_id
     join audience a on a.id = l.audience_id left join integration i on i.id = a.integration_id
     where l.ad_account = $1 and exists (select 1 from opt_out e
       where e.link_id = l.id and e.done_at is null and e.next_at <= muster_now())
       -- Meta takes no other request for it; they are left out of the exchange, and are first after it.
       and not exists (select 1 from replacement r where r.link_id = l.id
         and r.state = 'under way' and r.closes_at > muster_now())
     order by l.id`,
    [adAccount],
  );
}

/** The rows that have to leave from a link now, those that wait longest first. */
export async function entriesDue(db: Db, linkId: number, limit: number): Promise<number[]> {
  const due = await db.query<{ id: number }>(
    `select match_row_id as id from opt_out
     where link_id = $1 and done_at is null and next_at <= muster_now() order by id limit $2`,
    [linkId, limit],
  );
  return due.map(({ id }) => id);
}

/** Part of a TX-send: which entries the operation carries; the others have nothing left to remove. */
export async function carryEntries(
  tx: Tx,
  linkId: number,
  { operationId, listed, carried, left }: EntriesOfOperation,
): Promise<void> {
  await tx.query(
    `update opt_out e set op_id = $2, sent_at = muster_now(), tries = e.tries + 1
     where e.link_id = $1 and e.match_row_id = any($3) and e.done_at is null`,
    [linkId, operationId, toBigints(carried)],
  );
  await markEntries(
    tx,
    `update opt_out e set done_at = muster_now(), outcome = 'moot'
     where e.link_id = $1 and e.match_row_id = any($2) and e.match_row_id <> all($3::bigint[] || $4::bigint[])
       and e.done_at is null returning e.link_id, e.match_row_id`,
    [linkId, toBigints(listed), toBigints(carried), toBigints(left)],
  );
}

interface EntriesOfOperation {
  readonly operationId: number;
  readonly listed: readonly number[];
  readonly carried: readonly number[];
  /** Of another shape: the next operation takes them. */
  readonly left: readonly number[];
}

/** An entry that is done lets go of its row, so the next plan looks at its person. */
async function markEntries(tx: Tx, update: string, params: readonly unknown[]): Promise<void> {
  await tx.query(
    `with closed as (${update})
     insert into dirty (link_id, profile_id)
     select distinct c.link_id, mr.profile_id from closed c
     join link l on l.id = c.link_id and l.ended_at is null
     join match_row mr on mr.database_id = l.database_id and mr.id = c.match_row_id`,
    params,
  );
}

/** After the first try so long, then twice as long each time, up to the longest. */
const RETRY_FIRST_SECONDS = 1;
const RETRY_SECONDS_MAX = 300;
const REFUSED_FIRST_SECONDS = 60;
const REFUSED_SECONDS_MAX = 6 * 3_600;

const backoff = (first: number, longest: number) =>
  `make_interval(secs => least(${longest}, ${first} * power(2, least(greatest(e.tries, 1) - 1, 20))))`;

/**
 * What became of the entries that an operation carried. A clean answer is the end, unless an addition
 * sent before may land after it: then the removal is said once more when that is over.
 * @param refusal What Meta said, or null where it may pass by itself.
 */
export async function answerEntries(
  tx: Tx,
  operationId: number,
  outcome: Outcome,
  refusal: object | null,
): Promise<void> {
  if (outcome === 'clean') {
    await tx.query(
      `update opt_out e set next_at = e.add_until, refusal = null
       from operation o where o.id = $1 and e.op_id = o.id and e.done_at is null
         and o.sent_at < e.add_until`,
      [operationId],
    );
    await markEntries(
      tx,
      `update opt_out e set done_at = muster_now(), outcome = 'removed', refusal = null
       from operation o where o.id = $1 and e.op_id = o.id and e.done_at is null
         and coalesce(o.sent_at >= e.add_until, true) returning e.link_id, e.match_row_id`,
      [operationId],
    );
    return;
  }
  const pause =
    refusal === null
      ? backoff(RETRY_FIRST_SECONDS, RETRY_SECONDS_MAX)
      : backoff(REFUSED_FIRST_SECONDS, REFUSED_SECONDS_MAX);
  await tx.query(
    `update opt_out e set next_at = muster_now() + ${pause}, refusal = $2
     where e.op_id = $1 and e.done_at is null`,
    [operationId, refusal === null ? null : JSON.stringify(refusal)],
  );
}

/** The rows of an operation that Meta took as invalid, and so did not remove. */
export async function refuseEntries(
  tx: Tx,
  operationId: number,
  rows: readonly { readonly matchRowId: number; readonly reason: string }[],
): Promise<void> {
  await tx.query(
    `update opt_out e set refusal = jsonb_build_object('meaning', 'row invalid', 'said', x.reason),
       op_id = null, next_at = muster_now() + ${backoff(REFUSED_FIRST_SECONDS, REFUSED_SECONDS_MAX)}
     from unnest($2::bigint[], $3::text[]) x (id, reason)
     where e.op_id = $1 and e.match_row_id = x.id and e.done_at is null`,
    [
      operationId,
      toBigints(rows.map(({ matchRowId }) => matchRowId)),
      rows.map(({ reason }) => reason),
    ],
  );
}

/** Nothing more for this ad account for a while: a token, a limit, a person decides. */
export async function restLane(db: Db, adAccount: string, seconds: number): Promise<void> {
  await db.query(
    `with rested as (
       update account_removal set next_at = greatest(next_at, muster_now() + make_interval(secs => $2))
       where ad_account = $1 and done_at is null
     )
     update opt_out e set next_at = greatest(e.next_at, muster_now() + make_interval(secs => $2))
     from link l where l.id = e.link_id and l.ad_account = $1 and e.done_at is null`,
    [adAccount, seconds],
  );
}

/** The Meta audience is no more, so nobody is in it. */
export async function closeGone(tx: Tx, linkId: number): Promise<void> {
  await tx.query('update link set gone_at = coalesce(gone_at, muster_now()) where id = $1', [
    linkId,
  ]);
  await markEntries(
    tx,
    `update opt_out e set done_at = muster_now(), outcome = 'audience gone'
     where e.link_id = $1 and e.done_at is null returning e.link_id, e.match_row_id`,
    [linkId],
  );
}

/** One audience that somebody has to leave, or has left, and how far that is. */
export interface Leaving {
  readonly audience: string;
  readonly metaAudienceId: string;
  readonly rows: number;
  /** removed: acknowledged. confirming: said, and said again later. waiting: not said yet. */
  readonly state: 'removed' | 'confirming' | 'waiting' | 'refused' | 'audience gone' | 'given up';
  readonly refusal: string | null;
  readonly openedAt: Date;
  readonly sentAt: Date | null;
  /** When something of it is said next; null: never again. */
  readonly nextAt: Date | null;
}

const leaving = `select a.name as audience, l.meta_audience_id as "metaAudienceId",
    count(*) as rows, min(e.opened_at) as "openedAt", min(e.sent_at) as "sentAt",
    min(e.next_at) filter (where e.done_at is null) as "nextAt",
    coalesce(max(e.refusal->>'words'), max(e.refusal->>'said')) as refusal,
    case when bool_or(e.done_at is null and e.refusal is not null) then 'refused'
      when bool_or(e.done_at is null and not coalesce(o.outcome = 'clean', false)) then 'waiting'
      when bool_or(e.done_at is null) then 'confirming'
      when bool_or(e.outcome = 'given up') then 'given up'
      when bool_and(e.outcome = 'audience gone') then 'audience gone'
      else 'removed' end as state
  from opt_out e join link l on l.id = e.link_id join audience a on a.id = l.audience_id
  left join operation o on o.id = e.op_id`;

/** Where the rows of one person have to leave, and those that share a value with them. */
export async function leavingOfProfile(
  db: Db,
  databaseId: number,
  profileId: number,
  since: Date,
): Promise<Leaving[]> {
  return await db.query<Leaving>(
    `${leaving}
     where l.database_id = $1 and (e.done_at is null or e.opened_at >= $3)
       and e.outcome is distinct from 'moot'
       and exists (select 1 from match_row own
         cross join unnest(own.keys) k (key) join match_row mr
           on mr.database_id = $1 and mr.id = e.match_row_id and k.key = any(mr.keys)
         where own.database_id = $1 and own.profile_id = $2)
     group by a.name, l.meta_audience_id order by a.name`,
    [databaseId, profileId, since],
  );
}

export async function leavingOfErasure(db: Db, erasureId: number): Promise<Leaving[]> {
  return await db.query<Leaving>(
    `${leaving} where e.erasure_id = $1 and e.outcome is distinct from 'moot'
     group by a.name, l.meta_audience_id order by a.name`,
    [erasureId],
  );
}

/** What of a link's lane waits for a window or a pause, and is not refused; ms until the first. */
export async function laneWaiting(
  db: Db,
  linkId: number,
): Promise<{ rows: number; waitMs: number | null; until: Date | null }> {
  return await one<{ rows: number; waitMs: number | null; until: Date | null }>(
    db,
    // What is due already is being said by another process, whose request may hang: the longer it has
    // been due, the later it is looked at again.
    `select rows, until, case when rows > 0 then greatest(250, ms, least(5000, -ms)) end as "waitMs"
     from (select count(*) as rows, min(next_at) as until,
             extract(epoch from min(next_at) - muster_now())::float8 * 1000 as ms
           from opt_out where link_id = $1 and done_at is null and refusal is null) open`,
    [linkId],
  );
}

/** Everything that has not left yet, of one database or of all, audience by audience. */
export async function openOptOuts(db: Db, databaseId: number | null = null): Promise<Leaving[]> {
  return await db.query<Leaving>(
    `${leaving} where e.done_at is null and ($1::integer is null or l.database_id = $1)
     group by a.name, l.meta_audience_id order by a.name`,
    [databaseId],
  );
}

/**
 * What the lane did for the audience of a run: people removed since the run before it had ended, and
 * requests made while this one ran.
 */
export async function laneOfRun(
  db: Db,
  runId: number,
): Promise<{ people: number; requests: number }> {
  return await one<{ people: number; requests: number }>(
    db,
    `select coalesce(sum(o.people) filter (where o.outcome = 'clean'), 0)::bigint as people,
       count(*) filter (where o.sent_at > r.started_at) as requests
     from run r left join operation o on o.link_id = r.link_id and o.lane
       and o.sent_at > coalesce((select max(b.finished_at) from run b
         where b.audience_id = r.audience_id and b.id < r.id), '-infinity')
     where r.id = $1`,
    [runId],
  );
}
