import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ServerRecord } from './_place.ts';

/**
 * Being here is a session that holds a shared advisory lock. The server itself keeps the list, and
 * a killed process is off it the moment its connection breaks. Whoever gets the lock for itself
 * alone is the last; until the server is down nobody can get it shared, so a newcomer waits for
 * the end and starts anew instead of joining a server that is about to stop.
 */
export type Presence = pg.Client & Unheld;

/** Part of pg.Client that its types leave out: whether its socket keeps the process running. */
interface Unheld {
  ref(): void;
  unref(): void;
}

/** Any pair; migrations and others use the one-number locks, which are apart. */
const PRESENCE_LOCK = '1836412787, 1';

const CONNECT_TIMEOUT_MS = 5_000;
const COME_BACK_RETRY_MS = 1_000;

/** A presence, or why there is none: nobody listens, it is starting, it is about to stop. */
export async function join(record: ServerRecord): Promise<Presence | Error> {
  const { host, port, user, password, database } = record;
  const client = new pg.Client({
    ...{ host, port, user, password, database },
    application_name: 'muster presence',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ssl: false,
  }) as Presence;
  // Whoever waits for this connection hears of its end by the event `end`.
  client.on('error', () => {});
  try {
    await client.connect();
    if (await locks(client, `pg_try_advisory_lock_shared(${PRESENCE_LOCK})`)) {
      // Being here is no reason to stay: the process may end without saying goodbye.
      client.unref();
      return client;
    }
    await client.end();
    return new Error('the server is about to stop');
  } catch (error) {
    await client.end().catch(() => {});
    return error as Error;
  }
}

/**
 * Renews a presence whenever its connection breaks, until `end`, which gives the one that stands
 * then: null if the server was lost and could not be found again.
 */
export function stayPresent(
  first: Presence,
  comeBack: () => Promise<Presence>,
): { end(): Promise<Presence | null> } {
  const leaving = new AbortController();
  let current: Promise<Presence | null> = Promise.resolve(first);
  watch(first);

  function watch(presence: Presence): void {
    presence.once('end', () => {
      if (!leaving.signal.aborted) current = renew();
    });
  }

  async function renew(): Promise<Presence | null> {
    while (!leaving.signal.aborted) {
      try {
        const presence = await comeBack();
        watch(presence);
        return presence;
      } catch {
        // `comeBack` logs what it meets; whoever needs the database meets it too.
        await pause(leaving.signal);
      }
    }
    return null;
  }

  return {
    end() {
      leaving.abort();
      return current;
    },
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(COME_BACK_RETRY_MS, undefined, { ref: false, signal }).catch(() => {});
}

/** Takes the presence back; true if it was the last, and then nobody can join any more. */
export async function leaveAsLast(presence: Presence): Promise<boolean> {
  presence.ref();
  try {
    await presence.query(`select pg_advisory_unlock_shared(${PRESENCE_LOCK})`);
    return await locks(presence, `pg_try_advisory_lock(${PRESENCE_LOCK})`);
  } catch {
    // The connection broke: someone else stopped the server, or it crashed and can be adopted.
    return false;
  }
}

async function locks(client: pg.Client, call: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`select ${call} as got`);
  return rows[0]?.got === true;
}
