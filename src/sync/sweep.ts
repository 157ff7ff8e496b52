import { deliverPlan } from '#deliver/deliver.ts';
import { emptyTally, type Stop, type Tally } from '#deliver/delivery.ts';
import { countSwept, makeSweep } from '#plan/sweep.ts';
import { dropChunks } from '#store/plans.ts';
import { endSweep, isSweepDue } from '#store/sweep.ts';
import { type DeliveryRun, deliveryOf } from './delivery-of.ts';
import type { Muster, OnProgress, OpenClient } from './muster.ts';
import { type AudienceScope, planWish } from './scope.ts';

/** Rows that the next run would say again because they were told long ago; a young link costs a look-up. */
export async function countSweep(
  { store }: Pick<Muster, 'store'>,
  scope: AudienceScope,
): Promise<number> {
  const { link } = scope;
  if (link === null || !(await isSweepDue(store, link.id))) return 0;
  return await store.snapshot((tx) => countSwept(tx, planWish(scope, null), link.id));
}

/**
 * Says again what was told long ago, when a run has nothing fresh to send: a request that landed
 * later than anybody allows for, or an External ID that Meta has dropped, is put right by it
 * (protocol.md §9). Never waits for Meta's limits: what they hold back is left to the next run.
 * @returns whether anything was sent, and what has to end the run.
 */
export async function sweepOld(
  muster: Muster,
  client: OpenClient,
  scope: AudienceScope,
  run: DeliveryRun,
  onProgress: OnProgress,
): Promise<{ sent: boolean; stop: Stop | null }> {
  const { store } = muster;
  const { link } = scope;
  const nothing = { sent: false, stop: null };
  if (link === null || !(await isSweepDue(store, link.id))) return nothing;
  const wish = planWish(scope, run.claimed.id);
  const sweep = await store.snapshot((tx) => makeSweep(tx, wish, link.id));
  const tally = { ...emptyTally(), bisectRequestsLeft: run.tally.bisectRequestsLeft };
  const delivery = deliveryOf(muster, client, scope, { ...run, tally }, sweep.requests, onProgress);
  const stop = await deliverPlan(delivery, sweep.planId, {
    removals: true,
    held: false,
    again: true,
  });
  await dropChunks(store, sweep.planId);
  addSwept(run.tally, tally);
  await endSweep(store, link.id, sweep.more || stop !== null);
  return { sent: tally.requests > 0, stop: stop !== null && passes(stop) ? null : stop };
}

/** What Meta holds back for a while is no reason to end a run that has done its own. */
function passes(stop: Stop): boolean {
  return 'problem' in stop && (stop.problem.class === 'wait' || stop.problem.class === 'retry');
}

function addSwept(into: Tally, swept: Tally): void {
  into.swept += swept.accepted;
  into.accepted += swept.accepted;
  into.requests += swept.requests;
  into.rejected += swept.rejected;
  into.unattributed += swept.unattributed;
  into.fruitless += swept.fruitless;
  into.bisectRequestsLeft = swept.bisectRequestsLeft;
  for (const [reason, count] of swept.rejectedBy) {
    into.rejectedBy.set(reason, (into.rejectedBy.get(reason) ?? 0) + count);
  }
}
