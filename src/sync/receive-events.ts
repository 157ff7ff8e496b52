import { MusterError } from '#domain/errors/muster-error.ts';
import type { Call } from '#ingest/call.ts';
import { momentOf } from '#ingest/moment.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { receiveCalls, type Receiving, type TimedCall } from '#profiles/receive-calls.ts';
import { type RowRules, settingOf } from '#profiles/row-version.ts';
import { eventKeysOf } from '#store/audiences.ts';
import { readDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import { IdSupply } from '#store/id-supply.ts';
import { type InboxRow, lockProfiles, setAside, takeInbox } from '#store/inbox.ts';
import { addRecentCalls } from '#store/recent-calls.ts';
import { refreshComputedTraits } from './computed-traits.ts';
import type { Muster } from './muster.ts';
import { endSpokenCalls } from '#store/spoken-no.ts';
import { startByCalls } from './scenario-starts.ts';
import { SpokenCalls } from './spoken-calls.ts';

/** Enough for a statement to be worth its while, few enough not to keep others waiting. */
const CALLS_A_STEP = 1_500;

/**
 * Turns the calls that wait in an inbox into profiles and events. One of these works at a
 * time on a database, and none while a file is imported into it.
 */
export class EventReceiver {
  readonly #muster: Pick<Muster, 'store' | 'clock'>;
  readonly #ids = {
    profileIds: new IdSupply('profile_id'),
    matchRowIds: new IdSupply('match_row_id'),
    identityIds: new IdSupply('identity_id'),
  };
  readonly #makers = new Map<string, Receiving['makeMatchRows']>();
  readonly #spoken: SpokenCalls;

  constructor(muster: Pick<Muster, 'store' | 'clock'>) {
    this.#muster = muster;
    this.#spoken = new SpokenCalls(muster.store);
  }

  /**
   * Works the inbox of a database off; gives the number of calls. `wait`: stay while somebody else has the
   * profiles, in place of leaving it to them.
   */
  async receiveWaiting(databaseId: number, { wait }: { wait: boolean }): Promise<number> {
    let received = 0;
    for (;;) {
      const step = await this.#step(databaseId, CALLS_A_STEP, wait);
      received += step ?? 0;
      if (step === null) await this.#spoken.look(databaseId);
      if (step === null || step === 0) return received;
    }
  }

  /** One transaction; 0: nothing waits, null: somebody else is at it. */
  async #step(databaseId: number, callsMax: number, wait: boolean): Promise<number | null> {
    const { store } = this.#muster;
    try {
      return await store.tx(async (tx) => {
        if (!(await lockProfiles(tx, databaseId, wait))) return null;
        // If PostgreSQL's machine fails now, all of it is lost together and the calls wait in the inbox again.
        await tx.query('set local synchronous_commit = off');
        const calls = timed(await takeInbox(tx, databaseId, callsMax));
        if (calls.length > 0) await this.#receive(tx, databaseId, calls);
        return calls.length;
      });
    } catch (error) {
      if (isPassing(error)) throw error;
      if (callsMax > 1) return await this.#step(databaseId, 1, wait);
      return await this.#receiveOneByOne(databaseId);
    }
  }

  /** A request with a call that the database does not take: the others of it go in. */
  async #receiveOneByOne(databaseId: number): Promise<number> {
    return await this.#muster.store.tx(async (tx) => {
      await lockProfiles(tx, databaseId, true);
      const rows = await takeInbox(tx, databaseId, 1);
      const calls = timed(rows);
      for (const call of calls) {
        await tx.query('savepoint call');
        try {
          await this.#receive(tx, databaseId, [call]);
          await tx.query('release savepoint call');
        } catch (error) {
          if (isPassing(error)) throw error;
          await tx.query('rollback to savepoint call');
          await this.#setAside(tx, databaseId, call);
        }
      }
      return calls.length;
    });
  }

  async #setAside(tx: Tx, databaseId: number, { call, receivedMs }: TimedCall): Promise<void> {
    await setAside(tx, databaseId, receivedMs, JSON.stringify([call]));
    const reason = 'it was accepted and cannot become part of a profile; it is kept';
    const { type } = call;
    await addRecentCalls(tx, [
      { databaseId, type, name: null, accepted: false, reason, detail: {} },
    ]);
  }

  async #receive(tx: Tx, databaseId: number, calls: readonly TimedCall[]): Promise<void> {
    const database = await readDatabase(tx, databaseId);
    const receiving = { ...this.#ids, makeMatchRows: this.#makerFor(database) };
    const keys = new Set(await eventKeysOf(tx, databaseId));
    const received = await receiveCalls(tx, databaseId, receiving, calls, keys);
    await endSpokenCalls(tx, databaseId);
    await startByCalls(tx, databaseId, received);
  }

  /** Made anew each year, because birth years are judged by it. */
  #makerFor({ defaultCountry, normalising }: RowRules): Receiving['makeMatchRows'] {
    const year = new Date(this.#muster.clock()).getUTCFullYear();
    const key = JSON.stringify([defaultCountry, normalising, year]);
    const setting = settingOf({ defaultCountry, normalising }, year);
    const known = this.#makers.get(key) ?? matchRowMaker(setting);
    this.#makers.set(key, known);
    return known;
  }
}

function timed(rows: readonly InboxRow[]): TimedCall[] {
  return rows.flatMap(({ receivedMs, calls }) =>
    (JSON.parse(calls) as Call[]).map((call, place) => ({
      call,
      atMs: momentOf(call, receivedMs, place),
      receivedMs,
    })),
  );
}

/**
 * The database is away, full, busy or stopping: the same will do another time. Anything else would fail
 * again, whoever tries (https://www.postgresql.org/docs/18/errcodes-appendix.html, read 2026-11-22).
 */
function isPassing(error: unknown): boolean {
  if (error instanceof MusterError) return true;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code !== 'string') return (error as Error).message.startsWith('Connection terminated');
  return syscall !== undefined || /^(08|25|40|53|55|57|58|XX)/.test(code);
}

/** Works off what waits in the inbox of a database, so that a run sees what was acknowledged before it. */
export async function receiveBeforeRun(muster: Muster, databaseId: number): Promise<void> {
  await new EventReceiver(muster).receiveWaiting(databaseId, { wait: false });
  await refreshComputedTraits(muster, databaseId);
}
