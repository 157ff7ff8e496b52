import { isRuleDue } from './audiences.ts';
import { type Db, one } from './db.ts';

const isNews = (xid: string): string => `${xid} >= pg_snapshot_xmin(a.feed_position)
    and not pg_visible_in_snapshot(${xid}, a.feed_position)`;

/**
 * Whether anything in a table is news to a. In the order of the index, or the planner takes a third of
 * all rows for news, reads the table from its start to find the first, and finds none in millions.
 */
const hasNews = (
  table: 'profile' | 'event' | 'people_group' | 'group_member',
  which = 'true',
): string => `exists (select from (
    select x.changed_xid from ${table} x where x.database_id = a.database_id and ${which}
      and x.changed_xid >= pg_snapshot_xmin(a.feed_position) order by x.changed_xid desc offset 0) x
    where not pg_visible_in_snapshot(x.changed_xid, a.feed_position))`;

/**
 * Whether anything that audience a asks about has changed since it was looked at: profiles, events, groups,
 * the members of other audiences, the clock; i is the installation.
 */
const hasChanged = `case when a.feed_position is null or a.feed_restore_epoch <> i.restore_epoch
  then exists (select 1 from profile p where p.database_id = a.database_id)
  else ${hasNews('profile')}
    or exists (select from unnest(a.reads_event_names) n (name)
      where ${hasNews('event', 'x.name = n.name')})
    or a.reads_groups and (${hasNews('people_group')} or ${hasNews('group_member')})
    or exists (select 1 from audience o where o.id = any(a.reads_audiences)
      and ${isNews('o.answers_xid')})
    or (select r.at from recheck r where r.audience_id = a.id order by r.at limit 1) <= muster_now()
    or ${isRuleDue} end`;

/** Only those that somebody has activated or looked at before. */
const isFollowed = `a.state <> 'deactivated'
  and (a.feed_position is not null or a.activated_at is not null)`;

/** Of which database, and whether those that are sent at once, or the others; null: whichever. */
export interface Followed {
  readonly databaseId: number | null;
  readonly atOnce: boolean | null;
}

/** Audiences whose people changed since they were looked at last, by the feed of their database. */
export async function changedAudiences(
  db: Db,
  { databaseId, atOnce }: Followed,
): Promise<{ id: number; name: string }[]> {
  return await db.query<{ id: number; name: string }>(
    `select a.id, a.name from audience a, installation i
     where ${isFollowed} and ($1::integer is null or a.database_id = $1)
       and ($2::boolean is null or (a.schedule->>'kind' = 'at once') = $2)
       and ${hasChanged}
     order by a.id`,
    [databaseId, atOnce],
  );
}

/**
 * Moves audiences of which nobody has changed to where the feed is now. A position from beside a long
 * transaction has much behind it that it has seen, and looking over that takes time at every look.
 */
export async function moveOn(db: Db): Promise<void> {
  await db.query(
    `update audience a set feed_position = pg_current_snapshot() from installation i
     where ${isFollowed} and a.feed_position is not null
       and a.feed_restore_epoch = i.restore_epoch and not (${hasChanged})`,
  );
}

/**
 * Audiences that are sent at once and have something to say that no run has looked at: members that
 * changed after the last run, and no run that is active and will see them.
 */
export async function unsentChanges(db: Db): Promise<{ audienceId: number }[]> {
  return await db.query<{ audienceId: number }>(
    `select a.id as "audienceId" from audience a
     left join lateral (select coalesce(r.evaluated_at, r.looked_at, r.finished_at) as at from run r
       where r.audience_id = a.id order by r.id desc limit 1) r on true
     where a.schedule->>'kind' = 'at once' and a.activated_at is not null
       and a.paused_at is null and a.state <> 'deactivated' and a.emptying_at is null
       and a.members_changed_at > coalesce(r.at, '-infinity')
       and not exists (select 1 from run q where q.audience_id = a.id
         and q.state in ('queued', 'running', 'waiting'))`,
  );
}

/** Whether there is anything that Meta may have to be told. */
export async function hasMarks(db: Db, audienceId: number): Promise<boolean> {
  const { exists } = await one<{ exists: boolean }>(
    db,
    `select exists (select 1 from link l where l.audience_id = $1 and l.ended_at is null
       and (l.compare_all or exists (select 1 from dirty d where d.link_id = l.id)))`,
    [audienceId],
  );
  return exists;
}
