/**
 * The keys that are not on the disk yet: a bounded number of them, so in memory. A hash table in
 * typed arrays, because half a million small objects would keep the garbage collector busy.
 */
export interface RecentKeys {
  readonly size: number;
  put(hash: number, row: number): void;
  /** Whether it was here. */
  drop(hash: number, row: number): boolean;
  /** The row of this audience that was put last under a number. */
  newest(audience: number, hash: number): number | undefined;
  /** All its rows under a number, the newest first. */
  rowsOf(audience: number, hash: number): number[];
  /** Every key, in the order of the tree on the disk. */
  forEachSorted(visit: (audience: number, hash: number, row: number) => void): void;
  clear(): void;
}

/** Row ids carry their audience, so that the rows of one lie together on the disk. */
export const rowsPerAudience = 2 ** 32;

const capacityAtFirst = 1024;

export function createRecentKeys(): RecentKeys {
  let hashes = new Float64Array(capacityAtFirst);
  let rows = new Float64Array(capacityAtFirst);
  /** The next entry of the same bucket, and the first of each: entry + 1, 0 = none. */
  let nexts = new Int32Array(capacityAtFirst);
  let heads = new Int32Array(capacityAtFirst * 2);
  let used = 0;
  let size = 0;

  const bucketOf = (hash: number) => ((hash % 2 ** 31) & (heads.length - 1)) >>> 0;
  const nextOf = (entry: number) => (nexts[entry] ?? 0) - 1;
  const firstOf = (hash: number) => (heads[bucketOf(hash)] ?? 0) - 1;
  const isOf = (audience: number, hash: number, entry: number) =>
    hashes[entry] === hash && audienceOf(rows[entry] ?? 0) === audience;
  const link = (entry: number) => {
    const bucket = bucketOf(hashes[entry] ?? 0);
    nexts[entry] = heads[bucket] ?? 0;
    heads[bucket] = entry + 1;
  };
  const grow = () => {
    const capacity = hashes.length * 2;
    hashes = copied(hashes, new Float64Array(capacity));
    rows = copied(rows, new Float64Array(capacity));
    nexts = new Int32Array(capacity);
    heads = new Int32Array(capacity * 2);
    for (let entry = 0; entry < used; entry += 1) if (rows[entry] !== 0) link(entry);
  };
  const rowsOf = (audience: number, hash: number) => {
    const found: number[] = [];
    for (let entry = firstOf(hash); entry >= 0; entry = nextOf(entry)) {
      if (isOf(audience, hash, entry)) found.push(rows[entry] ?? 0);
    }
    return found;
  };

  return {
    get size() {
      return size;
    },
    put(hash, row) {
      if (used === hashes.length) grow();
      hashes[used] = hash;
      rows[used] = row;
      link(used);
      used += 1;
      size += 1;
    },
    drop(hash, row) {
      let before = -1;
      for (let entry = firstOf(hash); entry >= 0; entry = nextOf(entry)) {
        if (hashes[entry] === hash && rows[entry] === row) {
          if (before === -1) heads[bucketOf(hash)] = nexts[entry] ?? 0;
          else nexts[before] = nexts[entry] ?? 0;
          rows[entry] = 0;
          size -= 1;
          return true;
        }
        before = entry;
      }
      return false;
    },
    newest(audience, hash) {
      for (let entry = firstOf(hash); entry >= 0; entry = nextOf(entry)) {
        if (isOf(audience, hash, entry)) return rows[entry];
      }
      return undefined;
    },
    rowsOf,
    forEachSorted(visit) {
      const living = rows.subarray(0, used).filter((row) => row !== 0);
      for (const audience of new Set(living.map(audienceOf).sort())) {
        const sorted = hashes
          .subarray(0, used)
          .filter((_, entry) => audienceOf(rows[entry] ?? 0) === audience)
          .sort();
        for (const [place, hash] of sorted.entries()) {
          if (hash === sorted[place - 1]) continue;
          for (const row of rowsOf(audience, hash)) visit(audience, hash, row);
        }
      }
    },
    clear() {
      heads.fill(0);
      used = 0;
      size = 0;
    },
  };
}

export function audienceOf(row: number): number {
  return Math.floor(row / rowsPerAudience);
}

function copied(from: Float64Array, to: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  to.set(from);
  return to;
}
