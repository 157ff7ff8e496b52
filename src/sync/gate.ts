import type { Delivery } from '#deliver/delivery.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type ClaimedRun, LEASE_MS, renewLease } from '#store/run-queue.ts';
import type { Muster } from './muster.ts';

/** How often a run asks whether it may go on, at most. */
const ASK_EVERY_MS = 1_000;

/** How long a run may keep its worker while others wait for one. */
const SLICE_MS = 60_000;

export interface Gate extends Disposable {
  readonly goOn: Delivery['goOn'];
}

/**
 * Keeps a run ours for as long as the process lives, and hears whether it shall stop: cancelled,
 * paused, outside of its running period, or to let others have a turn, if it can come back by itself:
 * also when the process is about to end.
 */
export function openGate(
  muster: Muster,
  run: ClaimedRun,
  mayYield: boolean,
  leaving?: AbortSignal,
): Gate {
  const startedMs = muster.clock();
  let askedMs = startedMs;
  const stopBeating = muster.every(LEASE_MS / 4, () => {
    // A beat that fails is missed; the run itself finds out whether it is lost.
    renewLease(muster.store, run).catch(() => {});
  });
  return {
    async goOn() {
      if (leaving?.aborted === true) return { wish: 'yield' };
      const nowMs = muster.clock();
      if (nowMs - askedMs < ASK_EVERY_MS) return null;
      askedMs = nowMs;
      const news = await renewLease(muster.store, run);
      if (news === 'lost') throw new MusterError('RUN_TAKEN_OVER');
      if (news === 'cancel' || news === 'pause') return { wish: news };
      return news === 'yield' && mayYield && nowMs - startedMs > SLICE_MS ? { wish: news } : null;
    },
    [Symbol.dispose]: stopBeating,
  };
}
