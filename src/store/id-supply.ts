import { must } from '#domain/errors/assert.ts';
import { type Db, one } from './db.ts';
import { ID_BLOCK } from './id-block.ts';

/** Ids of one sequence, taken in blocks, so that handing one out needs no wait. */
export class IdSupply {
  readonly #sequence: string;
  readonly #starts: number[] = [];
  #used = 0;

  constructor(sequence: 'profile_id' | 'match_row_id' | 'identity_id') {
    this.#sequence = sequence;
  }

  /** At least `count` calls of `next` are good after this. */
  async reserve(db: Db, count: number): Promise<void> {
    while (this.#starts.length * ID_BLOCK - this.#used < count) {
      const block = await one<{ start: number }>(
        db,
        `select nextval('${this.#sequence}') as start`,
      );
      this.#starts.push(block.start);
    }
  }

  next(): number {
    const id = must(this.#starts[0], 'ids are reserved before they are taken') + this.#used++;
    if (this.#used === ID_BLOCK) {
      this.#starts.shift();
      this.#used = 0;
    }
    return id;
  }
}
