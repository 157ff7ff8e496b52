import { must } from '#domain/errors/assert.ts';
import { type Db, one } from './db.ts';

/** The sequence of identities steps by this. */
export const IDENTITY_BLOCK = 1_000;

/** Ids of one sequence, taken in blocks, so that handing one out needs no wait. */
export class IdSupply {
  readonly #sequence: string;
  readonly #blockSize: number;
  readonly #starts: number[] = [];
  #used = 0;

  /** `blockSize` is what the sequence increments by. */
  constructor(sequence: 'profile_id' | 'match_row_id' | 'identity_id', blockSize: number) {
    this.#sequence = sequence;
    this.#blockSize = blockSize;
  }

  /** At least `count` calls of `next` are good after this. */
  async reserve(db: Db, count: number): Promise<void> {
    while (this.#starts.length * this.#blockSize - this.#used < count) {
      const block = await one<{ start: number }>(
        db,
        `select nextval('${this.#sequence}') as start`,
      );
      this.#starts.push(block.start);
    }
  }

  next(): number {
    const id = must(this.#starts[0], 'ids are reserved before they are taken') + this.#used++;
    if (this.#used === this.#blockSize) {
      this.#starts.shift();
      this.#used = 0;
    }
    return id;
  }
}
