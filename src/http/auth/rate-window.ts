/** Counts by name in windows of a fixed length, in memory: each process has its own. */
export class RateWindow {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #clock: () => number;
  #beganAtMs = 0;
  #counts = new Map<string, number>();

  constructor(max: number, windowMs: number, clock: () => number) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Counts one; gives the seconds to wait when that is one too many, else 0. */
  take(name: string): number {
    const nowMs = this.#clock();
    if (nowMs - this.#beganAtMs >= this.#windowMs) {
      this.#beganAtMs = nowMs;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    if (count <= this.#max) return 0;
    return Math.max(1, Math.ceil((this.#beganAtMs + this.#windowMs - nowMs) / 1_000));
  }
}
