import { RecentKeys, rowsPerAudience } from './recent-keys.ts';
import { createSettledKeys } from './settled-keys.ts';
import type { State } from './state.ts';

/**
 * Which rows of an audience go by a number. Numbers are random, so putting each straight into a
 * large tree rewrites nearly every page of it with every upload. New ones wait in memory and move
 * to the disk together and in order; until then the rows themselves are what they are made from.
 */
export interface KeyIndex {
  /** Looks for these numbers; the answer knows one living row of each, later ones included. */
  seekOne(audience: number, numbers: readonly number[]): (hash: number) => number | undefined;
  /** The same with all rows of each. */
  seekAll(audience: number, numbers: readonly number[]): (hash: number) => readonly number[];
  put(hash: number, row: number): void;
  drop(hash: number, row: number): void;
  clear(audience: number): void;
  /** Moves the keys to the disk once they are many. At the start of a change, never within one. */
  settle(): void;
}

export interface IndexedRow {
  readonly id: number;
  /** The row that first stood for this person, itself perhaps; null where nobody is matched. */
  readonly person: number | null;
  readonly body: Uint8Array;
}

/**
 * `numbersOf` gives the numbers under which a row was put, to make the recent ones again; of those
 * `recentMax` are kept before they settle.
 */
export function createKeyIndex(
  state: State,
  numbersOf: (row: IndexedRow) => readonly number[],
  recentMax: number,
): KeyIndex {
  const { sql } = state;
  const settled = createSettledKeys(state);
  const recent = new RecentKeys();
  let isChanged = false;
  readRecent(state, numbersOf, recent);
  state.onEnd((isCommitted) => {
    if (isChanged && !isCommitted) readRecent(state, numbersOf, recent);
    isChanged = false;
  });

  return {
    seekOne(audience, numbers) {
      const found = settled.findOne(audience, numbers);
      // A settled row that was dropped since has a recent one in its place: what replaced it.
      return (hash) => recent.newest(audience, hash) ?? found.get(hash);
    },
    seekAll(audience, numbers) {
      const found = settled.findAll(audience, numbers);
      return (hash) => [...recent.rowsOf(audience, hash), ...(found.get(hash) ?? [])];
    },
    put(hash, row) {
      isChanged = true;
      recent.put(hash, row);
    },
    drop(hash, row) {
      isChanged = true;
      if (!recent.drop(hash, row)) settled.drop(hash, row);
    },
    clear(audience) {
      isChanged = true;
      settled.clear(audience);
      sql.run`update audience set settled_row = last_row where number = ${audience}`;
      readRecent(state, numbersOf, recent);
    },
    settle() {
      if (recent.size <= recentMax) return;
      isChanged = true;
      recent.forEachSorted((hash, row) => settled.put(hash, row));
      sql.run`update audience set settled_row = last_row where last_row > settled_row`;
      recent.clear();
    },
  };
}

/** Makes the recent keys again from the rows that came after the last settling. */
function readRecent(
  { db, sql }: State,
  numbersOf: (row: IndexedRow) => readonly number[],
  recent: RecentKeys,
): void {
  recent.clear();
  const unsettled = db.prepare('select id, person, body from held_row where id > ? and id < ?');
  for (const { number, settled_row: settled } of sql.all`
    select number, settled_row from audience where last_row > settled_row`) {
    const from = Number(number) * rowsPerAudience;
    for (const row of unsettled.iterate(from + Number(settled), from + rowsPerAudience)) {
      const held = row as unknown as IndexedRow;
      for (const hash of numbersOf(held)) recent.put(hash, held.id);
    }
  }
}
