import { hasKeys, type PackedRow } from './row-format.ts';
import { identifyingWireKeys, type WireKey, wireKeys } from './wire-keys.ts';

/**
 * Who is on the simulated network. Nobody is listed: whether a value is somebody's is a draw by its
 * own number, so it is the same for ever, in every audience, and costs no memory. That two values
 * are one person's is learnt from the rows that carry both (held-rows.ts).
 */
export interface Population {
  /** Whether this row, by itself, finds a person. */
  knows(row: PackedRow): boolean;
}

/** Odds by kind of value. An external id finds nobody by itself: Meta only knows it from a row. */
const odds: Readonly<Partial<Record<WireKey, number>>> = {
  EMAIL: 0.7,
  PHONE: 0.6,
  MADID: 0.5,
  UID: 0.95,
  APPUID: 0.9,
  PAGEUID: 0.9,
};

/** First and last name find somebody only with a place or a whole birth date beside them. */
const nameOdds = 0.3;
const nameKeys: readonly WireKey[] = ['FN', 'LN'];
const besideNames: readonly (readonly WireKey[])[] = [
  ['ZIP'],
  ['CT', 'ST'],
  ['DOBY', 'DOBM', 'DOBD'],
];

const identifying = wireKeys
  .filter((key) => identifyingWireKeys.has(key))
  .map((key) => ({ keys: [key], odds: odds[key] ?? 0 }));

export function createPopulation(seed: number): Population {
  return {
    knows(row) {
      let place = 0;
      for (const kind of identifying) {
        if (!hasKeys(row.body, kind.keys)) continue;
        if (draw(seed, row.values[place] ?? 0) < kind.odds) return true;
        place += 1;
      }
      const isNamed =
        hasKeys(row.body, nameKeys) && besideNames.some((keys) => hasKeys(row.body, keys));
      return isNamed && draw(seed, row.fingerprint) < nameOdds;
    },
  };
}

/** From 0 up to 1, decided by the two numbers alone (finaliser of MurmurHash3, a public domain). */
function draw(seed: number, number: number): number {
  let mixed = seed ^ (number % 2 ** 32) ^ Math.imul(Math.floor(number / 2 ** 32), 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
