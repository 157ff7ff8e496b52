import { hash } from 'node:crypto';

/** Tells ids that came before; 48 bits of each are kept, so a million of them are some 40 MB. */
export class SeenIds {
  repeated = 0;
  readonly #seen = new Set<number>();

  isRepeated(externalId: string): boolean {
    const print = Number.parseInt(hash('sha256', externalId, 'hex').slice(0, 12), 16);
    if (this.#seen.has(print)) {
      this.repeated += 1;
      return true;
    }
    this.#seen.add(print);
    return false;
  }
}
