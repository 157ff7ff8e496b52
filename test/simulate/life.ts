import { MusterError } from '#domain/errors/muster-error.ts';
import { applyPlan, planAudience, releaseHeldRun } from '#sync/apply.ts';
import { receiveFile } from '#sync/receive.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from '../exact/chance.ts';
import { checkConverged, checkPlanned } from './checks.ts';
import type { Connections } from './connections.ts';
import { type Mutant, none } from './mutants.ts';
import { openPlace, type Place, type Worker } from './place.ts';
import { Crash, Stage } from './stage.ts';
import { World } from './world.ts';

export interface Life {
  readonly seed: number;
  /** What went against an invariant; empty for a good seed. */
  readonly broken: readonly string[];
  /** Equal for equal runs. */
  readonly trace: string;
  /** All that happened, if it was asked for. */
  readonly lines: readonly string[];
  readonly counts: Counts;
}

interface Counts {
  requests: number;
  crashes: number;
  imports: number;
  runs: number;
  held: number;
  virtualMs: number;
}

export interface LifeOptions {
  readonly connections: Connections;
  readonly mutant?: Mutant;
  readonly keepLines?: boolean;
}

const startMs = Date.parse('2026-11-01T10:00:00Z');
const minuteMs = 60_000;
/** One that does what is left, one that says what it may have hurt, one that finds nothing to do. */
const calmRunsMax = 6;

/** What may go wrong on the wire. The order is part of a seed: a further one goes behind the last. */
const faultsArmed = [
  'requestLost',
  'timeoutAfterCommit',
  'lateApply',
  'resetBefore',
  'resetAfter',
  'serverErrorBefore',
  'serverErrorAfter',
  'truncatedBody',
  'htmlBody',
  'throttle',
  'tokenDead',
  'termsRevoked',
  'malformed',
  'transient',
  'audienceGone',
  'aliasMissing',
] as const;

/** One seed from its first file to the calm at its end. */
export async function live(seed: number, options: LifeOptions): Promise<Life> {
  const chance = new Chance(seed);
  const stage = new Stage(chance.fork(), startMs, options.keepLines ?? false);
  const world = new World(chance.fork(), stage, (seed * 10_000) % 70_000_000);
  const mutant = options.mutant ?? none;
  const parts = { seed, chance: chance.fork(), stage, world, mutant };
  await using place = await openPlace(options.connections, parts);
  const script = new Script(chance.fork(), stage, world, place, options.connections);
  try {
    await script.play();
  } catch (error) {
    world.broken.push(`unexpected: ${(error as Error).stack}`);
  }
  return {
    seed,
    broken: world.broken,
    trace: stage.traceHash(),
    lines: stage.lines,
    counts: { ...script.counts, virtualMs: stage.nowMs - startMs },
  };
}

class Script {
  readonly counts: Counts = {
    requests: 0,
    crashes: 0,
    imports: 0,
    runs: 0,
    held: 0,
    virtualMs: 0,
  };
  readonly #chance: Chance;
  readonly #stage: Stage;
  readonly #world: World;
  readonly #place: Place;
  readonly #connections: Connections;
  #heldRun: number | null = null;
  #metaAudienceId: string | null = null;

  constructor(chance: Chance, stage: Stage, world: World, place: Place, connections: Connections) {
    this.#chance = chance;
    this.#stage = stage;
    this.#world = world;
    this.#place = place;
    this.#connections = connections;
  }

  async play(): Promise<void> {
    const chance = this.#chance;
    await this.#import(true);
    await this.#armFaults();
    const rounds = 3 + chance.below(8);
    for (let round = 0; round < rounds; round++) {
      if (chance.happens(0.6)) await this.#import(false);
      await this.#run();
      if (chance.happens(0.3)) await this.#armFaults();
      await this.#stage.pass(
        chance.pick([0, 500, 5_000, minuteMs, 10 * minuteMs, 26 * 60 * minuteMs]),
      );
    }
    await this.#calm();
  }

  /** Each kind of fault is armed or not, each with odds of its own. */
  async #armFaults(): Promise<void> {
    const chance = this.#chance;
    const { faults } = this.#place.sandbox;
    faults.clear();
    const odds: Partial<Record<(typeof faultsArmed)[number], number>> = {};
    const rare: readonly string[] = [
      'tokenDead',
      'termsRevoked',
      'audienceGone',
      'aliasMissing',
      'malformed',
    ];
    for (const name of faultsArmed) {
      if (!chance.happens(0.4)) continue;
      odds[name] = chance.next() * (rare.includes(name) ? 0.03 : 0.15);
    }
    const lagMs = chance.pick([500, 10_000, 3 * minuteMs]);
    faults.setOdds({ odds, on: chance.happens(0.8) ? 'users' : null, lagMs });
    if (chance.happens(0.3)) {
      // These rows are no good, whoever asks and however often.
      const valuePrefix = chance.below(256).toString(16).padStart(2, '0');
      const name = chance.pick(['invalidRows', 'malformed'] as const);
      faults.arm({ name, on: 'users.add', times: null, valuePrefix });
    }
  }

  /** A file, taken in by a process that may die; then again, or never. */
  async #import(first: boolean): Promise<void> {
    const file = this.#place.fileToReceive(this.#nextFile(first));
    for (;;) {
      const ended = await this.#live(first ? 0 : 0.2, 60, async ({ alone }) => {
        await this.#stage.step('import', () => receiveFile(alone, file, () => {}));
      });
      if (ended === 'done') this.counts.imports++;
      if (ended === 'done' || this.#chance.happens(0.3)) return;
    }
  }

  #nextFile(first: boolean) {
    const chance = this.#chance;
    const { company } = this.#world;
    if (!first) {
      company.change(chance.pick([0.05, 0.2, 0.6]));
      for (const [id, person] of company.lose(chance.pick([0, 0.1, 0.4]))) {
        // Gone from this file or for good; a mirror tells the two apart.
        if (chance.happens(0.3)) company.people.set(id, person);
      }
      if (chance.happens(0.5)) company.join();
    }
    const country = chance.happens(0.15) ? chance.pick(['DE', 'AT']) : null;
    return company.file({ mirror: first || chance.happens(0.4), country });
  }

  /** One run: by sync, by plan and apply, or by letting a held one go. */
  async #run(): Promise<void> {
    const chance = this.#chance;
    const kind = chance.pick(['sync', 'sync', 'sync', 'apply']);
    await this.#live(0.4, 110, async (worker) => {
      const interrupted = this.#maybeInterrupt(worker);
      try {
        if (this.#heldRun !== null && chance.happens(0.5)) await this.#release(worker);
        else if (kind === 'sync') await this.#sync(worker, chance.happens(0.3));
        else await this.#apply(worker);
      } finally {
        await interrupted();
      }
    });
  }

  /** Sometimes a file comes in while the run is under way. */
  #maybeInterrupt({ alone }: Worker): () => Promise<void> {
    if (!this.#chance.happens(0.25)) return () => Promise.resolve();
    const file = this.#place.fileToReceive(this.#nextFile(false));
    let importing: Promise<unknown> = Promise.resolve();
    this.#stage.interruptAt(1 + this.#chance.below(90), () => {
      importing = this.#stage.step('import', () => receiveFile(alone, file, () => {}));
      importing.catch(() => {});
    });
    return async () => {
      await importing;
    };
  }

  /** Does `work` in a process of its own, which may die at any point; whatever it leaves, stays. */
  async #live(
    deathOdds: number,
    pointsMax: number,
    work: (worker: Worker) => Promise<void>,
  ): Promise<'done' | 'failed' | 'died'> {
    const worker = this.#place.startWorker();
    if (this.#chance.happens(deathOdds)) {
      this.#stage.crashAt(1 + this.#chance.below(pointsMax));
    }
    try {
      await work(worker);
      return this.#stage.isDead ? 'died' : 'done';
    } catch (error) {
      if (this.#stage.isDead || error instanceof Crash) {
        this.counts.crashes++;
        return 'died';
      }
      // What a person would read: Meta said no, the plan is stale. Anything else is a fault of ours.
      if (!(error instanceof MusterError) || error.code === 'RUN_STOPPED') throw error;
      this.#stage.note(`ended with ${error.code}`);
      return 'failed';
    } finally {
      if (this.#stage.isDead) await this.#connections.close();
      this.#stage.revive();
    }
  }

  async #sync({ muster }: Worker, wait: boolean): Promise<SyncReport> {
    const report = await syncAudience(
      muster,
      this.#place.audience,
      { wait, trigger: 'manual' },
      () => {},
    );
    return this.#heard(report);
  }

  async #apply({ muster }: Worker): Promise<void> {
    const plan = await planAudience(muster, this.#place.audience, () => {});
    if (plan.guard.verdict === 'hold') return;
    const planned = { rows: this.#world.wantedNow(), imports: this.#world.imports };
    const sentBefore = this.#world.sent.length;
    const report = await applyPlan(muster, plan.checksum, () => {});
    checkPlanned(this.#world, planned, this.#world.sent.slice(sentBefore));
    this.#heard(report);
  }

  async #release({ muster }: Worker): Promise<SyncReport> {
    const run = this.#heldRun;
    this.#heldRun = null;
    return this.#heard(await releaseHeldRun(muster, run ?? 0, 'A. Tester', () => {}));
  }

  #heard(report: SyncReport): SyncReport {
    this.counts.runs++;
    this.counts.requests += report.requestsUsed;
    this.#metaAudienceId = report.metaAudienceId;
    this.#heldRun = report.state === 'held' ? Number(report.runId) : null;
    if (report.state === 'held') this.counts.held++;
    this.#stage.note(`ended ${report.state}, ${report.requestsUsed} requests`);
    return report;
  }

  /** Faults end. Whatever happened, a few runs make it right, and then there is nothing to do. */
  async #calm(): Promise<void> {
    const { sandbox, wire, audience } = this.#place;
    this.#stage.note('calm');
    sandbox.faults.clear();
    wire.calm();
    const { broken } = this.#world;
    let last = 'nothing heard';
    for (let i = 0; i < calmRunsMax && last !== 'succeeded, 0 requests'; i++) {
      await this.#stage.pass(70 * minuteMs);
      await this.#live(0, 1, async (worker) => {
        const report =
          this.#heldRun === null ? await this.#sync(worker, true) : await this.#release(worker);
        last = `${report.state}, ${report.requestsUsed} requests`;
      });
    }
    if (last !== 'succeeded, 0 requests') {
      broken.push(`I1, I11: ${calmRunsMax} runs after the calm one still ends ${last}`);
    }
    await checkConverged(this.#world, this.#place, this.#metaAudienceId, audience);
  }
}
