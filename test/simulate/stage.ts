import { createHash } from 'node:crypto';
import { Chance } from '../exact/chance.ts';
import type { Actor } from './actor.ts';

interface Turn {
  readonly actor: Actor;
  readonly name: string;
  readonly begin: () => void;
  readonly die: () => void;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Null: the world's, which a death leaves standing. */
  readonly actor: Actor | null;
  fire(): void | Promise<void>;
}

/** With the quota of the lowest tier an audience may take days; whoever waits longer than this waits for nothing. */
const ACT_MAX_MS = 30 * 24 * 3_600_000;

/**
 * Where a life plays: one step at a time, one clock, one list of what happened. Whatever leaves a
 * process (a statement, a request) is a step; of several that could be next, the seed picks one.
 * Time passes a little with every step, and to the next timer when nobody has anything to do.
 */
export class Stage {
  nowMs: number;
  #actEndsMs = Infinity;
  #chance = new Chance(0);
  readonly #trace = createHash('sha256');
  readonly #lines: string[] | null;
  #turns: Turn[] = [];
  #timers: Timer[] = [];
  #orders = 0;
  #busy = false;
  #quietTicks = 0;
  #isAwake = false;
  #points = 0;
  #waiting: { readonly at: number; readonly begin: () => void }[] = [];

  constructor(startMs: number, keepLines: boolean) {
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

  /** From here on the order of things comes from another seed. */
  begin(seed: number): void {
    this.#actEndsMs = this.nowMs + ACT_MAX_MS;
    this.#chance = new Chance(seed);
    this.#points = 0;
  }

  /** Something happened that a process may not have survived. */
  point(line: string | null): void {
    if (line !== null) this.note(line);
    this.#points++;
    this.#start(({ at }) => at <= this.#points);
  }

  /** Resolves when so many points of this act have passed, or `startAll` is called. */
  afterPoints(at: number): Promise<void> {
    if (at <= this.#points) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ at, begin: resolve }));
  }

  /** Nobody is left who would make points. */
  startAll(): void {
    this.#start(() => true);
  }

  #start(isReady: (waiting: { readonly at: number }) => boolean): void {
    const ready = this.#waiting.filter(isReady);
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one));
    for (const { begin } of ready) begin();
  }

  /** Resolves when it is the actor's turn; nobody else moves before `endTurn`. */
  turn(actor: Actor, name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.nowMs > this.#actEndsMs) {
        reject(new Error(`${actor.name} still waits thirty days after the act began: ${name}`));
        return;
      }
      this.#turns.push({ actor, name, begin: resolve, die: () => reject(actor.crash()) });
      this.#wake();
    });
  }

  endTurn(actor: Actor): void {
    this.nowMs += 1 + this.#chance.below(20);
    const rest = (): void => {
      this.#busy = false;
      this.#wake();
    };
    // What the dead one held, locks and connections, is let go before anybody else moves.
    if (actor.isDead) void actor.buried.then(rest);
    else rest();
  }

  /**
   * The actor is dead. Whatever it waits for comes at once, so that it finds out at its next step
   * and lets go of all it holds.
   */
  clear(actor: Actor): void {
    const timers = this.#timers.filter((timer) => timer.actor === actor);
    const turns = this.#turns.filter((turn) => turn.actor === actor);
    this.#timers = this.#timers.filter((timer) => timer.actor !== actor);
    this.#turns = this.#turns.filter((turn) => turn.actor !== actor);
    for (const turn of turns) turn.die();
    for (const timer of timers) void timer.fire();
  }

  /** The function it gives takes it back. */
  after(actor: Actor | null, delayMs: number, fire: Timer['fire']): () => void {
    if (actor?.isDead === true) {
      const soon = setImmediate(() => void fire());
      return () => clearImmediate(soon);
    }
    const atMs = this.nowMs + Math.max(0, delayMs);
    const timer = { atMs, order: this.#orders++, actor, fire };
    this.#timers.push(timer);
    this.#wake();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Time passes while nobody works. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let timer = this.#nextTimer(); timer !== null; timer = this.#nextTimer()) {
      if (dueMs(timer) > untilMs) break;
      await this.#fire(timer);
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
    this.note(`${ms} ms pass`);
  }

  #nextTimer(): Timer | null {
    const sorted = this.#timers.toSorted((a, b) => dueMs(a) - dueMs(b) || a.order - b.order);
    return sorted[0] ?? null;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.nowMs = Math.max(this.nowMs, dueMs(timer));
    await timer.fire();
  }

  #wake(): void {
    this.#quietTicks = 0;
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => this.#tick());
  }

  /** Between two ticks everything runs on as far as it can without leaving its process. */
  #tick(): void {
    this.#isAwake = false;
    if (this.#busy) return;
    // What is on its way out of a stopped process goes on without it.
    const ready = this.#turns.filter(
      ({ actor, name }) => !actor.isFrozen || /^(POST|DELETE|GET) \//.test(name),
    );
    if (ready.length > 0) {
      const turn = this.#chance.pick(ready);
      this.#turns = this.#turns.filter((other) => other !== turn);
      this.#busy = true;
      turn.begin();
      return;
    }
    const timer = this.#nextTimer();
    const somebodyWaits =
      this.#turns.length > 0 || this.#timers.some(({ actor }) => actor !== null);
    if (timer === null || !somebodyWaits) return;
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
}

/** A stopped process hears its alarms late. */
function dueMs({ atMs, actor }: Timer): number {
  return Math.max(atMs, actor?.frozenUntilMs ?? 0);
}
