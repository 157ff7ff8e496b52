import { type CategoryConsent, MARKETING } from '#domain/consent.ts';
import { answerDirectly, type DirectAnswer, findConsent } from '#store/consents.ts';
import { findDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import {
  type Certificate,
  certificateOf,
  erase,
  findErasure,
  readErasure,
  settleErasures,
  settlesWithin,
} from '#store/erasures.ts';
import {
  accountsOfDatabase,
  type Leaving,
  leavingOfErasure,
  leavingOfProfile,
  openOptOuts,
} from '#store/opt-outs.ts';
import { databaseNow } from '#store/overview.ts';
import { awaitProfile, forgetSpoken, speakNo, takeProfile } from '#store/spoken-no.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Muster } from './muster.ts';
import { startByConsent } from './scenario-starts.ts';
import { deliverOptOuts } from './opt-outs.ts';

export interface ConsentReport {
  readonly externalId: string;
  readonly database: string;
  readonly consent: 'yes' | 'no';
  /** `marketing`, or the category that was asked about. */
  readonly category: string;
  /** left: acknowledged everywhere. waiting: still to be said, or said and to be said once more. */
  readonly state: LaneState;
  readonly audiences: readonly Leaving[];
  /** Why nothing could be sent at all, where that is so. */
  readonly problem: string | null;
  readonly seconds: number;
}

export interface ConsentWish {
  readonly externalId: string;
  readonly database: string;
  readonly consent: 'yes' | 'no';
  /** A category; left out: marketing. */
  readonly category?: string;
  /** On what it rests, who says so, when (now, if left out), and what proves it. */
  readonly details?: Omit<CategoryConsent, 'given' | 'direct'>;
}

export type LaneState = 'left' | 'waiting' | 'refused' | 'nothing to remove';

export interface ForgetReport extends Certificate {
  readonly database: string;
  readonly erasureId: string;
  readonly requestedAt: Date;
  /** open: Meta has not acknowledged everything yet, or its window runs. */
  readonly state: 'open' | 'settled' | 'given up';
  readonly settledAt: Date | null;
  readonly problem: string | null;
  readonly seconds: number;
}

/** An opt-out is on its way within this time; so long the command stays to say what came of it. */
const STAY_MS = 15_000;
const LOOK_AGAIN_MS = 500;

/**
 * Somebody says "yes" or "no" to us directly. A "no" leaves at once, by whichever process serves the
 * lane, and files do not overrule it; a "yes" lifts it.
 * @throws MusterError DATABASE_UNKNOWN, PROFILE_UNKNOWN
 */
export async function setConsent(muster: Muster, wish: ConsentWish): Promise<ConsentReport> {
  const { store } = muster;
  const startedMs = muster.clock();
  const { id: databaseId } = await findDatabase(store, wish.database);
  const { profileId, consent: before } = await findConsent(store, databaseId, wish.externalId);
  const since = await databaseNow(store);
  const { externalId, database, consent, category = MARKETING } = wish;
  const given = consent === 'yes';
  const answer = { category, given, details: { at: since.toISOString(), ...wish.details } };
  const read = () => leavingOfProfile(store, databaseId, profileId, since);
  const who = { databaseId, profileId, answer };
  const problem = await holdingProfile(muster, who, read, (tx) =>
    answerDirectly(tx, databaseId, profileId, answer),
  );
  await store.tx((tx) => startByConsent(tx, { databaseId, profileId, before }));
  const audiences = await read();
  const state = stateOf(audiences);
  const said = { externalId, database, consent, category };
  return { ...said, state, audiences, problem, seconds: (muster.clock() - startedMs) / 1000 };
}

/**
 * Changes somebody whom an import may hold on to. A "no" leaves before that is over, for it may take
 * longer than a "no" may; the profile itself waits.
 * @returns what kept the lane from being served, or null.
 */
async function holdingProfile(
  muster: Muster,
  who: {
    readonly databaseId: number;
    readonly profileId: number;
    readonly answer: DirectAnswer;
  },
  read: () => Promise<readonly Leaving[]>,
  work: (tx: Tx) => Promise<void>,
): Promise<string | null> {
  const { store } = muster;
  const { databaseId, profileId, answer } = who;
  const done = await store.tx(async (tx) => {
    if (!(await takeProfile(tx, databaseId, profileId))) return false;
    await work(tx);
    await forgetSpoken(tx, databaseId, profileId, answer);
    return true;
  });
  if (!done) {
    if (!answer.given) {
      await store.tx((tx) => speakNo(tx, databaseId, profileId, answer));
      await serveLane(muster, databaseId, read);
    }
    await store.tx(async (tx) => {
      await awaitProfile(tx, databaseId, profileId);
      await work(tx);
      await forgetSpoken(tx, databaseId, profileId, answer);
    });
  }
  return await serveLane(muster, databaseId, read);
}

/**
 * Takes a person away, here at once and at Meta as soon as it answers. Of somebody who was forgotten
 * before it says how far that is.
 * @throws MusterError DATABASE_UNKNOWN, PROFILE_UNKNOWN
 */
export async function forgetPerson(
  muster: Muster,
  wish: { readonly externalId: string; readonly database: string },
): Promise<ForgetReport> {
  const { store } = muster;
  const startedMs = muster.clock();
  const { id: databaseId } = await findDatabase(store, wish.database);
  const { id, problem } = await eraseOrFind(muster, databaseId, wish.externalId);
  await store.tx(settleErasures);
  const untilMs = startedMs + STAY_MS;
  while (muster.clock() < untilMs && (await settlesWithin(store, id, untilMs - muster.clock()))) {
    if ((await readErasure(store, id)).state !== 'open') break;
    await muster.sleep(LOOK_AGAIN_MS);
    await store.tx(settleErasures);
  }
  const { certificate, ...erasure } = await readErasure(store, id);
  return {
    database: wish.database,
    erasureId: String(id),
    requestedAt: erasure.requestedAt,
    state: erasure.state,
    settledAt: erasure.settledAt,
    ...(certificate ?? (await certificateOf(store, id))),
    problem,
    seconds: (muster.clock() - startedMs) / 1000,
  };
}

/**
 * What a file's "no" asks for, right after it came in: those people leave within 15 seconds.
 * @returns what kept it from it, and the rows that are still on their way.
 */
export async function serveLanesOf(
  muster: Muster,
  database: string,
): Promise<{ readonly problem: string | null; readonly rows: number }> {
  const { id } = await findDatabase(muster.store, database);
  const read = () => openOptOuts(muster.store, id);
  const problem = await serveLane(muster, id, read);
  return { problem, rows: (await read()).reduce((sum, { rows }) => sum + rows, 0) };
}

/** Serves the lanes of a database until nothing waits or its time is up; says what kept it from it. */
async function serveLane(
  muster: Muster,
  databaseId: number,
  read: () => Promise<readonly Leaving[]>,
): Promise<string | null> {
  const untilMs = muster.clock() + STAY_MS;
  const until = new Date((await databaseNow(muster.store)).getTime() + STAY_MS);
  const isSoon = ({ state, nextAt }: Leaving) =>
    state !== 'refused' && nextAt !== null && nextAt < until;
  let problem: string | null = null;
  for (;;) {
    for (const adAccount of await accountsOfDatabase(muster.store, databaseId)) {
      try {
        await deliverOptOuts(muster, adAccount);
        problem = null;
      } catch (error) {
        // Written down already: it leaves as soon as Meta can be reached, by whoever is there then.
        if (!(error instanceof MusterError)) throw error;
        problem = `${error.code}: ${error.message}`;
      }
    }
    if (!(await read()).some(isSoon) || muster.clock() + LOOK_AGAIN_MS > untilMs) return problem;
    await muster.sleep(LOOK_AGAIN_MS);
  }
}

/** Their erasure; of somebody who was forgotten before, that one. */
async function eraseOrFind(
  muster: Muster,
  databaseId: number,
  externalId: string,
): Promise<{ id: number; problem: string | null }> {
  const { store } = muster;
  const since = await databaseNow(store);
  const opened: { id: number | null } = { id: null };
  try {
    const { profileId } = await findConsent(store, databaseId, externalId);
    const problem = await holdingProfile(
      muster,
      { databaseId, profileId, answer: { category: MARKETING, given: false, details: {} } },
      () =>
        opened.id === null
          ? leavingOfProfile(store, databaseId, profileId, since)
          : leavingOfErasure(store, opened.id),
      async (tx) => {
        opened.id = (await erase(tx, databaseId, externalId, since)).id;
      },
    );
    return { id: must(opened.id, 'an erasure was opened'), problem };
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'PROFILE_UNKNOWN') throw error;
    const before = await findErasure(store, databaseId, externalId);
    if (before === null) throw error;
    const read = () => leavingOfErasure(store, before.id);
    return { id: before.id, problem: await serveLane(muster, databaseId, read) };
  }
}

function stateOf(audiences: readonly Leaving[]): LaneState {
  if (audiences.length === 0) return 'nothing to remove';
  if (audiences.some(({ state }) => state === 'refused')) return 'refused';
  const waits = audiences.some(({ state }) => state === 'waiting' || state === 'confirming');
  return waits ? 'waiting' : 'left';
}
