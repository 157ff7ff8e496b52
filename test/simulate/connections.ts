import { openStore, type Store } from '#store/db.ts';

let opened = 0;

/**
 * Connections to one server, kept from process to process and from seed to seed, deaths included: a new
 * one has to learn every table and statement first, which costs more than the rest of a life.
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

  /** Gives those of a process that died back, once their locks have gone as they do with a process. */
  async letGo(store: Store): Promise<void> {
    const onlooker = this.take();
    const count = await sessionsOf(onlooker, this.#all.get(store));
    this.give(onlooker);
    let held = 0;
    const everyOne = Promise.withResolvers<void>();
    const one = () =>
      store.session(async (session) => {
        await session.query('select pg_advisory_unlock_all()');
        held++;
        if (held === count) everyOne.resolve();
        // Until then it is kept from the others, so that each takes another one.
        await everyOne.promise;
      });
    await Promise.all(Array.from({ length: count }, one));
    this.give(store);
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
