/** The keys that are not on the disk yet: a bounded number of them, so in memory. */
export interface RecentKeys {
  readonly size: number;
  put(audience: number, hash: number, row: number): void;
  /** Whether it was here. */
  drop(audience: number, hash: number, row: number): boolean;
  /** The rows under a number, the newest last. */
  rowsOf(audience: number, hash: number): readonly number[];
  /** Every key, in the order of the tree on the disk. */
  forEachSorted(visit: (audience: number, hash: number, row: number) => void): void;
  clear(): void;
  clearOf(audience: number): void;
}

/** Nearly every number has one row; a list for each would double the memory. */
type Rows = number | number[];

const none: readonly number[] = [];

export function createRecentKeys(): RecentKeys {
  const audiences = new Map<number, Map<number, Rows>>();
  let size = 0;
  const keysOf = (audience: number): Map<number, Rows> => {
    const known = audiences.get(audience);
    if (known !== undefined) return known;
    const keys = new Map<number, Rows>();
    audiences.set(audience, keys);
    return keys;
  };
  return {
    get size() {
      return size;
    },
    put(audience, hash, row) {
      const keys = keysOf(audience);
      const held = keys.get(hash);
      if (held === undefined) keys.set(hash, row);
      else if (typeof held === 'number') keys.set(hash, [held, row]);
      else held.push(row);
      size += 1;
    },
    drop(audience, hash, row) {
      const keys = keysOf(audience);
      const held = keys.get(hash);
      const place = Array.isArray(held) ? held.lastIndexOf(row) : -1;
      if (held === row) keys.delete(hash);
      else if (Array.isArray(held) && place !== -1) held.splice(place, 1);
      else return false;
      size -= 1;
      return true;
    },
    rowsOf: (audience, hash) => listOf(audiences.get(audience)?.get(hash)),
    forEachSorted(visit) {
      for (const [audience, keys] of [...audiences].toSorted(([a], [b]) => a - b)) {
        for (const hash of Float64Array.from(keys.keys()).sort()) {
          for (const row of listOf(keys.get(hash))) visit(audience, hash, row);
        }
      }
    },
    clear() {
      audiences.clear();
      size = 0;
    },
    clearOf(audience) {
      for (const rows of audiences.get(audience)?.values() ?? []) size -= listOf(rows).length;
      audiences.delete(audience);
    },
  };
}

function listOf(rows: Rows | undefined): readonly number[] {
  if (rows === undefined) return none;
  return typeof rows === 'number' ? [rows] : rows;
}
