import { MusterError } from '#domain/errors/muster-error.ts';
import type { Muster } from './muster.ts';
import { EventReceiver } from './receive-events.ts';
import { callsWaiting, databasesWaiting } from '#store/inbox.ts';
import { trimRecentCalls } from '#store/recent-calls.ts';
import { forgetOldChanges } from '#store/profile-changes.ts';
import { forgetOldMessages } from '#store/seen-messages.ts';

/** How often the inbox is looked at unasked: for what another process left, or an import held up. */
const LOOK_MS = 1_000;
const CLEAN_MS = 60_000;
/** So many calls may wait for their profiles; more would take minutes to work off. */
const BEHIND_CALLS = 500_000;

/** Works inboxes off for as long as a process serves. */
export class EventWorker {
  readonly #muster: Pick<Muster, 'store' | 'clock'>;
  readonly #receiver: EventReceiver;
  readonly #onError: (error: unknown) => void;
  readonly #woken = new Set<number>();
  #waiting: ReadonlyMap<number, number> = new Map();
  #ring: () => void = () => {};
  #closed = false;
  #running: Promise<void>;

  constructor(muster: Pick<Muster, 'store' | 'clock'>, onError: (error: unknown) => void) {
    this.#muster = muster;
    this.#receiver = new EventReceiver(muster);
    this.#onError = onError;
    this.#running = this.#run();
  }

  /** There is something new for these databases. */
  wake(databaseIds: Iterable<number>): void {
    for (const id of databaseIds) this.#woken.add(id);
    this.#ring();
  }

  /** @throws MusterError INGEST_KEY_BUSY when more waits for this database than can be worked off soon */
  checkRoom(databaseId: number): void {
    if ((this.#waiting.get(databaseId) ?? 0) > BEHIND_CALLS) {
      throw new MusterError('INGEST_KEY_BUSY');
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    let cleanedMs = 0;
    while (!this.#closed) {
      try {
        for (const id of await databasesWaiting(this.#muster.store)) this.#woken.add(id);
        this.#waiting = await callsWaiting(this.#muster.store);
        if (this.#muster.clock() - cleanedMs > CLEAN_MS) {
          cleanedMs = this.#muster.clock();
          await trimRecentCalls(this.#muster.store);
          await forgetOldMessages(this.#muster.store);
          await forgetOldChanges(this.#muster.store);
        }
        await this.#workUntilLook();
      } catch (error) {
        // The database is away, most likely: what was acknowledged waits in it.
        this.#onError(error);
        await this.#rung(LOOK_MS);
      }
    }
  }

  async #workUntilLook(): Promise<void> {
    const lookAtMs = this.#muster.clock() + LOOK_MS;
    for (;;) {
      const ids = [...this.#woken];
      this.#woken.clear();
      for (const id of ids) if (!this.#closed) await this.#receive(id);
      const restMs = lookAtMs - this.#muster.clock();
      if (restMs <= 0 || this.#closed) return;
      if (this.#woken.size === 0) await this.#rung(restMs);
    }
  }

  /** What goes wrong with one database is looked at again with the next look; the others go on. */
  async #receive(databaseId: number): Promise<void> {
    try {
      await this.#receiver.receiveWaiting(databaseId, { wait: false });
    } catch (error) {
      this.#onError(error);
    }
  }

  async #rung(maxMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#ring = resolve;
      timer = setTimeout(resolve, maxMs);
    });
    clearTimeout(timer);
  }
}
