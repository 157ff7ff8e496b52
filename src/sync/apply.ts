import { emptyTally } from '#deliver/delivery.ts';
import { deliverPlan } from '#deliver/deliver.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { approvalOfRun } from '#store/approvals.ts';
import { type Audience, audienceName, findAudience, readAudience } from '#store/audiences.ts';
import type { Db } from '#store/db.ts';
import { adoptOrphans } from '#store/operations.ts';
import { openReplacement } from '#store/replacements.ts';
import { carriedSince, findPlan, markPlan, type StoredPlan } from '#store/plans.ts';
import { type ClaimedRun, requestRun, withOwnRun } from '#store/run-queue.ts';
import { markEvaluated, releaseRun, setRunLink } from '#store/runs.ts';
import { activate, ensureLink } from './activate.ts';
import { deliveryOf } from './delivery-of.ts';
import { evaluateAudience } from './evaluate.ts';
import { openGate } from './gate.ts';
import type { Muster, OnProgress } from './muster.ts';
import { planReport } from './plan-report.ts';
import { receiveBeforeRun } from './receive-events.ts';
import type { PlanReport, SyncReport } from './reports.ts';
import { makePlanFor, PATIENCE_MS } from './run.ts';
import { endOf, failRun, finishRun } from './run-end.ts';
import { type AudienceScope, integrationOf, readScope } from './scope.ts';
import { clientOf } from './client-of.ts';
import type { Plan } from '#plan/make.ts';
import { countSweep } from './sweep.ts';
import { refuseStopped, syncAudience } from './sync.ts';

/** Looks, sends nothing, and stores what it saw under a checksum. */
export async function planAudience(
  muster: Muster,
  name: string,
  onProgress: OnProgress,
): Promise<PlanReport> {
  const audience = await findAudience(muster.store, name);
  const plan = await planNow(muster, audience, onProgress);
  const scope = await readScope(muster.store, audience.id);
  return planReport(name, plan, await countSweep(muster, scope));
}

/** What a run would send now. */
export async function planNow(
  muster: Muster,
  audience: Audience,
  onProgress: OnProgress,
): Promise<Plan> {
  const { store } = muster;
  await receiveBeforeRun(muster, audience.databaseId);
  onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
  await evaluateAudience(store, audience);
  onProgress({ step: 'compare', done: 0, total: null, unit: 'rows' });
  return await makePlanFor(muster, await readScope(store, audience.id), null);
}

/**
 * Sends exactly the plan that was looked at, minus what became moot; newer changes wait for the next
 * run.
 * @throws MusterError PLAN_UNKNOWN, PLAN_STALE, PLAN_HELD
 */
export async function applyPlan(
  muster: Muster,
  checksum: string,
  onProgress: OnProgress,
): Promise<SyncReport> {
  const { store } = muster;
  const plan = await findPlan(store, checksum);
  if (plan === null) throw new MusterError('PLAN_UNKNOWN', checksum);
  const audience = await readAudience(store, plan.audienceId);
  await refuseStopped(muster, audience);
  await integrationOf(store, audience);
  if ((plan.counts as Partial<Plan>).approval?.needed === true && plan.state === 'held') {
    // The run that stops for it asks about the list as it is then.
    await refuseMoved(muster, { ...plan, state: 'sealed' }, await readScope(store, audience.id));
    const options = { wait: false, trigger: 'apply' } as const;
    return await syncAudience(muster, audience.name, options, onProgress);
  }
  const wish = { audienceId: audience.id, trigger: 'apply' } as const;
  for (let i = 0; i < WAY_TRIES; i++) {
    const report = await withOwnRun(store, wish, async (run, putOff) => {
      try {
        const sent = await sendPlan(muster, run, plan, onProgress);
        if (sent === null) throw new MusterError('RUN_TAKEN_OVER');
        return sent;
      } finally {
        // Whatever waited still has to be done.
        if (putOff) await requestRun(store, { audienceId: audience.id, trigger: 'schedule' });
      }
    });
    if (report !== null) return report;
    await muster.sleep(WAY_TRY_MS);
  }
  throw new MusterError('RUN_ACTIVE', `“${audience.name}”`);
}

/** How long another run of the audience is waited for. */
const WAY_TRIES = 20;
const WAY_TRY_MS = 250;

async function sendPlan(
  muster: Muster,
  claimed: ClaimedRun,
  plan: StoredPlan,
  onProgress: OnProgress,
): Promise<SyncReport | null> {
  const startedMs = muster.clock();
  const { store } = muster;
  const tally = emptyTally();
  using gate = openGate(muster, claimed, false);
  try {
    await refuseStale(muster, plan, await readScope(store, claimed.audienceId));
    const audience = await readAudience(store, claimed.audienceId);
    const client = await clientOf(muster, audience);
    const link = await ensureLink(muster, client, audience);
    await activate(store, audience.id);
    await setRunLink(store, claimed.id, link.id);
    await markEvaluated(store, claimed.id);
    const scope = await readScope(store, claimed.audienceId);
    await store.tx((tx) => adoptOrphans(tx, link.id, client.settleMs, false));
    const planned = plan.counts as Plan;
    const run = {
      claimed,
      tally,
      goOn: gate.goOn,
      patienceMs: PATIENCE_MS,
      vouched: false,
      sweeps: false,
    };
    const delivery = deliveryOf(muster, client, scope, run, planned.requests, onProgress);
    const stop = await deliverPlan(delivery, plan.id, { removals: true, held: false });
    await markPlan(store, plan.id, 'applied');
    const left = await makePlanFor(muster, await readScope(store, claimed.audienceId), claimed.id);
    // Whatever is left is the next run's: this one sends its list and nothing else.
    const end = {
      ...endOf(planned, left, { held: false, waits: null, stop }, tally),
      complete: false,
      comesBack: null,
    };
    const seconds = (muster.clock() - startedMs) / 1000;
    return await finishRun(store, claimed, end, tally, seconds);
  } catch (error) {
    if (error instanceof MusterError && error.code === 'RUN_TAKEN_OVER') return null;
    await failRun(store, claimed, tally, { error, comesBack: false });
    throw error;
  }
}

async function refuseStale(muster: Muster, plan: StoredPlan, scope: AudienceScope): Promise<void> {
  if (plan.madeFrom['replaces'] === true) throw new MusterError('PLAN_REPLACES', plan.checksum);
  if (plan.state === 'held') throw new MusterError('PLAN_HELD', plan.checksum);
  await refuseMoved(muster, plan, scope);
}

/** @throws MusterError PLAN_STALE when anything that the plan rests on has changed since */
export async function refuseMoved(
  muster: Muster,
  plan: StoredPlan,
  scope: AudienceScope,
): Promise<void> {
  if (plan.state !== 'sealed') throw new MusterError('PLAN_STALE', `it was ${plan.state} already`);
  const now: Record<string, unknown> = { ...scope.madeFrom };
  const moved = Object.keys(now).filter((key) => now[key] !== plan.madeFrom[key]);
  if (moved.length > 0) {
    await markPlan(muster.store, plan.id, 'stale');
    const words = moved.map((key) => (movedWords as Record<string, string>)[key] ?? key);
    throw new MusterError('PLAN_STALE', `since it was made, ${words.join(' and ')} changed`);
  }
  if (plan.linkId === null) return;
  if ((await openReplacement(muster.store, plan.linkId)) !== null) {
    throw new MusterError('REPLACE_UNDER_WAY', plan.checksum);
  }
  const carried = await carriedSince(muster.store, { id: plan.id, linkId: plan.linkId });
  if (carried > 0) {
    await markPlan(muster.store, plan.id, 'stale');
    throw new MusterError('PLAN_STALE', `${carried} of its rows were sent by another run since`);
  }
}

const movedWords: Record<keyof AudienceScope['madeFrom'], string> = {
  linkId: 'the link to Meta',
  epoch: 'the link to Meta',
  ruleVersion: 'the rule',
  rowVersion: 'the way rows are made',
  sourceVersion: 'the people',
};

/** @throws MusterError APPROVAL_NEEDED: more than a release is needed */
async function refuseUnapproved(db: Db, runId: number): Promise<void> {
  const approval = await approvalOfRun(db, runId);
  if (approval?.state === 'open' || approval?.state === 'refused') {
    throw new MusterError('APPROVAL_NEEDED', `run ${runId}, asked for by ${approval.askedBy.name}`);
  }
}

/** Lets the removals of a held run go, in somebody's name, and sends them. */
export async function releaseHeldRun(
  muster: Muster,
  runId: number,
  by: string,
  onProgress: OnProgress,
): Promise<SyncReport> {
  await refuseUnapproved(muster.store, runId);
  const { audienceId } = await releaseRun(muster.store, runId, by);
  const name = await audienceName(muster.store, audienceId);
  return await syncAudience(muster, name, { wait: false, trigger: 'release' }, onProgress);
}

/** The same, done by a worker. @throws MusterError RUN_NOT_HELD, AUDIENCE_… when nothing may be sent */
export async function releaseAndRequest(
  { store }: Pick<Muster, 'store'>,
  runId: number,
  by: string,
): Promise<{ runId: number }> {
  return await store.tx(async (tx) => {
    await refuseUnapproved(tx, runId);
    const { audienceId } = await releaseRun(tx, runId, by);
    return await requestRun(tx, { audienceId, trigger: 'release' });
  });
}
