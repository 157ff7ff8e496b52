import { createHash } from 'node:crypto';
import type { ConsentRule } from '#domain/consent.ts';
import type { ApprovalLimits } from '#store/approvals.ts';
import type { Tx } from '#store/db.ts';
import {
  computeDifference,
  countWithheld,
  countDifference,
  type DifferenceCounts,
  type DifferenceScope,
  holdForApproval,
  holdRemovals,
  leaveUncovered,
  type RequestLimits,
  sealChunks,
  settleMarks,
} from '#store/difference.ts';
import { nameCauses, settleDepartures } from '#store/departures.ts';
import { emptiedDatabase, lateDatabase, measureGuard, measureLosses } from '#store/guard.ts';
import { countValueless } from '#store/lookalike-values.ts';
import { countBlocked, recountNotEnough } from '#store/links.ts';
import { type BadRequests, countBadRequests } from '#store/unusable.ts';
import { chunkDigests, openPlan, sealPlan } from '#store/plans.ts';
import { readSending } from '#store/suppressions.ts';
import { type ApprovalVerdict, judgeSize } from './approval.ts';
import { type GuardVerdict, judgeRemovals, type Measure } from './guard.ts';
import { lateWords } from './late-words.ts';

/** What a plan rests on; it is stale as soon as any of it has moved (protocol.md §6). */
export interface MadeFrom {
  readonly linkId: number | null;
  readonly epoch: number | null;
  readonly ruleVersion: string;
  readonly rowVersion: string;
  readonly sourceVersion: number;
}

export interface PlanWish {
  readonly audienceId: number;
  /** Null: not linked yet, so everybody is an addition. */
  readonly linkId: number | null;
  readonly runId: number | null;
  readonly databaseId: number;
  readonly consentRule: ConsentRule;
  readonly sufficiencyMin: 1 | 2;
  readonly valueBased: boolean;
  readonly everybody: boolean;
  readonly madeFrom: MadeFrom;
  readonly limits: RequestLimits;
  /** What removals that are held already were measured against. */
  readonly against: Measure | null;
  readonly approvalLimits: ApprovalLimits;
}

export interface Plan {
  readonly id: number;
  readonly checksum: string;
  readonly counts: DifferenceCounts;
  readonly requests: number;
  readonly bytes: number;
  /** Rows listed; of them those that the guard holds, and those that add. */
  readonly rows: number;
  readonly heldRows: number;
  readonly additionRows: number;
  readonly heldBack: {
    readonly noConsent: number;
    /** The same by why: no, saleSharing, unknown, category; those that are 0 left out. */
    readonly noConsentBy: Readonly<Record<string, number>>;
    readonly notEnoughIdentifiers: number;
    readonly badRequest: number;
    /** Too little is left of their values without those of people who opted out. */
    readonly suppressed: number;
    /** A value-based audience has nothing to tell of them. */
    readonly noValue: number;
  };
  /** People whose rows it tells without a value that cannot be used, or cannot tell for it. */
  readonly badRequests: Pick<BadRequests, 'people' | 'by'>;
  /** `held`: people whose removal waits for somebody. */
  readonly guard: GuardVerdict & { readonly held: number };
  readonly approval: ApprovalVerdict;
  /** Over the rows that are held alone, and not over what they rest on. */
  readonly heldChecksum: string;
}

export const nobodyLeaves: GuardVerdict = {
  verdict: 'pass',
  holds: 'nothing',
  reasons: [],
  removes: 0,
  limit: 0,
  atMeta: 0,
  against: { size: 0, had: {} },
};

/**
 * Compares who belongs with what Meta was told, and stores the result under its checksum. Sends
 * nothing and needs no credentials. Call it in a transaction that reads one snapshot.
 */
export async function makePlan(tx: Tx, wish: PlanWish): Promise<Plan> {
  const { suppressing } = await readSending(tx, wish.databaseId);
  const scope: DifferenceScope = { ...wish, suppressing };
  await computeDifference(tx, scope);
  const uncovered = await leaveUncovered(tx, scope);
  await nameCauses(tx, wish.audienceId);
  const counts = await countDifference(tx);
  const verdict = await judge(tx, wish, counts);
  const guard = { ...verdict, held: await holdRemovals(tx, verdict.holds) };
  const approval = judgeSize(counts, wish.approvalLimits);
  if (approval.needed) await holdForApproval(tx);
  const id = await openPlan(tx, wish);
  await sealChunks(tx, id, scope, wish.limits);
  const digests = await chunkDigests(tx, id);
  const { standing, ...badRequests } = await countBadRequests(tx, scope);
  const heldBack = {
    ...(await countBlocked(tx, wish.audienceId)),
    notEnoughIdentifiers: await recountNotEnough(tx, { ...wish, id: wish.linkId }),
    badRequest: standing,
    suppressed: await countWithheld(tx, scope),
    noValue: await countValueless(tx, scope),
  };
  const rowsOf = (list: typeof digests) => list.reduce((sum, { rows }) => sum + rows, 0);
  const plan: Plan = {
    id,
    checksum: checksumOf(wish.madeFrom, digests),
    counts,
    requests: digests.filter(({ kind }) => kind !== 'cover').length,
    bytes: digests.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: rowsOf(digests),
    heldRows: rowsOf(digests.filter(({ held }) => held)),
    additionRows: rowsOf(digests.filter(({ kind }) => kind === 'add')),
    heldBack,
    badRequests,
    guard,
    approval,
    heldChecksum: checksumOf(
      null,
      digests.filter(({ held }) => held),
    ),
  };
  const state = guard.verdict === 'hold' || approval.needed ? 'held' : 'sealed';
  await sealPlan(tx, id, { checksum: plan.checksum, counts: plan, guard, state });
  if (wish.linkId !== null) {
    await settleMarks(tx, scope, { byRun: wish.runId !== null, uncovered });
    await settleDepartures(tx, wish.audienceId);
  }
  await tx.query('drop table difference');
  return plan;
}

async function judge(tx: Tx, wish: PlanWish, counts: DifferenceCounts): Promise<GuardVerdict> {
  const { linkId } = wish;
  if (linkId === null || counts.removalRows === 0) return nobodyLeaves;
  const losses = await measureLosses(tx, { ...wish, linkId });
  if (counts.removes === 0 && losses.length === 0) return nobodyLeaves;
  const late = counts.byTime === 0 ? null : await lateDatabase(tx, wish.databaseId);
  return judgeRemovals({
    leaving: counts.removes - counts.typed,
    byTime: counts.byTime,
    ...(await measureGuard(tx, linkId)),
    emptied: await emptiedDatabase(tx, wish.databaseId),
    late: late === null ? [] : [lateWords(late)],
    losses,
    against: wish.against,
  });
}

/** Sixteen hex digits over the list and what it rests on, if anything: the same plan has the same. */
export function checksumOf(
  madeFrom: MadeFrom | null,
  digests: readonly { digest: string; kind: string }[],
) {
  const hash = createHash('sha256').update(JSON.stringify(madeFrom));
  for (const { kind, digest } of digests) hash.update(`${kind} ${digest}\n`);
  return hash.digest('hex').slice(0, 16);
}
