import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { cancelActiveRun } from '#jobs/control.ts';
import { activateAudience } from '#sync/activate.ts';
import { applyPlan, planAudience, releaseHeldRun } from '#sync/apply.ts';
import { deactivateAudience, removeAndDeactivate } from '#sync/deactivate.ts';
import { receiveFile } from '#sync/receive.ts';
import { relinkAudience } from '#sync/relink.ts';
import type { SyncReport } from '#sync/reports.ts';
import { forgetPerson, setConsent } from '#sync/consent.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from '../exact/chance.ts';
import { Actor, type Fate } from './actor.ts';
import { checkConverged, checkLedger, checkPlanned } from './checks.ts';
import type { Connections } from './connections.ts';
import { isDeath, openPlace, type Place, type Worker } from './place.ts';
import {
  type Act,
  type FaultPlan,
  type FilePlan,
  type LifecycleWork,
  lifecycleWork,
  type Script,
  type WorkerPlan,
} from './script.ts';
import { Stage } from './stage.ts';
import { Watch } from './watch.ts';
import { World } from './world.ts';

export interface Life {
  readonly script: Script;
  /** What went against an invariant; empty for a good life. */
  readonly broken: readonly string[];
  /** Equal for equal lives. */
  readonly trace: string;
  /** All that happened, if it was asked for. */
  readonly lines: readonly string[];
  readonly counts: Counts;
  /** What of the faults and of the error table came about, and how often. */
  readonly marks: ReadonlyMap<string, number>;
}

export interface Counts {
  requests: number;
  deaths: number;
  stops: number;
  imports: number;
  leavers: number;
  runs: number;
  held: number;
  virtualMs: number;
}

export interface LifeOptions {
  readonly connections: Connections;
  readonly keepLines?: boolean;
}

const startMs = Date.parse('2026-11-01T10:00:00Z');
const minuteMs = 60_000;
/** With everything failing a run waits and waits; after so long in one shift nothing fails for its rest. */
const shiftFaultsMs = 6 * 60 * minuteMs;
/** One that does what is left, one that says what it may have hurt, one that finds nothing to do. */
const calmRunsMax = 6;

/** One life from its first file to the calm at its end. */
export async function live(script: Script, options: LifeOptions): Promise<Life> {
  const stage = new Stage(startMs, options.keepLines ?? false);
  const world = new World(script, stage);
  const watch = new Watch(world, () => stage.nowMs);
  const parts = { script, stage, world, watch };
  await using place = await openPlace(options.connections, parts);
  const play = new Play({ ...parts, place }, options.connections);
  try {
    await play.all();
  } catch (error) {
    world.broke(`unexpected: ${(error as Error).stack}`);
  }
  return {
    script,
    broken: [...new Set(world.broken)],
    trace: stage.traceHash(),
    lines: stage.lines,
    counts: { ...play.counts, virtualMs: stage.nowMs - startMs },
    marks: watch.marks,
  };
}

interface Parts {
  readonly script: Script;
  readonly stage: Stage;
  readonly world: World;
  readonly watch: Watch;
  readonly place: Place;
}

const unharmed: Fate = { deathAt: null, freeze: null, clockSkewMs: 0 };

class Play {
  readonly counts: Counts = {
    ...{ requests: 0, deaths: 0, stops: 0, imports: 0, leavers: 0, runs: 0, held: 0, virtualMs: 0 },
  };
  readonly #parts: Parts;
  readonly #connections: Connections;
  #faults: FaultPlan | null = null;
  #processes = 0;
  /** Runs that wait for a release, by audience. */
  readonly #held = new Map<number, number>();

  constructor(parts: Parts, connections: Connections) {
    this.#parts = parts;
    this.#connections = connections;
  }

  async all(): Promise<void> {
    const { script } = this.#parts;
    if (!script.setting.longTransaction) return await this.#acts();
    const store = this.#connections.take();
    try {
      await store.tx(async (tx) => {
        await tx.query('select pg_current_xact_id()');
        await this.#acts();
      });
    } finally {
      this.#connections.give(store);
    }
  }

  async #acts(): Promise<void> {
    const { script, stage } = this.#parts;
    for (const act of script.acts) {
      stage.begin(act.seed);
      stage.note(`act: ${act.act}`);
      await this.#act(act);
    }
    await this.#calm();
  }

  async #act(act: Act): Promise<void> {
    if (act.act === 'faults') this.#arm(act.faults);
    else if (act.act === 'pass') await this.#parts.stage.pass(act.ms);
    else if (act.act === 'import') await this.#import(act.seed, act.file, act.deathAt);
    else await this.#shift(act.seed, act.workers);
    if (act.act !== 'faults') await checkLedger(this.#parts);
  }

  #arm(plan: FaultPlan): void {
    this.#faults = plan;
    const { odds, everywhere, lagMs, bad, listed } = plan;
    const { place } = this.#parts;
    const { faults } = place.sandbox;
    faults.clear();
    faults.setOdds({ odds, on: everywhere ? null : 'users', lagMs });
    place.wire.arm(listed);
    if (bad !== null) faults.arm({ ...bad, on: 'users.add', times: null });
  }

  /** A file, taken in by a process that may die; then again. */
  async #import(seed: number, plan: FilePlan, deathAt: number | null): Promise<void> {
    const file = this.#parts.world.nextFile(seed, plan);
    for (const at of [deathAt, null]) {
      const ended = await this.#live({ ...unharmed, deathAt: at }, async ({ actor, alone }) => {
        await actor.step('import', async () => {
          await receiveFile(alone, this.#parts.place.fileToReceive(file, actor), () => {});
        });
        this.counts.imports++;
      });
      if (ended !== 'died') return;
    }
  }

  /** Up to four processes, each beginning when it is its time and ending as it can. */
  async #shift(seed: number, workers: readonly WorkerPlan[]): Promise<void> {
    const { stage } = this.#parts;
    let atWork = 0;
    const one = async (plan: WorkerPlan, i: number): Promise<void> => {
      if (plan.startsAt > 0) await stage.afterPoints(plan.startsAt);
      atWork++;
      try {
        await this.#live(plan, (worker) => this.#work(worker, plan, seed + i));
      } finally {
        atWork--;
        if (atWork === 0) stage.startAll();
      }
    };
    const isLull = this.#lullAfter(shiftFaultsMs);
    const all = Promise.allSettled(workers.map(one));
    if (atWork === 0) stage.startAll();
    const ended = await all;
    if (isLull() && this.#faults !== null) this.#arm(this.#faults);
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  /** The function it gives says whether it came to that, and lets it not come any more. */
  #lullAfter(ms: number): () => boolean {
    const { stage, place } = this.#parts;
    let came = false;
    const forget = stage.after(null, ms, () => {
      came = true;
      stage.note('lull');
      place.sandbox.faults.clear();
      place.wire.arm(null);
    });
    return () => {
      forget();
      return came;
    };
  }

  async #work(worker: Worker, plan: WorkerPlan, seed: number): Promise<void> {
    const { world, place } = this.#parts;
    const audience = plan.audience < world.audiences.length ? plan.audience : 0;
    const held = this.#held.get(audience);
    if (plan.does === 'import') {
      const { actor, alone } = worker;
      await actor.step('import', async () => {
        const file = world.nextFile(seed, must(plan.file, 'an import has a file'));
        await receiveFile(alone, place.fileToReceive(file, actor), () => {});
      });
      this.counts.imports++;
    } else if (plan.does === 'apply') await this.#apply(worker, audience);
    else if (plan.does === 'release' && held !== undefined)
      await this.#release(worker, audience, held);
    else if (plan.does === 'no' || plan.does === 'forget')
      await this.#leave(worker, plan.does, seed);
    else if (isLifecycle(plan.does)) await this.#manage(worker, audience, plan.does);
    else await this.#sync(worker, audience, plan.does === 'wait');
  }

  /** Somebody says no to us, or asks to be forgotten. */
  async #leave({ muster, actor }: Worker, does: 'no' | 'forget', seed: number): Promise<void> {
    const { world, place } = this.#parts;
    const externalId = new Chance(seed).pick(world.known.ids());
    world.leaving.set(actor.name, externalId);
    const wish = { externalId, database: place.database };
    if (does === 'no') await setConsent(muster, { ...wish, consent: 'no' });
    else await forgetPerson(muster, wish);
    this.counts.leavers++;
  }

  /** Somebody does something with the whole audience. */
  async #manage({ muster }: Worker, audience: number, does: LifecycleWork): Promise<void> {
    const name = this.#name(audience);
    const { adAccount } = this.#parts.place;
    const [former] = must(this.#parts.world.audiences[audience], 'an audience').metaAudienceIds;
    this.#parts.watch.fired(does);
    if (does === 'cancel') {
      await cancelActiveRun(muster, name, { by: 'A. Tester', reason: null });
      return;
    }
    this.#held.delete(audience);
    if (does === 'activate') await activateAudience(muster, name);
    else if (does === 'leave') await deactivateAudience(muster, name);
    else if (does === 'relink') await relinkAudience(muster, name, null);
    else if (does === 'relink back' && former !== undefined)
      await relinkAudience(muster, name, { adAccount, metaAudienceId: former });
    else if (does === 'empty') {
      this.#answerFor(audience);
      const { removal } = await removeAndDeactivate(muster, name, true, () => {});
      if (removal !== null) this.#heard(removal, audience);
    }
  }

  /** Does `work` in a process of its own, which may die at any point; whatever it leaves, stays. */
  async #live(
    fate: Fate,
    work: (worker: Worker) => Promise<void>,
  ): Promise<'done' | 'failed' | 'died'> {
    const { stage, place, watch } = this.#parts;
    const actor = new Actor(stage, `p${++this.#processes}`, fate);
    const worker = place.startWorker(actor);
    if (fate.freeze !== null) this.counts.stops++;
    try {
      await work(worker);
      return 'done';
    } catch (error) {
      if (isDeath(error, worker)) {
        this.counts.deaths++;
        return 'died';
      }
      const code = this.#expected(error);
      if (code === null) throw error;
      stage.note(`${actor.name} ended with ${code}`);
      watch.fired(code);
      return 'failed';
    } finally {
      await worker.end();
    }
  }

  /** What a person would read; null for a fault of ours. */
  #expected(error: unknown): string | null {
    if (!(error instanceof MusterError)) return null;
    return error.message.includes('nothing settled') ? null : error.code;
  }

  async #sync({ muster }: Worker, audience: number, wait: boolean): Promise<SyncReport> {
    const options = { wait, trigger: 'manual' } as const;
    return this.#heard(
      await syncAudience(muster, this.#name(audience), options, () => {}),
      audience,
    );
  }

  async #apply({ muster, actor }: Worker, audience: number): Promise<void> {
    const { world, watch } = this.#parts;
    const plan = await planAudience(muster, this.#name(audience), () => {});
    if (plan.guard.verdict === 'hold') return;
    const truth = must(world.audiences[audience], 'an audience');
    const planned = { rows: world.wantedNow(truth), imports: world.imports };
    const report = await applyPlan(muster, plan.checksum, () => {});
    const sent = watch.sentUploads.filter((one) => one.actor === actor);
    // Somebody else may have looked again in between, where nobody's lock kept them out.
    if (this.#parts.script.setting.lease) {
      const uploads = sent.map(({ upload }) => upload);
      checkPlanned(world, planned, uploads);
    }
    this.#heard(report, audience);
  }

  async #release({ muster }: Worker, audience: number, run: number): Promise<SyncReport> {
    this.#held.delete(audience);
    this.#answerFor(audience);
    return this.#heard(await releaseHeldRun(muster, run, 'A. Tester', () => {}), audience);
  }

  /** Somebody has said that its people may go. */
  #answerFor(audience: number): void {
    for (const id of must(this.#parts.world.audiences[audience], 'an audience').metaAudienceIds) {
      this.#parts.watch.released(id);
    }
  }

  #name(audience: number): string {
    return must(this.#parts.place.audiences[audience], 'an audience');
  }

  #heard(report: SyncReport, audience: number): SyncReport {
    this.counts.runs++;
    this.counts.requests += report.requestsUsed;
    if (report.state === 'held') this.#held.set(audience, Number(report.runId));
    else this.#held.delete(audience);
    if (report.state === 'held') this.counts.held++;
    this.#parts.watch.fired(`ended ${report.state}`);
    this.#parts.stage.note(`ended ${report.state}, ${report.requestsUsed} requests`);
    return report;
  }

  /** Faults end. Whatever happened, a few runs make it right, and then there is nothing to do. */
  async #calm(): Promise<void> {
    const { stage, place, world, script } = this.#parts;
    stage.begin(script.seed);
    stage.note('calm');
    place.sandbox.faults.clear();
    place.wire.calm();
    for (const audience of world.audiences.keys()) {
      let last = 'nothing heard';
      for (let i = 0; i < calmRunsMax && last !== 'succeeded, 0 requests'; i++) {
        await stage.pass(70 * minuteMs);
        await this.#live(unharmed, async (worker) => {
          if (i === 0) await activateAudience(worker.muster, this.#name(audience));
          const held = this.#held.get(audience);
          const report =
            held === undefined
              ? await this.#sync(worker, audience, true)
              : await this.#release(worker, audience, held);
          last = `${report.state}, ${report.requestsUsed} requests`;
        });
      }
      if (last !== 'succeeded, 0 requests') {
        world.broke(`I1, I11: ${calmRunsMax} runs after the calm one still ends ${last}`);
      }
    }
    await checkLedger(this.#parts);
    await checkConverged(this.#parts);
  }
}

function isLifecycle(does: WorkerPlan['does']): does is LifecycleWork {
  return lifecycleWork.includes(does as LifecycleWork);
}
