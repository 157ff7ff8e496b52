import { MusterError } from '#domain/errors/muster-error.ts';
import type { Store } from '#store/db.ts';
import { type NewInboxRow, writeInbox } from '#store/inbox.ts';
import type { RecentCall } from '#store/recent-calls.ts';

/** One request as it is written down. `row` is null where no call of it was good. */
export interface Acceptance {
  readonly row: NewInboxRow | null;
  readonly recent: readonly RecentCall[];
}

interface Waiting extends Acceptance {
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What may wait for the next commit; with bodies being read it bounds the memory of a flood. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** Of that, what one database may have, so that a flood into one leaves room for the others. */
const SHARE_BYTES_MAX = WAITING_BYTES_MAX / 2;
/** One transaction writes about this much. */
const COMMIT_BYTES = 4 * 1024 * 1024;
/** What is shown of one commit: refusals first, for they are what people look for. */
const SHOWN_MAX = 100;

/** Writes requests down; those that come while a commit is on its way share the next one. */
export class CallAcceptor {
  readonly #store: Store;
  readonly #onWritten: (databaseIds: ReadonlySet<number>) => void;
  #waiting: Waiting[] = [];
  readonly #bytesOf = new Map<number, number>();
  #bytes = 0;
  #writing: Promise<void> | null = null;

  /** `onWritten` hears of the databases that have something new in their inbox. */
  constructor(store: Store, onWritten: (databaseIds: ReadonlySet<number>) => void) {
    this.#store = store;
    this.#onWritten = onWritten;
  }

  /**
   * Resolves when the request is durable.
   * @throws MusterError INGEST_BUSY, INGEST_KEY_BUSY; what the store throws when it cannot write
   */
  async accept(acceptance: Acceptance): Promise<void> {
    const { row } = acceptance;
    const bytes = row?.calls.length ?? 0;
    const databaseId = row?.databaseId ?? 0;
    this.checkRoom(databaseId, bytes);
    this.#bytes += bytes;
    this.#bytesOf.set(databaseId, (this.#bytesOf.get(databaseId) ?? 0) + bytes);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push({ ...acceptance, bytes, resolve, reject });
        this.#writing ??= this.#writeAll();
      });
    } finally {
      this.#bytes -= bytes;
      this.#bytesOf.set(databaseId, (this.#bytesOf.get(databaseId) ?? bytes) - bytes);
    }
  }

  /**
   * Whether so many bytes more may wait; before a body is read, none.
   * @throws MusterError INGEST_BUSY, INGEST_KEY_BUSY
   */
  checkRoom(databaseId: number, bytes = 0): void {
    if (this.#bytes + bytes > WAITING_BYTES_MAX) throw new MusterError('INGEST_BUSY');
    const share = this.#bytesOf.get(databaseId) ?? 0;
    if (share + bytes > SHARE_BYTES_MAX) throw new MusterError('INGEST_KEY_BUSY');
  }

  /** Resolves when nothing is being written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Whatever came in the same turn shares the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#store.tx((tx) => writeInbox(tx, rowsOf(batch), shownOf(batch)));
        for (const one of batch) one.resolve();
        this.#onWritten(new Set(rowsOf(batch).map(({ databaseId }) => databaseId)));
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    this.#writing = null;
  }

  #nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      bytes += one.bytes;
      if (count > 0 && (bytes > COMMIT_BYTES || count === REQUESTS_MAX)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

/** A statement has at most 65,535 parameters. */
const REQUESTS_MAX = 2_000;

function rowsOf(batch: readonly Waiting[]): NewInboxRow[] {
  return batch.flatMap(({ row }) => (row === null ? [] : row));
}

function shownOf(batch: readonly Waiting[]): RecentCall[] {
  const recent = batch.flatMap((one) => one.recent);
  const refused = recent.filter(({ accepted }) => !accepted);
  if (recent.length <= SHOWN_MAX) return recent;
  return [...refused, ...recent.filter(({ accepted }) => accepted)].slice(0, SHOWN_MAX);
}
