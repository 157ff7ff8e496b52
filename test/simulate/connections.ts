import { setImmediate } from 'node:timers/promises';
import { openStore, type Store } from '#store/db.ts';

let opened = 0;

/**
 * Connections to one server, kept from process to process and from seed to seed: making one takes as
 * long as twenty statements. Those of a process that died are closed, and its locks go with them.
 */
export class Connections implements AsyncDisposable {
  /** The virtual moment of whoever has them now. */
  nowMs: () => number = () => 0;
  readonly #url: string;
  readonly #idle: Store[] = [];
  /** With the name that its sessions go by. */
  readonly #all = new Map<Store, string>();

  constructor(url: string) {
    this.#url = url;
  }

  take(): Store {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const applicationName = `simulated ${process.pid}-${++opened}`;
    const now = () => new Date(this.nowMs());
    const made = openStore({ url: this.#url, applicationName, now });
    this.#all.set(made, applicationName);
    return made;
  }

  give(store: Store): void {
    this.#idle.push(store);
  }

  /** Resolves when the server has let go of all that its sessions held, which it does in its own time. */
  async close(store: Store): Promise<void> {
    const name = this.#all.get(store);
    this.#all.delete(store);
    await store[Symbol.asyncDispose]();
    const onlooker = this.take();
    while ((await sessionsOf(onlooker, name)) > 0) await setImmediate();
    this.give(onlooker);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all.keys()].map((store) => store[Symbol.asyncDispose]()));
  }
}

async function sessionsOf(onlooker: Store, name: string | undefined): Promise<number> {
  const rows = await onlooker.query('select from pg_stat_activity where application_name = $1', [
    name,
  ]);
  return rows.length;
}
