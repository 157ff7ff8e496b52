/** Random numbers that a seed gives again: the same seed, the same run. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike; a few steps apart they no longer do.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** 0 ≤ n < 1. A Weyl sequence through the finaliser of MurmurHash3 (public domain). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  happens(odds: number): boolean {
    return this.next() < odds;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  some<T>(list: readonly T[], odds: number): T[] {
    return list.filter(() => this.happens(odds));
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, place: this.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }

  /** Numbers of its own, so that drawing more here moves nothing there. */
  fork(): Chance {
    return new Chance(this.below(2 ** 32));
  }
}
