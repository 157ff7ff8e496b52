import { emptyTally, type Stop, type Tally } from '#deliver/delivery.ts';
import { deliverPlan } from '#deliver/deliver.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { coveredByRelease } from '#plan/guard.ts';
import { makePlan, type Plan } from '#plan/make.ts';
import { analyzeAfter } from '#store/analyze.ts';
import { findAudience, markActivated, markSynchronized } from '#store/audiences.ts';
import { endCompareAll } from '#store/difference.ts';
import { adoptOrphans } from '#store/operations.ts';
import { dropChunks } from '#store/plans.ts';
import {
  closeRun,
  heldRun,
  markEvaluated,
  openRun,
  settleHeldRuns,
  withAudience,
} from '#store/runs.ts';
import { ensureLink, PERIOD_MS } from './activate.ts';
import { deliveryOf } from './delivery-of.ts';
import type { Muster, OnProgress, OpenClient } from './muster.ts';
import type { SyncReport } from './reports.ts';
import { endOf, type RunEnd, reportRun, storedCounts, storedState } from './run-end.ts';
import { type AudienceScope, evaluate, integrationOf, planWish, readScope } from './scope.ts';

export interface SyncOptions {
  /** Stay until nothing waits, however long. */
  readonly wait: boolean;
  readonly trigger: 'manual' | 'demo' | 'schedule' | 'release';
}

/** Windows shorter than this are waited for without being asked (contract.md, Waiting). */
const WAIT_UNASKED_MAX_MS = 30_000;

/** A run that plans more often than this has found something that never settles. */
const ROUNDS_MAX = 60;

/**
 * One synchronisation of one audience: who belongs, what differs from what Meta was told, is it
 * safe, send it. Repeats until nothing differs or what is left has to wait.
 */
export async function syncAudience(
  muster: Muster,
  name: string,
  options: SyncOptions,
  onProgress: OnProgress,
): Promise<SyncReport> {
  const startedMs = muster.clock();
  const { store } = muster;
  const audience = await findAudience(store, name);
  const client = await muster.openClient(await integrationOf(store, audience));
  return await withAudience(store, audience, async () => {
    const link = await ensureLink(muster, client, audience);
    await markActivated(store, audience.id, PERIOD_MS);
    const run = await openRun(store, {
      audienceId: audience.id,
      linkId: link.id,
      trigger: options.trigger,
    });
    const tally = emptyTally();
    let end: RunEnd;
    try {
      await store.tx((tx) => adoptOrphans(tx, link.id, client.settleMs));
      onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
      await store.tx(async (tx) => {
        await evaluate(tx, await readScope(tx, name));
        await markEvaluated(tx, run.id);
      });
      end = await converge(muster, client, { name, runId: run.id, tally, options }, onProgress);
    } catch (error) {
      await closeRun(store, run.id, { state: 'failed', counts: tally, error: errorOf(error) });
      await markSynchronized(store, audience.id, { id: run.id, complete: false, failed: true });
      throw error;
    }
    await settleHeldRuns(store, audience.id, run.id);
    await closeRun(store, run.id, {
      state: storedState(end, tally),
      counts: {
        ...storedCounts(end, tally),
        held: end.state === 'held' ? end.plan.counts.removes : 0,
      },
      error: end.error ?? undefined,
      heldPlanId: end.state === 'held' ? end.plan.id : null,
    });
    await markSynchronized(store, audience.id, {
      id: run.id,
      complete: end.complete,
      failed: end.state === 'failed',
    });
    return await reportRun(store, name, run.id, end, tally, (muster.clock() - startedMs) / 1000);
  });
}

interface Round {
  readonly name: string;
  readonly runId: number;
  readonly tally: Tally;
  readonly options: SyncOptions;
}

/** Plans and delivers until a plan lists nothing that may go now. */
async function converge(
  muster: Muster,
  client: OpenClient,
  round: Round,
  onProgress: OnProgress,
): Promise<RunEnd> {
  let first: Plan | null = null;
  let idleRounds = 0;
  for (let i = 0; i < ROUNDS_MAX; i++) {
    const scope = await readScope(muster.store, round.name);
    onProgress({ step: 'compare', done: 0, total: null, unit: 'rows' });
    const plan = await makePlanFor(muster, scope, round.runId);
    first ??= plan;
    const held = plan.guard.verdict === 'hold' && !(await isReleased(muster, scope, plan));
    const doneBefore = round.tally.requests + round.tally.covered;
    const stop = await deliver(muster, client, round, { scope, plan, held }, onProgress);
    idleRounds = round.tally.requests + round.tally.covered > doneBefore ? 0 : idleRounds + 1;
    if (!held) await dropChunks(muster.store, plan.id);
    if (stop !== null)
      return endOf(first, await makePlanFor(muster, scope, round.runId), held, stop);
    const { waitMs } = plan.counts;
    // Listed and not sent: another look may know more, a third will not.
    if ((held ? plan.additionRows : plan.rows) > 0 && idleRounds < 2) continue;
    const mayWait = waitMs !== null && (round.options.wait || waitMs <= WAIT_UNASKED_MAX_MS);
    if (!mayWait) return endOf(first, plan, held, null);
    onProgress({ step: 'wait', done: 0, total: plan.counts.waiting, unit: 'rows' });
    await muster.sleep(waitMs + 5);
  }
  throw new MusterError('RUN_STOPPED', `nothing settled after ${ROUNDS_MAX} rounds`);
}

async function deliver(
  muster: Muster,
  client: OpenClient,
  round: Round,
  { scope, plan, held }: { scope: AudienceScope; plan: Plan; held: boolean },
  onProgress: OnProgress,
): Promise<Stop | null> {
  if (plan.rows === 0) return null;
  const leftBefore = round.tally.unattributed + round.tally.moot;
  const delivery = deliveryOf(muster, client, scope, round, plan.requests, onProgress);
  const stop = await deliverPlan(delivery, plan.id, { removals: !held });
  await analyzeAfter(muster.store, plan.rows, ['ledger', 'operation']);
  const whole =
    stop === null && !held && round.tally.unattributed + round.tally.moot === leftBefore;
  if (whole && plan.counts.waiting === 0 && scope.link?.compareAll === true) {
    await endCompareAll(muster.store, scope.link.id);
  }
  return stop;
}

export async function makePlanFor(
  muster: Muster,
  scope: AudienceScope,
  runId: number | null,
): Promise<Plan> {
  return await muster.store.snapshot((tx) => makePlan(tx, planWish(scope, runId)));
}

/** A named person has let these removals go, and they have not grown since. */
async function isReleased(muster: Muster, scope: AudienceScope, plan: Plan): Promise<boolean> {
  const run = await heldRun(muster.store, scope.audience.id);
  if (run === null || run.releasedBy === null) return false;
  return coveredByRelease(plan.counts.removes, Number(run.counts['held'] ?? 0));
}

function errorOf(error: unknown): { code: string; message: string; next: string } {
  if (error instanceof MusterError) {
    return { code: error.code, message: error.message, next: error.next };
  }
  const stopped = new MusterError('RUN_STOPPED');
  return { code: stopped.code, message: stopped.message, next: stopped.next };
}
