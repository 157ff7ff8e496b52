import type { Db, Store, Tx } from '#store/db.ts';
import { type Figures, PLACES, SAMPLE_PLACES, countPeople, tallyPeople } from '#store/tallies.ts';
import type { Muster } from './muster.ts';

/** Exactly, however long it takes; or within a second, by a sample if there is no other way. */
export type Precision = 'exact' | 'quick';

/** How many people each of some conditions holds for. */
export interface Tally {
  /** Everybody in the database, as of the look. */
  readonly people: number;
  /** Of them, looked at: everybody, or a sample. */
  readonly looked: number;
  readonly counts: readonly Figure[];
}

/** A number of people, and how far it may be off, at 95 % confidence: 0 where it is exact. */
export interface Figure {
  readonly count: number;
  readonly error: number;
}

/** So many are looked at without asking whether there is time. */
export const PEOPLE_AT_ONCE = 100_000;

/** What is left of a second when a process has started and answered. */
const BUDGET_MS = 500;

/** The first look is at one in two thousand, and each one after it at most four times as many. */
const FIRST_PLACES = 32;
const GROWTH = 4;

/** In less than this no look is worth while. */
const LOOK_MS = 40;

/** Somebody in the next look may have done more than all in the ones before. */
const CAUTION = 0.7;

/** The whole table in one go is read with less effort than a sample here and there, by this factor. */
const WHOLE_IS_FASTER = 2;

export async function tally(
  { store, clock }: Pick<Muster, 'store' | 'clock'>,
  databaseId: number,
  figures: Figures,
  precision: Precision,
): Promise<Tally> {
  if (precision === 'exact') return await tallyEverybody(store, databaseId, figures);
  const startedMs = clock();
  const people = await countPeople(store, databaseId);
  if (people <= PEOPLE_AT_ONCE) return await tallyEverybody(store, databaseId, figures);
  const sums = figures.conditions.map(() => 0);
  let looked = 0;
  let tookMs = 0;
  let leftMs: number | null = null;
  for (
    let from = 0, places = FIRST_PLACES;
    from < SAMPLE_PLACES && (leftMs ?? BUDGET_MS) > LOOK_MS;
  ) {
    const to = Math.min(SAMPLE_PLACES, from + places);
    const beganMs = clock();
    const found = await within(store, leftMs, (tx) =>
      tallyPeople(tx, databaseId, figures, { from, to }),
    );
    if (found === null) break;
    tookMs += clock() - beganMs;
    leftMs = BUDGET_MS - (clock() - startedMs);
    looked += found.looked;
    for (const [i, count] of found.counts.entries()) sums[i] = (sums[i] ?? 0) + count;
    const wholeMs = (tookMs / to) * (PLACES / WHOLE_IS_FASTER);
    if (wholeMs < leftMs) {
      const whole = await within(store, leftMs, (tx) => tallyEverybody(tx, databaseId, figures));
      if (whole !== null) return whole;
      break;
    }
    const affordable = Math.floor((leftMs / tookMs) * to * CAUTION);
    places = Math.max(FIRST_PLACES, Math.min(affordable, (to - from) * GROWTH));
    from = to;
  }
  return { people, looked, counts: sums.map((sum) => estimate(sum, looked, people)) };
}

const QUERY_CANCELLED = '57014';

/** What `work` gives, or null if a statement is not done in that time; null ms: however long it takes. */
async function within<T>(
  store: Store,
  ms: number | null,
  work: (tx: Tx) => Promise<T>,
): Promise<T | null> {
  try {
    return await store.tx(async (tx) => {
      if (ms !== null)
        await tx.query(`set local statement_timeout = ${Math.max(1, Math.ceil(ms))}`);
      return await work(tx);
    });
  } catch (error) {
    if (ms !== null && (error as { code?: string }).code === QUERY_CANCELLED) return null;
    throw error;
  }
}

async function tallyEverybody(store: Db, databaseId: number, figures: Figures): Promise<Tally> {
  const { looked, counts } = await tallyPeople(store, databaseId, figures, null);
  return { people: looked, looked, counts: counts.map((count) => ({ count, error: 0 })) };
}

/** For 95 of 100 samples. */
const Z = 1.96;

/**
 * What `found` of `looked` says about all `people`. The error is Wilson's interval, which is right for
 * shares near nothing and everything too (E. B. Wilson, JASA 22, 1927), and smaller the more of all
 * people were looked at.
 */
export function estimate(found: number, looked: number, people: number): Figure {
  if (looked === 0) return { count: 0, error: people };
  const share = found / looked;
  const count = Math.round(share * people);
  if (looked >= people) return { count: found, error: 0 };
  const square = (Z * Z) / looked;
  const middle = (share + square / 2) / (1 + square);
  const half = (Z * Math.sqrt((share * (1 - share)) / looked + square / looked / 4)) / (1 + square);
  const notLooked = Math.sqrt(1 - looked / people);
  return { count, error: Math.ceil((Math.abs(middle - share) + half) * notLooked * people) };
}
