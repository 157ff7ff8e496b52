import { openStore, type Store } from '#store/db.ts';

/**
 * Connections to one server, kept from process to process and from seed to seed: making one takes as
 * long as twenty statements. Those of a process that died are closed, and its locks go with them.
 */
export class Connections implements AsyncDisposable {
  /** The virtual moment of whoever has them now. */
  nowMs: () => number = () => 0;
  readonly #url: string;
  readonly #idle: Store[] = [];
  readonly #all = new Set<Store>();

  constructor(url: string) {
    this.#url = url;
  }

  take(): Store {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const made = openStore({ url: this.#url, now: () => new Date(this.nowMs()) });
    this.#all.add(made);
    return made;
  }

  give(store: Store): void {
    this.#idle.push(store);
  }

  async close(store: Store): Promise<void> {
    this.#all.delete(store);
    await store[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all].map((store) => this.close(store)));
  }
}
