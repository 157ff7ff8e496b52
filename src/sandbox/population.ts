import { createListedPeople, type Holder, type ListedPeople } from './listed-people.ts';
import { hasKeys, isNamed, nameNumbersOf, type PackedRow } from './row-format.ts';
import type { State } from './state.ts';
import { identifyingWireKeys, type WireKey, wireKeys } from './wire-keys.ts';

/**
 * Who is on the simulated network. The listed people have several e-mails, phones and names each, and
 * are found by any the network knows. About everybody else's values nothing is listed: whether one is
 * somebody's is a draw by its own number, so it is the same for ever, in every audience; that two of
 * them are one person's is learnt from the rows that carry both (held-rows.ts).
 */
export interface Population {
  readonly listed: ListedPeople;
  /** Looks for the listed people behind rows. */
  find(account: string, rows: readonly PackedRow[]): Found;
  /** Whether a row of nobody who is listed, by itself, finds a person. */
  knows(row: PackedRow): boolean;
  /** Remembers the external id of whom a row has found, for this account alone. */
  learn(account: string, found: ReadonlyMap<PackedRow, number>): void;
}

export interface Found {
  /** The number of a listed person; null where its values are listed and known as nobody's. */
  personOf(row: PackedRow): number | null | undefined;
  /** Everybody whom a row finds by any of its values. */
  everybodyIn(row: PackedRow): number[];
}

/** Where nobody is listed, nothing is looked up. */
const nobody: Found = { personOf: () => undefined, everybodyIn: () => [] };

/** Odds by kind of value. An external id finds nobody by itself: Meta only knows it from a row. */
const odds: Readonly<Partial<Record<WireKey, number>>> = {
  EMAIL: 0.7,
  PHONE: 0.6,
  MADID: 0.5,
  UID: 0.95,
  APPUID: 0.9,
  PAGEUID: 0.9,
  IGUID: 0.9,
};

/** First and last name find somebody only with a place or a whole birth date beside them. */
const nameOdds = 0.3;

const identifying = wireKeys
  .filter((key) => identifyingWireKeys.has(key))
  .map((key) => ({ keys: [key], odds: odds[key] ?? 0 }));

export function createPopulation(
  state: State,
  seed: number,
  externalIds: { clock(): number; keptMs(): number },
): Population {
  const listed = createListedPeople(state, seed);
  const ids = createExternalIds(state);
  return {
    listed,
    find(account, rows) {
      if (listed.isEmpty) return nobody;
      const holderOf = listed.find(rows.flatMap(numbersOfRow));
      const since = externalIds.clock() - externalIds.keptMs();
      return foundBy(holderOf, (row) => {
        const number = externalIdOf(row);
        return number === null ? null : ids.find(account, number, since);
      });
    },
    knows(row) {
      let place = 0;
      for (const kind of identifying) {
        if (!hasKeys(row.body, kind.keys)) continue;
        if (draw(seed, row.values[place] ?? 0) < kind.odds) return true;
        place += 1;
      }
      return isNamed(row.body) && draw(seed, row.fingerprint) < nameOdds;
    },
    learn(account, found) {
      const at = externalIds.clock();
      for (const [row, person] of found) {
        const number = externalIdOf(row);
        if (number !== null) ids.keep(account, number, person, at);
      }
    },
  };
}

function foundBy(
  holderOf: (number: number) => Holder | undefined,
  learnt: (row: PackedRow) => number | null,
): Found {
  const holdersOf = (row: PackedRow) =>
    numbersOfRow(row).flatMap((number) => holderOf(number) ?? []);
  return {
    personOf(row) {
      const holders = holdersOf(row);
      // What Meta has learnt by itself goes before the ids that it was told.
      const person = holders.find(({ isKnown }) => isKnown)?.person ?? learnt(row);
      return person ?? (holders.length === 0 ? undefined : null);
    },
    everybodyIn(row) {
      const known = holdersOf(row).filter(({ isKnown }) => isKnown);
      const people = known.map(({ person }) => person);
      const told = learnt(row);
      return told === null ? people : [...people, told];
    },
  };
}

/** The identifying values first, then the names with what stands beside them. */
function numbersOfRow(row: PackedRow): number[] {
  return [...row.values, ...nameNumbersOf(row.body)];
}

function externalIdOf({ body, values }: PackedRow): number | null {
  return hasKeys(body, ['EXTERN_ID']) ? (values[0] ?? null) : null;
}

interface ExternalIds {
  find(account: string, number: number, since: number): number | null;
  keep(account: string, number: number, person: number, at: number): void;
}

/** External ids belong to one ad account and are kept for a while (users reference, 2026-09-12). */
function createExternalIds({ db }: State): ExternalIds {
  const find = db.prepare(
    'select person from external_id where account = ? and hash = ? and at > ?',
  );
  const keep = db.prepare('insert or replace into external_id values (?, ?, ?, ?)');
  return {
    find(account, number, since) {
      const person = find.get(account, number, since)?.['person'];
      return person === undefined ? null : Number(person);
    },
    keep: (account, number, person, at) => void keep.run(account, number, person, at),
  };
}

/** From 0 up to 1, decided by the two numbers alone (finaliser of MurmurHash3, a public domain). */
function draw(seed: number, number: number): number {
  let mixed = seed ^ (number % 2 ** 32) ^ Math.imul(Math.floor(number / 2 ** 32), 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
