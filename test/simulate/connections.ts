import { openStore, type Store } from '#store/db.ts';

/**
 * Connections to one server, kept from worker to worker and from seed to seed: making one takes as
 * long as twenty statements. Those of a worker that died are closed, and its locks go with them.
 */
export class Connections implements AsyncDisposable {
  /** The virtual moment of whoever has them now. */
  nowMs: () => number = () => 0;
  readonly #url: string;
  #store: Store | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  get store(): Store {
    this.#store ??= openStore({ url: this.#url, now: () => new Date(this.nowMs()) });
    return this.#store;
  }

  async close(): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
    this.#store = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
