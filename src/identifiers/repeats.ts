/** A value that many rows share. `atLeast` is a lower bound of how many. */
interface Repeat {
  readonly value: string;
  readonly atLeast: number;
  /** One of the lines that it stands on, as it was given. */
  readonly line: number | null;
}

export interface RepeatCounter {
  add(value: string, line: number | null): void;
  /** Values seen at least `least` times for certain, most frequent first. */
  report(least: number): Repeat[];
}

const slotBits = 16;

/**
 * Finds what is repeated suspiciously often (test@test.com ten thousand times) in bounded memory. Of n
 * values that come a second time, every one that fills more than n / capacity rows is kept (Misra
 * and Gries 1982, https://doi.org/10.1016/0167-6423(82)90012-0). Most values of a list come once, and
 * only leave a fingerprint that a later one may overwrite; what is frequent soon meets its own.
 */
export function repeatCounter(capacity: number): RepeatCounter {
  const seen = new Map<string, { count: number; readonly line: number | null }>();
  const lately = new Uint32Array(1 << slotBits);
  /** Where something of `seen` would be: looking there first costs less than hashing a new text. */
  const mayBeSeen = new Uint8Array(1 << slotBits);

  function addSecond(value: string, slot: number, line: number | null): void {
    if (seen.size < capacity) {
      seen.set(ownCopy(value), { count: 2, line });
      mayBeSeen[slot] = 1;
      return;
    }
    for (const [other, entry] of seen) {
      if (entry.count === 1) seen.delete(other);
      else entry.count -= 1;
    }
  }

  return {
    add(value, line) {
      const print = fingerprintOf(value);
      const slot = print >>> (32 - slotBits);
      const known = mayBeSeen[slot] === 1 ? seen.get(value) : undefined;
      if (known !== undefined) known.count += 1;
      else if (lately[slot] === print) addSecond(value, slot, line);
      else lately[slot] = print;
    },
    report(least) {
      return [...seen]
        .filter(([, { count }]) => count >= least)
        .map(([value, { count, line }]) => ({ value, atLeast: count, line }))
        .sort((a, b) => b.atLeast - a.atLeast);
    },
  };
}

/** 32 bits over the characters: FNV-1a. */
function fingerprintOf(text: string): number {
  let print = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    print = Math.imul(print ^ text.charCodeAt(i), 0x01000193);
  }
  return print >>> 0;
}

/** What is kept must not hold the megabyte that it was cut from; V8 cuts from 13 characters on. */
function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
