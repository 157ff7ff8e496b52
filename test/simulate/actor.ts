import type { Stage } from './stage.ts';

/** What a killed process does next: nothing. Thrown out of whatever it was waiting for. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** What may befall a process, counted in its own steps. */
export interface Fate {
  readonly deathAt: number | null;
  readonly freeze: { readonly at: number; readonly ms: number } | null;
  readonly clockSkewMs: number;
}

/** One process on the stage. It may be killed at any step, or be stopped for a while after one. */
export class Actor {
  readonly name: string;
  frozenUntilMs = 0;
  readonly #stage: Stage;
  readonly #fate: Fate;
  readonly #death = Promise.withResolvers<never>();
  readonly #burial = Promise.withResolvers<void>();
  #isDead = false;
  #points = 0;

  constructor(stage: Stage, name: string, fate: Fate) {
    this.#stage = stage;
    this.name = name;
    this.#fate = fate;
    // Those who wait for it hear of it; nobody has to.
    this.#death.promise.catch(() => {});
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isFrozen(): boolean {
    return this.frozenUntilMs > this.#stage.nowMs;
  }

  /** Its own clock, which may be off, and tells only it the time. */
  readonly nowMs = (): number => this.#stage.nowMs + this.#fate.clockSkewMs;

  /** Rejects when it dies; for what it waits for outside of any step. */
  get death(): Promise<never> {
    return this.#death.promise;
  }

  /** Resolves when nothing of it is left. */
  get buried(): Promise<void> {
    return this.#burial.promise;
  }

  bury(): void {
    this.#burial.resolve();
  }

  crash(): Crash {
    return new Crash(`${this.name} is dead`);
  }

  /** Something that it may not survive. `isTold`: it is part of the trace. */
  point(name: string, isTold = true): void {
    if (this.#isDead) throw this.crash();
    this.#stage.point(isTold ? `${this.name}: ${name}` : null);
    this.#points++;
    const { freeze, deathAt } = this.#fate;
    if (freeze !== null && this.#points === freeze.at) {
      this.frozenUntilMs = this.#stage.nowMs + freeze.ms;
      this.#stage.note(`${this.name} is stopped for ${freeze.ms} ms`);
      // Somebody has to be waiting, or time would stand still.
      this.#stage.after(this, freeze.ms, () => {});
    }
    if (deathAt === null || this.#points < deathAt) return;
    this.#stage.note(`${this.name} dies`);
    this.#isDead = true;
    this.#stage.clear(this);
    this.#death.reject(this.crash());
    throw this.crash();
  }

  /** Does `work` while nobody else moves, when its turn has come. It may die before it and after it. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw this.crash();
    await this.#stage.turn(this, name);
    let result: T;
    try {
      this.point(name);
      result = await work();
      this.point(`${name}, done`);
    } finally {
      this.#stage.endTurn(this);
    }
    if (this.isFrozen) await this.sleep(0);
    return result;
  }

  /** As of meta's Clock; the function it gives takes it back. */
  readonly after = (delayMs: number, then: () => void): (() => void) =>
    this.#stage.after(this, delayMs, then);

  /** As of Muster's: again and again until the function it gives is called. */
  readonly every = (ms: number, work: () => void): (() => void) => {
    let cancel = (): void => {};
    const again = (): void => {
      if (this.#isDead) return;
      cancel = this.after(ms, () => {
        work();
        again();
      });
    };
    again();
    return () => cancel();
  };

  readonly sleep = (ms: number): Promise<void> => {
    if (this.#isDead) return Promise.reject(this.crash());
    const slept = new Promise<void>((resolve) => this.after(ms, resolve));
    return Promise.race([slept, this.death]);
  };
}
