import type { StatementSync } from 'node:sqlite';
import { audienceOf, createRecentKeys, rowsPerAudience } from './recent-keys.ts';
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
  const { db, sql } = state;
  const findOne = db.prepare(`
    select value, (select max(row) from row_key where audience = ?2 and hash = value) as row
    from json_each(?1)`);
  const findAll = db.prepare(`
    select k.hash, k.row from json_each(?1) cross join row_key k
    on k.audience = ?2 and k.hash = value`);
  const insert = db.prepare('insert or ignore into row_key values (?, ?, ?)');
  const remove = db.prepare('delete from row_key where audience = ? and hash = ? and row = ?');
  const unsettled = db.prepare('select id, person, body from held_row where id > ? and id < ?');
  for (const statement of [findOne, findAll]) statement.setReturnArrays(true);

  const recent = createRecentKeys();
  let isChanged = false;
  const readRecent = () => {
    recent.clear();
    for (const { number, settled_row: settled } of sql.all`
      select number, settled_row from audience where last_row > settled_row`) {
      const from = Number(number) * rowsPerAudience;
      for (const row of unsettled.iterate(from + Number(settled), from + rowsPerAudience)) {
        const held = row as unknown as IndexedRow;
        for (const hash of numbersOf(held)) recent.put(hash, held.id);
      }
    }
  };

  /** On the disk; nothing of a small audience ever is. */
  const search = (find: StatementSync, audience: number, numbers: readonly number[]) => {
    const settled = sql.get`select settled_row from audience where number = ${audience}`;
    return Number(settled?.['settled_row']) > 0 ? find.all(listOf(numbers), audience) : [];
  };

  readRecent();
  state.onEnd((isCommitted) => {
    if (isChanged && !isCommitted) readRecent();
    isChanged = false;
  });

  return {
    seekOne(audience, numbers) {
      const settled = new Map<number, number>();
      for (const pair of search(findOne, audience, numbers)) {
        const [hash, row] = pair as unknown as [number, number | null];
        if (row !== null) settled.set(hash, row);
      }
      return (hash) => recent.newest(audience, hash) ?? settled.get(hash);
    },
    seekAll(audience, numbers) {
      const settled = new Map<number, number[]>();
      for (const pair of search(findAll, audience, numbers)) {
        const [hash, row] = pair as unknown as [number, number];
        const rows = settled.get(hash);
        if (rows === undefined) settled.set(hash, [row]);
        else rows.push(row);
      }
      return (hash) => [...recent.rowsOf(audience, hash), ...(settled.get(hash) ?? [])];
    },
    put(hash, row) {
      isChanged = true;
      recent.put(hash, row);
    },
    drop(hash, row) {
      isChanged = true;
      if (!recent.drop(hash, row)) remove.run(audienceOf(row), hash, row);
    },
    clear(audience) {
      sql.run`delete from row_key where audience = ${audience}`;
      sql.run`update audience set settled_row = last_row where number = ${audience}`;
      readRecent();
    },
    settle() {
      if (recent.size <= recentMax) return;
      isChanged = true;
      recent.forEachSorted((audience, hash, row) => insert.run(audience, hash, row));
      sql.run`update audience set settled_row = last_row where last_row > settled_row`;
      recent.clear();
    },
  };
}

/** Each once, and sorted, so that neighbours in the tree are visited one after the other. */
function listOf(numbers: readonly number[]): string {
  const sorted = Float64Array.from(numbers).sort();
  return `[${sorted.filter((number, place) => number !== sorted[place - 1]).join(',')}]`;
}
