import { useEffect, useState } from 'react';

/** Of a longer list only so many are sorted or searched: a million rows are no table. */
const ROWS_READ_MAX = 100_000;

interface List {
  /** How many rows were read so far. */
  readonly count: number;
  /** Whether what is asked of the list needs its end: an order, or a search. */
  readonly isEndNeeded: boolean;
  readonly error: unknown;
  /** Reads on; undefined: all is there. */
  readonly onMore: (() => void) | undefined;
}

interface Whole {
  readonly isReading: boolean;
  /** Somebody asked for all of it, and it is not there yet. */
  readonly isAsked: boolean;
  readonly askForAll: () => void;
}

/** Reads a list that comes page after page to its end where only the whole of it is an answer. */
export function useWhole({ count, isEndNeeded, error, onMore }: List): Whole {
  const [isAsked, ask] = useState(false);
  const isGivenUp = error !== null && error !== undefined;
  const isReading =
    onMore !== undefined && !isGivenUp && (isAsked || (isEndNeeded && count < ROWS_READ_MAX));
  useEffect(() => {
    if (isReading) onMore();
  }, [isReading, onMore, count]);
  useEffect(() => {
    if (isGivenUp || onMore === undefined) ask(false);
  }, [isGivenUp, onMore]);
  return { isReading, isAsked: isAsked && isReading, askForAll: () => ask(onMore !== undefined) };
}
