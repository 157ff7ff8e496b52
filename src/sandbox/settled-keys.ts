import type { StatementSync } from 'node:sqlite';
import { audienceOf } from './recent-keys.ts';
import type { State } from './state.ts';

/** The keys on the disk. */
export interface SettledKeys {
  /** The newest row under each of these numbers that has one. */
  findOne(audience: number, numbers: readonly number[]): Map<number, number>;
  /** All rows under each of them. */
  findAll(audience: number, numbers: readonly number[]): Map<number, number[]>;
  put(hash: number, row: number): void;
  drop(hash: number, row: number): void;
  clear(audience: number): void;
}

export function createSettledKeys({ db, sql }: State): SettledKeys {
  const findOne = db.prepare(`
    select value, (select max(row) from row_key where audience = ?2 and hash = value) as row
    from json_each(?1)`);
  const findAll = db.prepare(`
    select k.hash, k.row from json_each(?1) cross join row_key k
    on k.audience = ?2 and k.hash = value`);
  const insert = db.prepare('insert or ignore into row_key values (?, ?, ?)');
  const remove = db.prepare('delete from row_key where audience = ? and hash = ? and row = ?');
  for (const statement of [findOne, findAll]) statement.setReturnArrays(true);

  /** Nothing of a small audience ever settles, and then there is nothing to look for. */
  const find = (statement: StatementSync, audience: number, numbers: readonly number[]) => {
    const settled = sql.get`select settled_row from audience where number = ${audience}`;
    if (Number(settled?.['settled_row']) === 0) return [];
    return statement.all(listOf(numbers), audience) as unknown as [number, number | null][];
  };

  return {
    findOne(audience, numbers) {
      const found = new Map<number, number>();
      for (const [hash, row] of find(findOne, audience, numbers)) {
        if (row !== null) found.set(hash, row);
      }
      return found;
    },
    findAll(audience, numbers) {
      const found = new Map<number, number[]>();
      for (const [hash, row] of find(findAll, audience, numbers)) {
        const rows = found.get(hash);
        if (row === null) continue;
        if (rows === undefined) found.set(hash, [row]);
        else rows.push(row);
      }
      return found;
    },
    put: (hash, row) => void insert.run(audienceOf(row), hash, row),
    drop: (hash, row) => void remove.run(audienceOf(row), hash, row),
    clear: (audience) => void sql.run`delete from row_key where audience = ${audience}`,
  };
}

/** Each once, and sorted, so that neighbours in the tree are visited one after the other. */
function listOf(numbers: readonly number[]): string {
  const sorted = Float64Array.from(numbers).sort();
  return `[${sorted.filter((number, place) => number !== sorted[place - 1]).join(',')}]`;
}
