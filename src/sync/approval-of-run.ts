import type { Tally } from '#deliver/delivery.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { approvalWords } from '#plan/approval.ts';
import { coveredByRelease } from '#plan/guard.ts';
import type { Plan } from '#plan/make.ts';
import {
  type Approval,
  approvedList,
  askApproval,
  endApprovals,
  lastApproval,
} from '#store/approvals.ts';
import { recordAuditIn } from '#store/audit.ts';
import type { Tx } from '#store/db.ts';
import type { ClaimedRun, Trigger } from '#store/run-queue.ts';
import type { Muster } from './muster.ts';
import type { SyncReport } from './reports.ts';
import type { RunEnd } from './run-end.ts';
import { type AudienceScope, readScope } from './scope.ts';

/** What a question rests on besides its list: the link, the rule and the way rows are made. */
export function basisOf({ madeFrom }: AudienceScope): string {
  const { linkId, epoch, ruleVersion, rowVersion } = madeFrom;
  return JSON.stringify([linkId, epoch, ruleVersion, rowVersion]);
}

/** A person asked for these; the others come by themselves, or because somebody has answered. */
const byHand: ReadonlySet<Trigger> = new Set([
  ...(['manual', 'demo', 'apply', 'replace', 'replay', 'relink', 'deactivate', 'reset'] as const),
]);

/**
 * Why a run may not send its plan: a second person has to be asked, or has said no to exactly it. Null:
 * it may, because it is small, or because somebody has said that it may go and it has not become more or
 * something else since. What the run has sent of it already counts.
 */
export async function waitsForSecond(
  { store }: Muster,
  scope: AudienceScope,
  run: { readonly plan: Plan; readonly tally: Tally; readonly claimed: ClaimedRun },
): Promise<SyncReport['error']> {
  const { approval, heldChecksum } = run.plan;
  if (!approval.needed) return null;
  if (isCovered(await approvedList(store, scope.audience.id), scope, run)) return null;
  const last = await lastApproval(store, scope.audience.id);
  const isRefused = last?.state === 'refused' && last.listChecksum === heldChecksum;
  const { code, message, next } =
    isRefused && !byHand.has(run.claimed.trigger)
      ? new MusterError('APPROVAL_REFUSED', refusalWords(last))
      : approvalNeeded(approval, run.claimed.id);
  return { code, message, next };
}

function approvalNeeded(approval: Plan['approval'], runId: number): MusterError {
  return new MusterError('APPROVAL_NEEDED', approvalWords(approval), {
    next: `Whoever may let runs go and did not ask for it: \`muster approve ${runId} --by ADDRESS\`, the page of the run, or the link in the mail.`,
  });
}

function isCovered(
  approved: Approval | null,
  scope: AudienceScope,
  { plan: { approval }, tally: { added, removed } }: { readonly plan: Plan; readonly tally: Tally },
): boolean {
  if (approved === null || approved.basis !== basisOf(scope)) return false;
  const { adds, removes, updates } = approved;
  return (
    coveredByRelease(added + removed + approval.people, adds + removes + updates) &&
    coveredByRelease(removed + approval.removes, removes)
  );
}

function refusalWords({ decidedBy, note }: Approval): string {
  const who = decidedBy?.name ?? 'somebody';
  return note === null || note === '' ? who : `${who}: “${note}”`;
}

const stops: ReadonlySet<string> = new Set(['APPROVAL_NEEDED', 'APPROVAL_REFUSED']);

/** Asks a second person for what a run stopped for; what was asked before is over in any case. */
export async function settleApprovals(tx: Tx, claimed: ClaimedRun, end: RunEnd): Promise<void> {
  const { id: runId, audienceId, trigger } = claimed;
  if (end.error !== null && stops.has(end.error.code)) {
    const { plan } = end;
    const { adds, removes, updates, typed } = plan.counts;
    const { peopleAtMost, removalsAtMost } = plan.approval;
    const { asked, isNew } = await askApproval(tx, {
      ...{ audienceId, runId, peopleAtMost, removalsAtMost, byHand: byHand.has(trigger) },
      ...{ adds, removes: removes - typed, updates, guardReasons: plan.guard.reasons },
      ...{ planChecksum: plan.checksum, listChecksum: plan.heldChecksum },
      basis: basisOf(await readScope(tx, audienceId)),
    });
    if (!isNew) return;
    await recordAuditIn(tx, asked.askedBy, 'approval.asked', {
      ...{ database: asked.databaseId, subject: `runs/${runId}` },
      detail: { plan: plan.checksum, adds, removes, updates },
    });
    return;
  }
  // What was broken off goes on with what was approved.
  if (end.state !== 'cancelled' && end.state !== 'failed') {
    await endApprovals(tx, audienceId, 'done');
  }
}
