/** What was used within the last `spanMs`, remembered in steps, so that it costs the same however much. */
export class RollingWindow {
  readonly #spanMs: number;
  readonly #stepMs: number;
  /** By the number of the step, oldest first. */
  readonly #steps: Map<number, number>;

  constructor(spanMs: number, stepMs: number, kept: readonly (readonly [number, number])[] = []) {
    this.#spanMs = spanMs;
    this.#stepMs = stepMs;
    this.#steps = new Map(kept);
  }

  add(now: number, amount: number): void {
    const step = Math.floor(now / this.#stepMs);
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + amount);
  }

  sum(now: number): number {
    let total = 0;
    for (const [step, amount] of this.#steps) {
      // One that is still to come was used before the clock was put back.
      const isOver = this.#endOf(step) <= now || step * this.#stepMs > now;
      if (isOver) this.#steps.delete(step);
      else total += amount;
    }
    return total;
  }

  /** How long until at most `most` is in use, if nothing is added. */
  waitMs(now: number, most: number): number {
    let left = this.sum(now);
    if (left <= most) return 0;
    for (const [step, amount] of this.#steps) {
      left -= amount;
      if (left <= most) return this.#endOf(step) - now;
    }
    return this.#spanMs;
  }

  /** What to keep of it. */
  steps(): [number, number][] {
    return [...this.#steps];
  }

  #endOf(step: number): number {
    return step * this.#stepMs + this.#spanMs;
  }
}
