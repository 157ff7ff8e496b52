import { emptyTally, type Stop, type Tally } from '#deliver/delivery.ts';
import { deliverPlan } from '#deliver/deliver.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { readBack, readBaseline } from '#insights/read-back.ts';
import { coveredByRelease, type Measure } from '#plan/guard.ts';
import { makePlan, type Plan } from '#plan/make.ts';
import { analyzeAfter } from '#store/analyze.ts';
import { readAudience } from '#store/audiences.ts';
import { settleConsents } from '#store/consent-changes.ts';
import type { Store } from '#store/db.ts';
import { endCompareAll } from '#store/difference.ts';
import { adoptOrphans } from '#store/operations.ts';
import { isLaneDue, laneWaiting } from '#store/opt-outs.ts';
import { dropChunks } from '#store/plans.ts';
import { retryRejected } from '#store/rejections.ts';
import { sayAllAgain } from '#store/replay.ts';
import { type ClaimedRun, markPlanned } from '#store/run-queue.ts';
import { tallySoFar } from '#store/run-tally.ts';
import { readSending } from '#store/suppressions.ts';
import { heldRun, markEvaluated, setRunLink } from '#store/runs.ts';
import { activate, ensureLink } from './activate.ts';
import { waitsForSecond } from './approval-of-run.ts';
import { clientOf } from './client-of.ts';
import { deliveryOf } from './delivery-of.ts';
import { evaluateAudience } from './evaluate.ts';
import { openGate } from './gate.ts';
import type { Muster, OnProgress, OpenClient } from './muster.ts';
import { receiveBeforeRun } from './receive-events.ts';
import { deliverOptOuts } from './opt-outs.ts';
import type { SyncReport } from './reports.ts';
import { endOf, failRun, finishRun, type RunEnd } from './run-end.ts';
import { type AudienceScope, planWish, readScope } from './scope.ts';
import { goOnReplacing } from './replacing.ts';
import { sweepOld } from './sweep.ts';

export interface Staying {
  /** How long it may wait where it is until rows may go; beyond that the run waits by itself. */
  readonly staysMs: number;
  /** Others may have a turn: somebody sees to it that this run goes on later. */
  readonly mayYield: boolean;
  /** Aborts when the process is about to end: the run is given back after the request under way. */
  readonly leaving?: AbortSignal;
}

/** So long a request waits for its turn under Meta's limits before the run waits in its place. */
export const PATIENCE_MS = 30_000;

/** A run that plans more often than this, without a long wait, has found something that never settles. */
const ROUNDS_MAX = 60;
const LONG_WAIT_MS = 5_000;

interface Round {
  readonly claimed: ClaimedRun;
  readonly tally: Tally;
  readonly staying: Staying;
  readonly goOn: () => Promise<Stop | null>;
}

/**
 * One synchronisation of one audience: who belongs, what differs from what Meta was told, is it
 * safe, send it. Repeats until nothing differs or what is left has to wait.
 * @returns null when another process has taken the run over.
 */
export async function performRun(
  muster: Muster,
  claimed: ClaimedRun,
  staying: Staying,
  onProgress: OnProgress,
): Promise<SyncReport | null> {
  const startedMs = muster.clock();
  const { store } = muster;
  const tally = emptyTally();
  if (claimed.attempts > 1) Object.assign(tally, await tallySoFar(store, claimed.id));
  using gate = openGate(muster, claimed, staying.mayYield, staying.leaving);
  try {
    const audience = await readAudience(store, claimed.audienceId);
    const client = await clientOf(muster, audience);
    const link = await ensureLink(muster, client, audience);
    if (!audience.emptying) await activate(store, audience.id);
    await setRunLink(store, claimed.id, link.id);
    await store.tx(async (tx) => {
      await adoptOrphans(tx, link.id, client.settleMs, false);
      await retryRejected(tx, link);
      if (claimed.replay) await sayAllAgain(tx, claimed.id, link.id);
    });
    const before = { claimed, tally, goOn: gate.goOn, patienceMs: PATIENCE_MS };
    const stop = await goOnReplacing(muster, client, link.id, before, onProgress);
    if (stop !== null) {
      const plan = await makePlanFor(muster, await readScope(store, audience.id), claimed.id);
      const end = endOf(plan, plan, { held: false, waits: null, stop }, tally);
      return await finishRun(store, claimed, end, tally, (muster.clock() - startedMs) / 1000);
    }
    await deliverOptOuts(muster, client.adAccount);
    await readBaseline(store, client, link);
    await receiveBeforeRun(muster, audience.databaseId);
    onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
    await evaluateAudience(store, audience, (tx) => markEvaluated(tx, claimed.id));
    const round = { claimed, tally, staying, goOn: gate.goOn };
    const end = await converge(muster, client, round, onProgress);
    // Under a pause that Meta asked for, reading would wait as sending does; the run comes back.
    const mayRead = tally.requests > 0 && end.comesBack?.waitingFor !== 'quota';
    if (mayRead) await readBack(store, client, { link, runId: claimed.id });
    const seconds = (muster.clock() - startedMs) / 1000;
    return await finishRun(store, claimed, end, tally, seconds);
  } catch (error) {
    if (error instanceof MusterError && error.code === 'RUN_TAKEN_OVER') return null;
    await failRun(store, claimed, tally, { error, comesBack: staying.mayYield });
    throw error;
  }
}

/** Plans and delivers until a plan lists nothing that may go now. */
async function converge(
  muster: Muster,
  client: OpenClient,
  round: Round,
  onProgress: OnProgress,
): Promise<RunEnd> {
  const { claimed, staying, tally } = round;
  let first: Plan | null = null;
  let against: Measure | null = null;
  let idleRounds = 0;
  let swept = false;
  for (let i = 0; i < ROUNDS_MAX; i++) {
    if (await isLaneDue(muster.store, client.adAccount)) {
      await deliverOptOuts(muster, client.adAccount);
    }
    const scope = await readScope(muster.store, claimed.audienceId);
    // Whoever ends the link of an audience has ended its runs.
    if (scope.link === null) throw new MusterError('RUN_TAKEN_OVER');
    onProgress({ step: 'compare', done: 0, total: null, unit: 'rows' });
    const plan = await makePlanFor(muster, scope, claimed.id, against);
    first ??= plan;
    if (plan.guard.verdict === 'hold') against = plan.guard.against;
    const waits = await waitsForSecond(muster, scope, { plan, tally, claimed });
    const held =
      waits !== null || (plan.guard.verdict === 'hold' && !(await maySendAll(muster, scope, plan)));
    const removals = tally.removalsRefused === 0;
    const doneBefore = doneIn(tally);
    const stop = await deliver(muster, client, round, { scope, plan, removals, held }, onProgress);
    idleRounds = doneIn(tally) > doneBefore ? 0 : idleRounds + 1;
    if (!held) await dropChunks(muster.store, plan.id);
    if (stop !== null) {
      const left = await makePlanFor(muster, scope, claimed.id);
      return endOf(first, left, { held, waits, stop }, tally);
    }
    const { waitMs } = plan.counts;
    // Listed and not sent: another look may know more, a third will not.
    const mayGo = removals ? plan.rows - (held ? plan.heldRows : 0) : plan.additionRows;
    if (mayGo > 0 && idleRounds < 2) continue;
    if (waitMs === null || waitMs > staying.staysMs) {
      // Fresh changes have gone, or wait for something that no request hastens.
      if (!swept) {
        swept = true;
        const sweep = await sweepOld(
          muster,
          client,
          scope,
          { ...round, patienceMs: 0, vouched: false, sweeps: true },
          onProgress,
        );
        if (sweep.stop !== null) {
          return endOf(first, plan, { held, waits, stop: sweep.stop }, tally);
        }
        if (sweep.sent) continue;
      }
      return endOf(first, plan, { held, waits, stop: null }, tally);
    }
    onProgress({ step: 'wait', done: 0, total: plan.counts.waiting, unit: 'rows' });
    // Who waits for long is not going round in circles.
    if (waitMs >= LONG_WAIT_MS) i = 0;
    await muster.sleep(waitMs + 5);
    const wish = await round.goOn();
    if (wish !== null) return endOf(first, plan, { held, waits, stop: wish }, tally);
  }
  throw new MusterError('RUN_STOPPED', `nothing settled after ${ROUNDS_MAX} rounds`);
}

function doneIn({ requests, fruitless, covered }: Tally): number {
  return requests - fruitless + covered;
}

interface Sending {
  readonly scope: AudienceScope;
  readonly plan: Plan;
  /** False: Meta has refused removals in this run. */
  readonly removals: boolean;
  /** What the guard holds, or what waits for a second person, stays. */
  readonly held: boolean;
}

async function deliver(
  muster: Muster,
  client: OpenClient,
  round: Round,
  { scope, plan, removals, held }: Sending,
  onProgress: OnProgress,
): Promise<Stop | null> {
  if (plan.rows === 0) return null;
  await markPlanned(muster.store, round.claimed.id, plan);
  const leftBefore = round.tally.unattributed + round.tally.moot;
  const patienceMs = Math.max(PATIENCE_MS, round.staying.staysMs);
  const vouched = plan.guard.verdict === 'hold' && !held;
  const run = { ...round, patienceMs, vouched, sweeps: false };
  const delivery = deliveryOf(muster, client, scope, run, plan.requests, onProgress);
  const stop = await deliverPlan(delivery, plan.id, { removals, held: !held });
  await analyzeAfter(muster.store, plan.rows, ['ledger', 'operation']);
  const whole =
    stop === null &&
    removals &&
    !held &&
    round.tally.removalsRefused === 0 &&
    round.tally.unattributed + round.tally.moot === leftBefore;
  if (whole && plan.counts.waiting === 0 && scope.link?.compareAll === true) {
    await endCompareAll(muster.store, scope.link.id);
  }
  return stop;
}

export async function makePlanFor(
  muster: Muster,
  scope: AudienceScope,
  runId: number | null,
  against: Measure | null = null,
): Promise<Plan> {
  const { store } = muster;
  const { databaseId } = scope.audience;
  if ((await readSending(store, databaseId)).pending) {
    await store.tx((tx) => settleConsents(tx, databaseId));
  }
  const wish = planWish(scope, runId, against ?? (await standingMeasure(store, scope)));
  const plan = await store.snapshot((tx) => makePlan(tx, wish));
  if (scope.link === null) return plan;
  return { ...plan, counts: withLane(plan.counts, await laneWaiting(store, scope.link.id)) };
}

/** Removals that wait for somebody are not let go because others joined meanwhile. */
async function standingMeasure(store: Store, { audience }: AudienceScope): Promise<Measure | null> {
  const run = await heldRun(store, audience.id);
  if (run === null || run.releasedBy !== null) return null;
  return (run.counts['heldAgainst'] as Measure | undefined) ?? null;
}

/** Who opted out and has to be removed once more waits like any other row. */
function withLane(
  counts: Plan['counts'],
  lane: Awaited<ReturnType<typeof laneWaiting>>,
): Plan['counts'] {
  if (lane.waitMs === null) return counts;
  const waitMs = Math.min(counts.waitMs ?? lane.waitMs, lane.waitMs);
  const waitingUntil = waitMs === lane.waitMs ? lane.until : null;
  return {
    ...counts,
    waiting: counts.waiting + lane.rows,
    waitMs,
    waitingUntil: waitingUntil?.toISOString() ?? counts.waitingUntil,
  };
}

/** A person asked for the removals, or has let them go by name and they have not grown since. */
async function maySendAll(muster: Muster, scope: AudienceScope, plan: Plan): Promise<boolean> {
  if (scope.audience.emptying) return true;
  const run = await heldRun(muster.store, scope.audience.id);
  if (run === null || run.releasedBy === null) return false;
  return coveredByRelease(plan.guard.held, Number(run.counts['held'] ?? 0));
}
