import { hashOfWriteKey } from '#ingest/write-key.ts';
import type { Db } from '#store/db.ts';
import { databaseOfWriteKey } from '#store/write-keys.ts';

/** A revoked key is refused after this time at the latest; a new one is taken at once. */
const KNOWN_MS = 5_000;
const KEYS_MAX = 1_000;

/** Which database a write key opens; asks the store once in a while, not with each request. */
export class WriteKeys {
  readonly #db: Db;
  readonly #clock: () => number;
  readonly #known = new Map<string, { readonly databaseId: number; readonly untilMs: number }>();

  /** However many requests come with a key that is not known yet, it is asked for once. */
  readonly #asked = new Map<string, Promise<number | null>>();

  constructor(db: Db, clock: () => number) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Null: unknown or revoked. */
  async databaseOf(key: string): Promise<number | null> {
    const known = this.#known.get(key);
    if (known !== undefined && known.untilMs > this.#clock()) return known.databaseId;
    this.#known.delete(key);
    const asked = this.#asked.get(key) ?? this.#ask(key);
    this.#asked.set(key, asked);
    return await asked;
  }

  async #ask(key: string): Promise<number | null> {
    try {
      const databaseId = await databaseOfWriteKey(this.#db, hashOfWriteKey(key));
      if (databaseId === null) return null;
      if (this.#known.size >= KEYS_MAX) this.#known.clear();
      this.#known.set(key, { databaseId, untilMs: this.#clock() + KNOWN_MS });
      return databaseId;
    } finally {
      this.#asked.delete(key);
    }
  }
}
