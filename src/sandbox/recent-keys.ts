/** Row ids carry their audience, so that the rows of one lie together on the disk. */
export const rowsPerAudience = 2 ** 32;

export function audienceOf(row: number): number {
  return Math.floor(row / rowsPerAudience);
}

const capacityAtFirst = 1024;

/**
 * The keys that are not on the disk yet: a bounded number of them, so in memory. A hash table in
 * typed arrays, because half a million small objects would keep the garbage collector busy.
 */
export class RecentKeys {
  #hashes = new Float64Array(capacityAtFirst);
  /** 0 where the entry was dropped. */
  #rows = new Float64Array(capacityAtFirst);
  /** The next entry of the same bucket, and the first of each: entry + 1, 0 = none. */
  #nexts = new Int32Array(capacityAtFirst);
  #heads = new Int32Array(capacityAtFirst * 2);
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  put(hash: number, row: number): void {
    if (this.#used === this.#hashes.length) this.#grow();
    this.#hashes[this.#used] = hash;
    this.#rows[this.#used] = row;
    this.#link(this.#used);
    this.#used += 1;
    this.#size += 1;
  }

  /** Whether it was here. */
  drop(hash: number, row: number): boolean {
    let before = -1;
    for (let entry = this.#firstOf(hash); entry >= 0; entry = this.#nextOf(entry)) {
      if (this.#hashes[entry] === hash && this.#rows[entry] === row) {
        const next = this.#nexts[entry] ?? 0;
        if (before === -1) this.#heads[this.#bucketOf(hash)] = next;
        else this.#nexts[before] = next;
        this.#rows[entry] = 0;
        this.#size -= 1;
        return true;
      }
      before = entry;
    }
    return false;
  }

  /** The row of this audience that was put last under a number. */
  newest(audience: number, hash: number): number | undefined {
    for (let entry = this.#firstOf(hash); entry >= 0; entry = this.#nextOf(entry)) {
      if (this.#isOf(audience, hash, entry)) return this.#rows[entry];
    }
    return undefined;
  }

  /** All its rows under a number, the newest first. */
  rowsOf(audience: number, hash: number): number[] {
    const found: number[] = [];
    for (let entry = this.#firstOf(hash); entry >= 0; entry = this.#nextOf(entry)) {
      if (this.#isOf(audience, hash, entry)) found.push(this.#rows[entry] ?? 0);
    }
    return found;
  }

  /** Every key, in the order of the tree on the disk. */
  forEachSorted(visit: (hash: number, row: number) => void): void {
    const rows = this.#rows.subarray(0, this.#used);
    const hashes = this.#hashes.subarray(0, this.#used);
    const audiences = rows.filter((row) => row !== 0).map(audienceOf);
    for (const audience of new Set(audiences.sort())) {
      const sorted = hashes.filter((_, entry) => audienceOf(rows[entry] ?? 0) === audience).sort();
      for (const [place, hash] of sorted.entries()) {
        if (hash === sorted[place - 1]) continue;
        for (const row of this.rowsOf(audience, hash)) visit(hash, row);
      }
    }
  }

  clear(): void {
    this.#heads.fill(0);
    this.#used = 0;
    this.#size = 0;
  }

  #grow(): void {
    const [hashes, rows] = [this.#hashes, this.#rows];
    const capacity = hashes.length * 2;
    this.#hashes = new Float64Array(capacity);
    this.#hashes.set(hashes);
    this.#rows = new Float64Array(capacity);
    this.#rows.set(rows);
    this.#nexts = new Int32Array(capacity);
    this.#heads = new Int32Array(capacity * 2);
    for (let entry = 0; entry < this.#used; entry += 1) if (rows[entry] !== 0) this.#link(entry);
  }

  #link(entry: number): void {
    const bucket = this.#bucketOf(this.#hashes[entry] ?? 0);
    this.#nexts[entry] = this.#heads[bucket] ?? 0;
    this.#heads[bucket] = entry + 1;
  }

  #bucketOf(hash: number): number {
    return (hash % 2 ** 31) & (this.#heads.length - 1);
  }

  #firstOf(hash: number): number {
    return (this.#heads[this.#bucketOf(hash)] ?? 0) - 1;
  }

  #nextOf(entry: number): number {
    return (this.#nexts[entry] ?? 0) - 1;
  }

  #isOf(audience: number, hash: number, entry: number): boolean {
    return this.#hashes[entry] === hash && audienceOf(this.#rows[entry] ?? 0) === audience;
  }
}
