import type { Db } from './db.ts';
import { requestRunsThrough } from './run-queue.ts';

/** Why nothing is sent through a connection, or to one ad account. No personal data, no secret. */
export interface StopReason {
  /** Of the error catalogue. */
  readonly code: string;
  /** For people: what happened, and what to do. */
  readonly words: string;
  readonly link: string | null;
  readonly metaCode: number | null;
  readonly metaSubcode: number | null;
}

/** What is stopped: a connection with all its ad accounts, or one integration. */
export type Stoppable = 'connection' | 'integration';

/** A stop that is there already keeps its moment; its reason is the newest. */
export async function recordStop(
  db: Db,
  what: Stoppable,
  id: number,
  reason: StopReason,
): Promise<void> {
  await db.query(
    `update ${what} set stopped_for = $2, stopped_at = coalesce(stopped_at, muster_now()),
       tried_at = muster_now() where id = $1`,
    [id, JSON.stringify(reason)],
  );
}

/** Takes a stop away and, where there was one, asks for the runs of what waited behind it. */
export async function clearStop(db: Db, what: Stoppable, id: number): Promise<void> {
  const cleared = await db.query(
    `update ${what} set stopped_for = null, stopped_at = null, tried_at = null
     where id = $1 and stopped_at is not null returning 1`,
    [id],
  );
  if (cleared.length === 0) return;
  await requestRunsThrough(
    db,
    what === 'connection' ? { connectionId: id } : { integrationId: id },
  );
}

/** Whether it is our turn to try what is stopped again; one process at a time gets it. */
export async function claimTrial(
  db: Db,
  what: Stoppable,
  id: number,
  everyMs: number,
): Promise<boolean> {
  const claimed = await db.query(
    `update ${what} set tried_at = muster_now()
     where id = $1 and stopped_at is not null
       and tried_at <= muster_now() - $2 * interval '1 millisecond' returning 1`,
    [id, everyMs],
  );
  return claimed.length > 0;
}
