import { accessSync, constants, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { accountFor, give } from './_account.ts';
import { findBinaries } from './_binaries.ts';
import { ensureCluster, refuseOtherMajor } from './_cluster.ts';
import { sameMachine, thisMachine } from './_machine.ts';
import { connectionStringOf, type Place, placeOf, readRecord } from './_place.ts';
import { findPostmaster, startPostmaster, stopPostmaster } from './_postmaster.ts';
import { join, leaveAsLast, type Presence, stayPresent } from './_presence.ts';
import { ifAlone } from './_start-lock.ts';

/** Our own Postgres, for as long as this process wants it. */
export interface EmbeddedServer {
  connectionString: string;
  /** Whether this call started it, as against finding it alive. */
  started: boolean;
  /** Gives it back. The last process to leave stops it and waits until it is down. */
  leave(): Promise<void>;
}

export interface AttachOptions {
  /** Takes what a person should know while waiting, a line at a time. */
  log(line: string): void;
  /** Postgres settings on top of ours; they count only for the call that starts the server. */
  settings?: Record<string, string>;
}

interface Arrival {
  readonly presence: Presence;
  readonly connectionString: string;
  readonly started: boolean;
}

const RETRY_MS = 20;
/** Recovery after a crash replays at most max_wal_size, minutes on a slow disk. */
const PATIENCE_MS = 10 * 60_000;
const WAITING_LINE_MS = 5_000;

/**
 * Joins the Postgres of a data directory, and starts it first if it does not run; the directory is
 * made if need be. Any number of processes may call this at once. While the caller stays, a server
 * that is killed comes back, on the same port unless that was taken meanwhile.
 * @throws MusterError STORE_ELSEWHERE, STORE_MAJOR, STORE_DATA_UNUSABLE, STORE_START_FAILED,
 *   STORE_NO_BINARIES, STORE_ROOT, STORE_UNREACHABLE
 */
export async function attachEmbedded(
  dataDir: string,
  options: AttachOptions,
): Promise<EmbeddedServer> {
  const place = placeOf(dataDir);
  makeDataDirectory(place.dataDir);
  const { presence, connectionString, started } = await arrive(place, options);
  const stay = stayPresent(presence, () => comeBack(place, options, connectionString));
  return {
    connectionString,
    started,
    async leave() {
      const last = await stay.end();
      if (last === null) return;
      if (await leaveAsLast(last)) await stopPostmaster(place);
      await last.end().catch(() => {});
    },
  };
}

function makeDataDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new MusterError('STORE_DATA_UNUSABLE', (error as Error).message, { cause: error });
  }
}

/** The only loop: join whoever runs, else start it if nobody else is at that, else look again. */
async function arrive(place: Place, options: AttachOptions): Promise<Arrival> {
  const begunAt = performance.now();
  let nextLineAt = begunAt + WAITING_LINE_MS;
  let started = false;
  for (;;) {
    const joined = await joinRunning(place);
    if ('presence' in joined) return { ...joined, started };
    let startedNow = false;
    await ifAlone(place.lockFile, async () => {
      if (findPostmaster(place) !== null) return;
      await start(place, options);
      startedNow = true;
    });
    started ||= startedNow;
    if (startedNow) continue;
    const now = performance.now();
    if (now - begunAt > PATIENCE_MS) throw new MusterError('STORE_UNREACHABLE', joined.why);
    if (now > nextLineAt) {
      options.log(`Waiting for Postgres (${joined.why})`);
      nextLineAt += WAITING_LINE_MS;
    }
    await delay(RETRY_MS);
  }
}

async function joinRunning(place: Place): Promise<Omit<Arrival, 'started'> | { why: string }> {
  const record = readRecord(place);
  if (record === null) return { why: 'its data is being made' };
  refuseOtherMajor(place);
  if (record.port === 0 || !sameMachine(record.machine, thisMachine())) {
    return { why: 'it was not started here' };
  }
  const presence = await join(record);
  if (presence instanceof Error) return { why: presence.message };
  return { presence, connectionString: connectionStringOf(record) };
}

async function start(place: Place, { log, settings = {} }: AttachOptions): Promise<void> {
  const account = accountFor(place.dataDir);
  give(place.lockFile, account);
  const binaries = findBinaries(account, place.dataDir, log);
  // What is not synced while it runs need not be synced in the making either.
  const sync = settings['fsync'] !== 'off';
  await ensureCluster(place, account, { binaries, sync, log });
  await startPostmaster({ place, account, binaries, settings });
}

/** After a crash of the server. Those who still use the old address hear of it if it changed. */
async function comeBack(place: Place, options: AttachOptions, address: string): Promise<Presence> {
  options.log('The connection to Postgres broke; looking for it again');
  const { presence, connectionString } = await arrive(place, options);
  if (connectionString !== address) {
    options.log('Postgres came back on another port: this process has to be started again');
  }
  return presence;
}
