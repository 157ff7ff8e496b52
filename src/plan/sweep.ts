import type { Tx } from '#store/db.ts';
import { sealChunks } from '#store/difference.ts';
import type { LinkedScope } from '#store/operations.ts';
import { chunkDigests, openPlan, sealPlan } from '#store/plans.ts';
import { readSending } from '#store/suppressions.ts';
import { chooseSwept, markSwept } from '#store/sweep.ts';
import { checksumOf, nobodyLeaves, type PlanWish } from './make.ts';

/** What was told long ago and is to be said again: a sealed list of its own. */
export interface Sweep {
  readonly planId: number;
  readonly rows: number;
  readonly requests: number;
  /** The next run goes on with what this one leaves. */
  readonly more: boolean;
}

/** How many rows the next run would say again because they were told long ago. */
export async function countSwept(tx: Tx, wish: PlanWish, linkId: number): Promise<number> {
  return (await chooseSwept(tx, await scopeOf(tx, wish, linkId))).rows;
}

/** Seals what one run may say again (protocol.md §9). Call it in a transaction that reads one snapshot. */
export async function makeSweep(tx: Tx, wish: PlanWish, linkId: number): Promise<Sweep> {
  const scope = await scopeOf(tx, wish, linkId);
  const { rows, more } = await chooseSwept(tx, scope);
  const planId = await openPlan(tx, wish);
  await sealChunks(tx, planId, scope, wish.limits);
  const digests = await chunkDigests(tx, planId);
  await sealPlan(tx, planId, {
    checksum: checksumOf(wish.madeFrom, digests),
    counts: { swept: rows, requests: digests.length },
    guard: { ...nobodyLeaves, held: 0 },
    state: 'sealed',
  });
  await markSwept(tx, linkId);
  return { planId, rows, requests: digests.length, more };
}

async function scopeOf(tx: Tx, wish: PlanWish, linkId: number): Promise<LinkedScope> {
  const { suppressing } = await readSending(tx, wish.databaseId);
  return { ...wish, linkId, suppressing };
}
