import type { Tx } from './db.ts';

/*
 * Who became a member of an audience that rules ask about, or ceased to be one: whoever asks looks at
 * these people alone. Of more than some thousand at once, or where nobody asked yet, it is only written
 * down that something changed (members_untold_xid), and whoever asks looks at everybody.
 */

const TOLD_MAX = 10_000;

const isTold = `q.yes and c.joined + c."left" <= ${TOLD_MAX}`;

/** Parts of a statement about audience $1 that has joined and gone, of people, and counted. */
export const toldParts = `asked_about as materialized (
       select exists (select from audience o where o.reads_audiences @> array[$1::integer]
         and o.state <> 'deactivated') as yes
     ), told as (
       insert into member_news (audience_id, profile_id)
       select $1, x.profile_id
       from (select profile_id from joined union all select profile_id from gone) x,
         counted c, asked_about q
       where ${isTold}
     )`;

/** What the same statement sets of audience a, beside counted c and asked_about q. */
export const untoldColumn = `members_untold_xid = case when c.joined + c."left" > 0 and not (${isTold})
           then pg_current_xact_id() else a.members_untold_xid end`;

/**
 * Forgets what every audience that asks has seen. For a day nothing is forgotten: an audience whose
 * first look is not over yet is not known to ask.
 */
export async function forgetMemberNews(tx: Tx, audienceIds: readonly number[]): Promise<void> {
  await tx.query(
    `delete from member_news where ctid = any (array(
       select n.ctid from member_news n
       where n.audience_id = any($1) and n.at < muster_now() - interval '1 day'
         and not exists (select from audience o
           where o.reads_audiences @> array[n.audience_id] and o.state <> 'deactivated'
             and not pg_visible_in_snapshot(n.changed_xid, o.feed_position))
       for update skip locked))`,
    [audienceIds],
  );
}
