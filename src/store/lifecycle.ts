import { MusterError } from '#domain/errors/muster-error.ts';
import { endApprovals } from './approvals.ts';
import { readAudience, refuseTakenKey } from './audiences.ts';
import type { Db, Tx } from './db.ts';
import { endLink } from './links.ts';
import { closeGone } from './opt-outs.ts';

/** Ends what an audience has under way or held, at once: whoever works on it finds its run gone. */
export async function stopRuns(tx: Tx, audienceId: number, reason: string): Promise<void> {
  await tx.query(
    `update run set state = 'cancelled', finished_at = muster_now(), cancel_reason = $2,
       fence = null, lease_until = null
     where audience_id = $1 and state in ('queued', 'running', 'waiting', 'held')`,
    [audienceId, reason],
  );
  await endApprovals(tx, audienceId, 'stale');
}

/**
 * Nothing is sent any more and the link is over, so its Meta audience is free. Who is in there stays;
 * what Meta was told is kept, and opt-outs leave all the same.
 * @returns the Meta audience that it was linked to.
 */
export async function deactivate(tx: Tx, audienceId: number): Promise<string | null> {
  await stopRuns(tx, audienceId, 'the audience was deactivated');
  await tx.query(
    `update audience set state = 'deactivated', next_run_at = null, replay_at = null,
       -- While it was being emptied nobody belonged, whatever the rule says: that look counts no more.
       feed_position = case when emptying_at is null then feed_position end, emptying_at = null
     where id = $1`,
    [audienceId],
  );
  return await endLink(tx, audienceId);
}

/** From now on nobody belongs to it, until the run that finds nobody left deactivates it. */
export async function beginEmptying(tx: Tx, audienceId: number): Promise<void> {
  await stopRuns(tx, audienceId, 'its people are being removed');
  await tx.query(
    `update audience set emptying_at = coalesce(emptying_at, muster_now()), feed_position = null,
       next_run_at = null, replay_at = null where id = $1`,
    [audienceId],
  );
}

/** Deactivates an audience whose people were to be removed first; nothing for any other. */
export async function endEmptying(tx: Tx, audienceId: number): Promise<void> {
  const emptied = await tx.query(
    'select 1 from audience where id = $1 and emptying_at is not null',
    [audienceId],
  );
  if (emptied.length > 0) await deactivate(tx, audienceId);
}

/** As if it had never been activated, and everybody has to be looked at. */
export async function reopen(tx: Tx, audienceId: number): Promise<void> {
  await stopRuns(tx, audienceId, 'the audience was activated again');
  await tx.query(
    `update audience set state = 'never', emptying_at = null, activated_at = null,
       feed_position = null, covered_at = null, synchronized_at = null
     where id = $1`,
    [audienceId],
  );
}

/** @throws MusterError AUDIENCE_EXISTS, AUDIENCE_KEY_TAKEN */
export async function renameAudience(db: Db, id: number, name: string): Promise<void> {
  const { databaseId } = await readAudience(db, id);
  await refuseTakenKey(db, databaseId, name, id);
  const renamed = await db.query(
    `update audience a set name = $2 where a.id = $1
       and not exists (select 1 from audience b where b.name = $2 and b.id <> a.id) returning 1`,
    [id, name],
  );
  if (renamed.length === 0) throw new MusterError('AUDIENCE_EXISTS', `“${name}”`);
}

/** Meta was, or is about to be, asked to delete it; whoever comes after looks before asking again. */
export async function beginDeletion(db: Db, linkId: number): Promise<void> {
  await db.query(
    'update link set deletion_began_at = coalesce(deletion_began_at, muster_now()) where id = $1',
    [linkId],
  );
}

/** The Meta audience is no more; the record of the audience stays, deactivated. */
export async function endDeletion(
  tx: Tx,
  { audienceId, metaAudienceId }: { audienceId: number; metaAudienceId: string },
): Promise<void> {
  const links = await tx.query<{ id: number }>(
    'select id from link where meta_audience_id = $1 and gone_at is null',
    [metaAudienceId],
  );
  await deactivate(tx, audienceId);
  for (const { id } of links) await closeGone(tx, id);
}
