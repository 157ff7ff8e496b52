import { isWithin, nextRunAfter } from '#schedules/next-run.ts';
import { dueSchedules, setNextRun, takeReplay } from '#store/audience-schedules.ts';
import { hasMarks, moveOn, unsentChanges } from '#store/change-feed.ts';
import { requestRun } from '#store/run-queue.ts';
import { sweepsDue } from '#store/sweep.ts';
import { anchoredOf } from '#sync/anchored.ts';
import type { Muster } from '#sync/muster.ts';
import { refreshMembers } from '#sync/refresh.ts';

const SCHEDULES_AT_ONCE = 100;

/** A look that found nothing and took longer looked over too much. */
const SLOW_LOOK_MS = 200;

/** What comes within this time after a change goes with it (features.md §9 Q-2). */
const DEBOUNCE_MS = 500;

/**
 * Queues the planned runs that have come. However many of its moments an audience missed, it gets one
 * run, and its next moment is one of its own again.
 * @returns how many were queued.
 */
export async function queueDueRuns({ store }: Muster): Promise<number> {
  return await store.tx(async (tx) => {
    const due = await dueSchedules(tx, SCHEDULES_AT_ONCE);
    for (const stored of due) {
      const { audienceId, now } = stored;
      const { anchored } = anchoredOf(stored);
      await setNextRun(tx, audienceId, nextRunAfter(anchored, now));
      // Its moment came inside the running period, and nobody was there before that was over.
      if (!isWithin(anchored.period, now)) continue;
      const replay = await takeReplay(tx, audienceId);
      await requestRun(tx, { audienceId, trigger: 'schedule', replay });
    }
    return due.length;
  });
}

/**
 * Looks who joined and left where people changed, and queues a run for the audiences that are sent
 * at once. Changes that come together go together.
 */
export async function followChanges(muster: Muster): Promise<void> {
  const { store } = muster;
  for (const { id, activatedAt } of await refreshMembers(muster, following(true))) {
    if (activatedAt === null || !(await hasMarks(store, id))) continue;
    await requestRun(store, { audienceId: id, trigger: 'change', dueInMs: DEBOUNCE_MS });
  }
  for (const { audienceId } of await unsentChanges(store)) {
    await requestRun(store, { audienceId, trigger: 'change', dueInMs: DEBOUNCE_MS });
  }
}

/**
 * Queues a run for audiences that are sent at once when something was told so long ago that it has to
 * be said again: without a change they have none.
 * @returns how many were queued.
 */
export async function queueSweeps({ store }: Muster): Promise<number> {
  const due = await sweepsDue(store);
  for (const { audienceId } of due) await requestRun(store, { audienceId, trigger: 'schedule' });
  return due.length;
}

/** Keeps the members of all other audiences true; apart, because a large one takes its time. */
export async function countMembers(muster: Muster): Promise<void> {
  const startedMs = muster.clock();
  const changed = await refreshMembers(muster, following(false));
  if (changed.length === 0 && muster.clock() - startedMs > SLOW_LOOK_MS) await moveOn(muster.store);
}

function following(atOnce: boolean): { databaseId: null; atOnce: boolean } {
  return { databaseId: null, atOnce };
}
