import { MusterError } from '#domain/errors/muster-error.ts';
import {
  type Approval,
  approvalOfRun,
  type Asker,
  decideApproval,
  markStale,
  readApproval,
  whoMayAnswer,
} from '#store/approvals.ts';
import { recordAuditIn } from '#store/audit.ts';
import { findAudience } from '#store/audiences.ts';
import type { Tx } from '#store/db.ts';
import { endRefusedRun, releaseRun } from '#store/runs.ts';
import { requestRun } from '#store/run-queue.ts';
import { basisOf } from './approval-of-run.ts';
import { planNow } from './apply.ts';
import type { Muster } from './muster.ts';
import { readScope } from './scope.ts';

/** What a second person says, and how. */
export interface Answer {
  readonly by: Asker;
  readonly via: 'api' | 'terminal' | 'link';
  readonly note: string | null;
}

/** @throws MusterError APPROVAL_NONE */
export async function questionOf(
  { store }: Pick<Muster, 'store'>,
  runId: number,
): Promise<Approval> {
  const approval = await approvalOfRun(store, runId);
  if (approval === null) throw new MusterError('APPROVAL_NONE', `run ${runId}`);
  return approval;
}

/**
 * Lets go what a run stopped for: another run does it. Looks once more first: what would not be exactly
 * the list that was asked about is asked anew.
 * @throws MusterError APPROVAL_DECIDED, APPROVAL_OWN, APPROVAL_PERSON_NEEDED, APPROVAL_STALE
 */
export async function approve(
  muster: Muster,
  question: Approval,
  answer: Answer,
): Promise<{ readonly runId: number }> {
  await refuseAnswer(muster, question, answer.by);
  await refuseOther(muster, question);
  const { audienceId, runId } = question;
  return await muster.store.tx(async (tx) => {
    await decide(tx, question, 'approved', answer);
    await releaseRun(tx, runId, answer.by.name);
    return await requestRun(tx, { audienceId, trigger: 'release' });
  });
}

/**
 * Says no to it: the same list does not go and is not asked about again, unless a person starts it.
 * @throws MusterError APPROVAL_DECIDED, APPROVAL_OWN, APPROVAL_PERSON_NEEDED, APPROVAL_STALE
 */
export async function refuse(muster: Muster, question: Approval, answer: Answer): Promise<void> {
  await refuseAnswer(muster, question, answer.by);
  await muster.store.tx(async (tx) => {
    await decide(tx, question, 'refused', answer);
    await endRefusedRun(tx, question.runId, answer.by.name, answer.note);
  });
}

async function decide(
  tx: Tx,
  question: Approval,
  state: 'approved' | 'refused',
  { by, via, note }: Answer,
): Promise<void> {
  const { id, databaseId, runId, planChecksum, adds, removes, updates } = question;
  if (!(await decideApproval(tx, id, { state, by, via, note }))) {
    throw decided(await readApproval(tx, id));
  }
  await recordAuditIn(tx, by, `approval.${state}`, {
    ...{ database: databaseId, subject: `runs/${runId}` },
    detail: { via, plan: planChecksum, adds, removes, updates },
  });
}

function decided({ state, decidedBy }: Approval): MusterError {
  if (state === 'stale') return new MusterError('APPROVAL_STALE');
  return new MusterError('APPROVAL_DECIDED', `by ${decidedBy?.name ?? 'somebody'}`);
}

/** @throws MusterError when the question is no longer open, or not for this person */
async function refuseAnswer({ store }: Muster, question: Approval, by: Asker): Promise<void> {
  if (question.state !== 'open') throw decided(question);
  const may = await whoMayAnswer(store, question.id);
  if (isSame(question.askedBy, by)) {
    const others = may.slice(0, NAMED_MAX).map(({ name }) => name);
    const who = others.length === 0 ? 'nobody else yet' : others.join(', ');
    throw new MusterError('APPROVAL_OWN', `${question.askedBy.name} asked; ${who} may answer`);
  }
  // With nobody who signs in, the terminal's word for a name is all there is.
  const isKnown =
    by.personId === null
      ? by.kind === 'terminal' && may.length === 0
      : may.some(({ id }) => id === by.personId);
  if (!isKnown) throw new MusterError('APPROVAL_PERSON_NEEDED');
}

const NAMED_MAX = 5;

function isSame(asked: Asker, by: Asker): boolean {
  if (asked.personId !== null || by.personId !== null) return asked.personId === by.personId;
  return asked.kind === by.kind && asked.name.toLowerCase() === by.name.toLowerCase();
}

/** @throws MusterError APPROVAL_STALE */
async function refuseOther(muster: Muster, question: Approval): Promise<void> {
  const { store } = muster;
  const audience = await findAudience(store, question.audience);
  const plan = await planNow(muster, audience, () => {});
  const scope = await readScope(store, audience.id);
  const isSameList =
    plan.heldChecksum === question.listChecksum && basisOf(scope) === question.basis;
  if (isSameList) return;
  await markStale(store, question.id);
  const { adds, removes, updates } = plan.counts;
  throw new MusterError(
    'APPROVAL_STALE',
    `${words(question)} were asked about, and it would be ${words({ adds, removes, updates })}`,
  );
}

function words({ adds, removes, updates }: Pick<Approval, 'adds' | 'removes' | 'updates'>): string {
  return `${adds} people to add, ${removes} to remove and ${updates} to change`;
}
