/** A value that many rows share. `atLeast` is a lower bound of how many. */
export interface Repeat {
  readonly value: string;
  readonly atLeast: number;
}

export interface RepeatCounter {
  add(value: string): void;
  /** Values seen at least `least` times for certain, most frequent first. */
  report(least: number): Repeat[];
}

/**
 * Finds what is repeated suspiciously often (test@test.com ten thousand times) in bounded memory:
 * of n values, every one that fills more than n / capacity rows is found (Misra and Gries 1982,
 * https://doi.org/10.1016/0167-6423(82)90012-0). Give it hashes where raw values must not be kept.
 */
export function repeatCounter(capacity: number): RepeatCounter {
  const counts = new Map<string, number>();
  return {
    add(value) {
      const count = counts.get(value);
      if (count !== undefined || counts.size < capacity) {
        counts.set(value, (count ?? 0) + 1);
        return;
      }
      for (const [other, seen] of counts) {
        if (seen === 1) counts.delete(other);
        else counts.set(other, seen - 1);
      }
    },
    report(least) {
      return [...counts]
        .filter(([, atLeast]) => atLeast >= least)
        .map(([value, atLeast]) => ({ value, atLeast }))
        .sort((a, b) => b.atLeast - a.atLeast);
    },
  };
}
