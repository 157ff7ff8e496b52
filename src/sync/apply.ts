import { emptyTally } from '#deliver/delivery.ts';
import { deliverPlan } from '#deliver/deliver.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { audienceName, findAudience, markActivated, markSynchronized } from '#store/audiences.ts';
import { adoptOrphans } from '#store/operations.ts';
import { carriedSince, findPlan, markPlan, type StoredPlan } from '#store/plans.ts';
import { closeRun, openRun, releaseRun, withAudience } from '#store/runs.ts';
import { ensureLink, PERIOD_MS } from './activate.ts';
import { deliveryOf } from './delivery-of.ts';
import type { Muster, OnProgress } from './muster.ts';
import { planReport } from './plan-report.ts';
import type { PlanReport, SyncReport } from './reports.ts';
import { endOf, reportRun, storedCounts, storedState } from './run-end.ts';
import { type AudienceScope, evaluate, integrationOf, readScope } from './scope.ts';
import type { Plan } from '#plan/make.ts';
import { makePlanFor, syncAudience } from './sync.ts';

/** Looks, sends nothing, and stores what it saw under a checksum. */
export async function planAudience(
  muster: Muster,
  name: string,
  onProgress: OnProgress,
): Promise<PlanReport> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  return await withAudience(store, audience, async () => {
    onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
    await store.tx(async (tx) => evaluate(tx, await readScope(tx, name)));
    onProgress({ step: 'compare', done: 0, total: null, unit: 'rows' });
    const plan = await makePlanFor(muster, await readScope(store, name), null);
    return planReport(name, plan);
  });
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
  const startedMs = muster.clock();
  const { store } = muster;
  const plan = await findPlan(store, checksum);
  if (plan === null) throw new MusterError('PLAN_UNKNOWN', checksum);
  const name = await audienceName(store, plan.audienceId);
  const audience = await findAudience(store, name);
  const client = await muster.openClient(await integrationOf(store, audience));
  return await withAudience(store, audience, async () => {
    await refuseStale(muster, plan, await readScope(store, name));
    const link = await ensureLink(muster, client, audience);
    await markActivated(store, audience.id, PERIOD_MS);
    const scope = await readScope(store, name);
    const run = await openRun(store, {
      audienceId: audience.id,
      linkId: link.id,
      trigger: 'apply',
    });
    const tally = emptyTally();
    await store.tx((tx) => adoptOrphans(tx, link.id, client.settleMs));
    const planned = plan.counts as Plan;
    const delivery = deliveryOf(
      muster,
      client,
      scope,
      { runId: run.id, tally },
      planned.requests,
      onProgress,
    );
    const stop = await deliverPlan(delivery, plan.id, { removals: true });
    await markPlan(store, plan.id, 'applied');
    const left = await makePlanFor(muster, await readScope(store, name), run.id);
    const end = endOf(planned, left, false, stop);
    await closeRun(store, run.id, {
      state: storedState(end, tally),
      counts: storedCounts(end, tally),
      error: end.error ?? undefined,
    });
    await markSynchronized(store, audience.id, {
      id: run.id,
      complete: false,
      failed: end.state === 'failed',
    });
    return await reportRun(store, name, run.id, end, tally, (muster.clock() - startedMs) / 1000);
  });
}

async function refuseStale(muster: Muster, plan: StoredPlan, scope: AudienceScope): Promise<void> {
  if (plan.state === 'held') throw new MusterError('PLAN_HELD', plan.checksum);
  if (plan.state !== 'sealed') throw new MusterError('PLAN_STALE', `it was ${plan.state} already`);
  const now: Record<string, unknown> = { ...scope.madeFrom };
  const moved = Object.keys(now).filter((key) => now[key] !== plan.madeFrom[key]);
  if (moved.length > 0) {
    await markPlan(muster.store, plan.id, 'stale');
    const words = moved.map((key) => (movedWords as Record<string, string>)[key] ?? key);
    throw new MusterError('PLAN_STALE', `since it was made, ${words.join(' and ')} changed`);
  }
  if (plan.linkId === null) return;
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

/** Lets the removals of a held run go, in somebody's name, and sends them. */
export async function releaseHeldRun(
  muster: Muster,
  runId: number,
  by: string,
  onProgress: OnProgress,
): Promise<SyncReport> {
  const run = await releaseRun(muster.store, runId, by);
  const name = await audienceName(muster.store, run.audienceId);
  return await syncAudience(muster, name, { wait: false, trigger: 'release' }, onProgress);
}
