import { type Db, one, type Tx } from './db.ts';
import { rowById, scopeParams, scopeSuppression, wantedRow } from './difference.ts';
import type { LinkedScope } from './operations.ts';
import { isWithheld } from './suppressions.ts';

/**
 * No row stays unsaid for longer, in days; where Meta lets people go by itself, less than half of the
 * time in which it does (protocol.md §9).
 */
const periodDays = 'least(30.0, (l.retention_days - 1) / 2.0)';

/** Rows that are older than this share of the period go along, so that few looks are needed. */
const EARLY_SHARE = 0.75;

/** Of a request, and of everybody at Meta: so much is said again in one run. */
const ROWS_MIN = 10_000;
const SHARE_MAX = 0.05;

/** Older than this a row no longer waits for its share: at 90 days External ID may stop working. */
const LAST_CALL_DAYS = 60;

/** So long a row may stay unsaid, as an interval; of link l. */
const period = `make_interval(secs => 86400 * ${periodDays})`;

const isDue = `a.sweep_off_at is null and l.ended_at is null
  and l.told_since + ${period} <= muster_now()`;

/** Whether rows of a link may have been told so long ago that they are to be said again. */
export async function isSweepDue(db: Db, linkId: number): Promise<boolean> {
  const found = await db.query(
    `select from link l join audience a on a.id = l.audience_id where l.id = $1 and ${isDue}`,
    [linkId],
  );
  return found.length > 0;
}

/**
 * Audiences that are sent at once, so that without a change nothing would run, and whose sweep is
 * due. One run an hour each.
 */
export async function sweepsDue(db: Db): Promise<{ audienceId: number }[]> {
  return await db.query<{ audienceId: number }>(
    `select a.id as "audienceId" from audience a join link l on l.audience_id = a.id
     where a.schedule->>'kind' = 'at once' and a.paused_at is null and a.state <> 'deactivated'
       and a.activated_at is not null and ${isDue}
       and not exists (select 1 from run r where r.audience_id = a.id
         and (r.state in ('queued', 'running', 'waiting')
           or r.started_at > muster_now() - interval '1 hour'))`,
  );
}

/**
 * A removal by a request, said once since the row was there: the row that it took over was not out.
 * Said a second time, a month later, nothing that was ever sent can bring the row back (decision 31).
 */
const isOutOnce = `(s.state = 'out' and s.kind = 'remove' and not s.covered and s.base <> 0)`;

/**
 * Fills the temporary table `difference` with rows that count as being at Meta, or as removed from it,
 * and were said so longest ago: the oldest first, as many as one run may say again.
 * @returns how many, and whether older ones are left for the next run.
 */
export async function chooseSwept(
  tx: Tx,
  scope: LinkedScope,
): Promise<{ rows: number; more: boolean }> {
  await tx.query('drop table if exists difference, old_row');
  await tx.query(
    `create temp table old_row on commit drop as
     select s.match_row_id as id, s.sent_at, s.state
     from ledger_state s join link l on l.id = s.link_id
     where s.link_id = $1 and (s.state = 'in' or ${isOutOnce})
       and s.sent_at <= muster_now() - ${period} * ${EARLY_SHARE}`,
    [scope.linkId],
  );
  const { limit } = await one<{ limit: number }>(
    tx,
    `select greatest(${ROWS_MIN},
       ceil(${SHARE_MAX} * (select count(*) from ledger where link_id = $1))::bigint,
       (select count(*) from old_row
        where state = 'in' and sent_at <= muster_now() - interval '${LAST_CALL_DAYS} days'))
       as limit`,
    [scope.linkId],
  );
  const { suppressing } = scope;
  await tx.query(
    `create temp table difference on commit drop as
     select mr.id as match_row_id, mr.profile_id, w.wire_bytes::integer as wire_bytes,
       (get_byte(mr.cells, 0) & 1) = 1 as has_external_id,
       case x.state when 'in' then 'add' else 'remove' end as kind, true as told,
       true as repeated, true as stays, null::text as cause, false as held,
       null::timestamptz as due_at
     from (select id, state from old_row order by sent_at, id offset 0) x
     cross join ${rowById}
     cross join lateral (select m.wire_bytes from match_row m
       where m.database_id = $3 and m.id = x.id offset 0) w
     where (x.state = 'in') = (${wantedRow(scope)} ${suppressing ? `and not ${isWithheld('mr', scopeSuppression)}` : ''})
       and $1::integer is not null
     limit $6`,
    [...scopeParams(scope), limit + 1],
  );
  const { rows } = await one<{ rows: number }>(tx, 'select count(*) as rows from difference');
  if (rows <= limit) return { rows, more: false };
  await tx.query('delete from difference where ctid = (select max(ctid) from difference)');
  return { rows: limit, more: true };
}

/** Whoever is in `difference` is looked at by the next plan, whatever becomes of the request. */
export async function markSwept(tx: Tx, linkId: number): Promise<void> {
  await tx.query(
    `insert into dirty (link_id, profile_id) select distinct $1::integer, profile_id from difference`,
    [linkId],
  );
}

/** Nothing old is left, and for a while nobody has to look; `more`: the next run looks again. */
export async function endSweep(db: Db, linkId: number, more: boolean): Promise<void> {
  await db.query(
    `update link l set told_since = case when $2 then '-infinity'
       else muster_now() - ${period} * ${EARLY_SHARE} end
     where id = $1`,
    [linkId, more],
  );
}

/** False: it was that way already. */
export async function setSweep(db: Db, audienceId: number, on: boolean): Promise<boolean> {
  const changed = await db.query(
    `update audience set sweep_off_at = case when $2 then null else muster_now() end
     where id = $1 and (sweep_off_at is not null) = $2 returning id`,
    [audienceId, on],
  );
  return changed.length > 0;
}

export async function isSweepOff(db: Db, audienceId: number): Promise<boolean> {
  const { off } = await one<{ off: boolean }>(
    db,
    'select sweep_off_at is not null as off from audience where id = $1',
    [audienceId],
  );
  return off;
}
