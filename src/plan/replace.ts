import type { Tx } from '#store/db.ts';
import { computeDifference, countDifference, sealChunks } from '#store/difference.ts';
import type { LinkedScope } from '#store/operations.ts';
import { chunkDigests, openPlan, sealPlan } from '#store/plans.ts';
import { listWanted, type WantedList } from '#store/replacements.ts';
import { readSending } from '#store/suppressions.ts';
import { checksumOf, nobodyLeaves, type PlanWish } from './make.ts';

/** The sealed list of everybody who is to be in the Meta audience, and what it changes. */
export interface ReplacePlan {
  readonly planId: number;
  readonly checksum: string;
  readonly list: WantedList;
  /** People: who comes in, and whom we told and who goes. */
  readonly joins: number;
  readonly leaves: number;
  readonly requests: number;
  readonly bytes: number;
}

/** What makes its checksum another one than that of an ordinary plan, and keeps `apply` from it. */
const replaces = { replaces: true } as const;

/** Looks, and stores the list under its checksum. Call it in a transaction that reads one snapshot. */
export async function makeReplacePlan(
  tx: Tx,
  wish: PlanWish,
  linkId: number,
): Promise<ReplacePlan> {
  const { suppressing } = await readSending(tx, wish.databaseId);
  const scope: LinkedScope = { ...wish, linkId, suppressing, everybody: true };
  await computeDifference(tx, scope);
  const { adds, removes } = await countDifference(tx);
  const list = await listWanted(tx, scope);
  const madeFrom = { ...wish.madeFrom, ...replaces };
  const planId = await openPlan(tx, { ...wish, runId: null, madeFrom });
  await sealChunks(tx, planId, scope, wish.limits);
  const digests = await chunkDigests(tx, planId);
  const plan: ReplacePlan = {
    ...{ planId, checksum: checksumOf(madeFrom, digests), list },
    ...{ joins: adds, leaves: removes, requests: digests.length },
    bytes: digests.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  await sealPlan(tx, planId, {
    ...{ checksum: plan.checksum, counts: plan, guard: nobodyLeaves, state: 'sealed' },
  });
  await tx.query('drop table difference');
  return plan;
}
