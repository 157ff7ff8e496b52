/** A value that many rows share. `atLeast` is a lower bound of how many. */
export interface Repeat {
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

/**
 * Finds what is repeated suspiciously often (test@test.com ten thousand times) in bounded memory:
 * of n values, every one that fills more than n / capacity rows is found (Misra and Gries 1982,
 * https://doi.org/10.1016/0167-6423(82)90012-0).
 */
export function repeatCounter(capacity: number): RepeatCounter {
  const seen = new Map<string, { count: number; readonly line: number | null }>();
  return {
    add(value, line) {
      const known = seen.get(value);
      if (known !== undefined) {
        known.count += 1;
      } else if (seen.size < capacity) {
        seen.set(ownCopy(value), { count: 1, line });
      } else {
        for (const [other, entry] of seen) {
          if (entry.count === 1) seen.delete(other);
          else entry.count -= 1;
        }
      }
    },
    report(least) {
      return [...seen]
        .filter(([, { count }]) => count >= least)
        .map(([value, { count, line }]) => ({ value, atLeast: count, line }))
        .sort((a, b) => b.atLeast - a.atLeast);
    },
  };
}

/** What is kept must not hold the megabyte that it was cut from; V8 cuts from 13 characters on. */
function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
