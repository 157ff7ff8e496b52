import { createHash } from 'node:crypto';
import type { Chance } from '../exact/chance.ts';

/** What a killed process does next: nothing. Thrown out of whatever it was waiting for. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

interface Turn {
  readonly name: string;
  readonly begin: () => void;
  readonly die: () => void;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Not the worker's: a crash leaves it standing. */
  readonly isOfTheWorld: boolean;
  fire(): void | Promise<void>;
}

/**
 * Where a simulation plays: one step at a time, one clock, one list of what happened. Whatever leaves
 * the process (a statement, a request) is a step; of several that could be next, the seed picks one.
 * Time passes a little with every step, and to the next timer when nobody has anything to do.
 */
export class Stage {
  nowMs: number;
  readonly #chance: Chance;
  readonly #trace = createHash('sha256');
  readonly #lines: string[] | null;
  #turns: Turn[] = [];
  #timers: Timer[] = [];
  #orders = 0;
  #busy = false;
  #quietTicks = 0;
  #isAwake = false;
  #points = 0;
  #crashAt = Infinity;
  #interruption: { readonly at: number; readonly begin: () => void } | null = null;
  #isDead = false;
  #death = deathOf();

  constructor(chance: Chance, startMs: number, keepLines: boolean) {
    this.#chance = chance;
    this.nowMs = startMs;
    this.#lines = keepLines ? [] : null;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  traceHash(): string {
    return this.#trace.copy().digest('hex').slice(0, 16);
  }

  note(line: string): void {
    const text = `${this.nowMs} ${line}`;
    this.#trace.update(`${text}\n`);
    this.#lines?.push(text);
  }

  /** Rejects when the worker dies; for what it waits for outside of any step. */
  get death(): Promise<never> {
    return this.#death.promise;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The worker dies at the n-th point from now. */
  crashAt(points: number): void {
    this.#crashAt = this.#points + points;
  }

  /** Something else begins at the n-th point from now. */
  interruptAt(points: number, begin: () => void): void {
    this.#interruption = { at: this.#points + points, begin };
  }

  /** A new worker, in whatever state the last one left everything. */
  revive(): void {
    this.#isDead = false;
    this.#crashAt = Infinity;
    this.#interruption = null;
    this.#death = deathOf();
  }

  /** Something that the worker may not survive. */
  point(name: string): void {
    if (this.#isDead) throw new Crash();
    this.note(name);
    this.#points++;
    if (this.#interruption !== null && this.#points >= this.#interruption.at) {
      const { begin } = this.#interruption;
      this.#interruption = null;
      begin();
    }
    if (this.#points < this.#crashAt) return;
    this.note('the worker dies');
    this.#isDead = true;
    this.#timers = this.#timers.filter((timer) => timer.isOfTheWorld);
    for (const turn of this.#turns.splice(0)) turn.die();
    this.#death.reject(new Crash());
    throw new Crash();
  }

  /** Does `work` alone, when its turn has come. The worker may die before it and after it. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.#turn(name);
    try {
      this.point(name);
      const result = await work();
      this.point(`${name}, done`);
      return result;
    } finally {
      this.#endTurn();
    }
  }

  #turn(name: string): Promise<void> {
    if (this.#isDead) throw new Crash();
    return new Promise((resolve, reject) => {
      this.#turns.push({ name, begin: resolve, die: () => reject(new Crash()) });
      this.#wake();
    });
  }

  #endTurn(): void {
    this.#busy = false;
    this.nowMs += 1 + this.#chance.below(20);
    this.#wake();
  }

  /** As of meta's Clock; the function it gives takes it back. */
  readonly after = (delayMs: number, then: () => void): (() => void) =>
    this.#addTimer(delayMs, false, then);

  /** For what goes on whether or not anybody lives. */
  worldAfter(delayMs: number, then: () => Promise<void>): void {
    this.#addTimer(delayMs, true, then);
  }

  readonly sleep = (ms: number): Promise<void> => {
    if (this.#isDead) return Promise.reject(new Crash());
    const slept = new Promise<void>((resolve) => this.after(ms, resolve));
    return Promise.race([slept, this.death]);
  };

  /** Time passes while nobody works. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let timer = this.#nextTimer(); timer !== null; timer = this.#nextTimer()) {
      if (timer.atMs > untilMs) break;
      await this.#fire(timer);
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
    this.note(`${ms} ms pass`);
  }

  #addTimer(delayMs: number, isOfTheWorld: boolean, fire: Timer['fire']): () => void {
    const atMs = this.nowMs + Math.max(0, delayMs);
    const timer = { atMs, order: this.#orders++, isOfTheWorld, fire };
    this.#timers.push(timer);
    this.#wake();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #nextTimer(): Timer | null {
    const sorted = this.#timers.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
    return sorted[0] ?? null;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.nowMs = Math.max(this.nowMs, timer.atMs);
    await timer.fire();
  }

  #wake(): void {
    this.#quietTicks = 0;
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => this.#tick());
  }

  /** Between two ticks everything runs on as far as it can without leaving the process. */
  #tick(): void {
    this.#isAwake = false;
    if (this.#busy) return;
    if (this.#turns.length > 0) {
      const [turn] = this.#turns.splice(this.#chance.below(this.#turns.length), 1);
      this.#busy = true;
      turn?.begin();
      return;
    }
    const timer = this.#nextTimer();
    if (timer === null || (timer.isOfTheWorld && this.#isOnlyWorld())) return;
    // Somebody may still be reading what came in with the last step.
    const quietTicks = this.#quietTicks + 1;
    if (quietTicks > 3) {
      this.#busy = true;
      void this.#fire(timer).finally(() => {
        this.#busy = false;
        this.#wake();
      });
      return;
    }
    this.#wake();
    this.#quietTicks = quietTicks;
  }

  /** Then nobody waits, and time passes only as the script says. */
  #isOnlyWorld(): boolean {
    return this.#timers.every((timer) => timer.isOfTheWorld);
  }
}

function deathOf() {
  const death = Promise.withResolvers<never>();
  // Those who wait for it hear of it; nobody has to.
  death.promise.catch(() => {});
  return death;
}
