import type { Call } from '#ingest/call.ts';
import { refusalsOf } from '#profiles/refusals.ts';
import type { Store } from '#store/db.ts';
import { profileIdsOf } from '#store/identities.ts';
import { lookIntoInbox } from '#store/inbox.ts';
import { speakForCall } from '#store/spoken-no.ts';

const ROWS_A_LOOK = 200;

/**
 * Looks through the calls that wait while somebody else, an import mostly, has the people of a database: a
 * "no" among them leaves before that is over (docs/decisions/0054-a-no-in-a-call-does-not-wait.md).
 */
export class SpokenCalls {
  readonly #store: Store;
  /** Up to which row each inbox was looked through. */
  readonly #seen = new Map<number, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  async look(databaseId: number): Promise<void> {
    for (;;) {
      const afterId = this.#seen.get(databaseId) ?? 0;
      const rows = await lookIntoInbox(this.#store, databaseId, { afterId, rowsMax: ROWS_A_LOOK });
      for (const { id, calls } of rows) {
        for (const call of JSON.parse(calls) as Call[]) await this.#speak(databaseId, id, call);
        this.#seen.set(databaseId, id);
      }
      if (rows.length < ROWS_A_LOOK) return;
    }
  }

  async #speak(databaseId: number, inboxId: number, call: Call): Promise<void> {
    const categories = refusalsOf(call);
    if (categories.length === 0) return;
    for (const profileId of await profileIdsOf(this.#store, databaseId, call)) {
      for (const category of categories) {
        await this.#store.tx((tx) =>
          speakForCall(tx, databaseId, profileId, { category, inboxId }),
        );
      }
    }
  }
}
