import type { Problem } from '#meta/problems.ts';
import type { UsersAnswer } from '#meta/users.ts';
import type { Store, Tx } from '#store/db.ts';
import type { LinkedScope, SendTimes } from '#store/operations.ts';

/** What sending needs to know; one for each run. */
export interface Delivery {
  readonly store: Store;
  readonly scope: Omit<LinkedScope, 'suppressing'>;
  /** Meta may not know a just created audience yet, and then a retry helps. */
  readonly justCreated: boolean;
  /** Some row may name a page's user, and then a request is for one page. */
  readonly mapsPageUsers: boolean;
  /** Somebody let the removals go by name, or asked for them: the guard does not count them. */
  readonly vouched: boolean;
  /** It says again what was told long ago. */
  readonly sweeps: boolean;
  /** Null: the lane of opt-outs, which is no run. */
  readonly runId: number | null;
  readonly times: SendTimes;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  /** Milliseconds of the client's clock. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Asks for one request before it is written down; null: it may be sent. */
  readonly admit: () => Promise<Problem | null>;
  readonly send: (
    direction: 'add' | 'remove',
    upload: { body: Uint8Array; openByMs: number },
  ) => Promise<UsersAnswer>;
  /** Asked before each request: why the run has to stop here, or null. */
  readonly goOn: () => Promise<Stop | null>;
  /** True while the run is ours, until the transaction ends. */
  readonly holds: (tx: Tx) => Promise<boolean>;
  readonly tally: Tally;
  readonly onRequest: () => void;
  /** Called before every ordinary operation: whoever opted out meanwhile goes first. */
  readonly optOutsFirst: () => Promise<void>;
}

/** Counts of one run. People for added and removed, rows for the rest. */
export interface Tally {
  requests: number;
  added: number;
  removed: number;
  accepted: number;
  rejected: number;
  /** Rows of a clean answer that Meta counted as invalid and nobody could name. */
  unattributed: number;
  /** Requests of which nothing came, and nothing will when they are sent again. */
  fruitless: number;
  moot: number;
  /** Of the accepted, rows that were said again because they were told long ago. */
  swept: number;
  /** Rows that left without a request. */
  covered: number;
  /** Listed rows whose removal Meta refused for the audience as it is, and what it said. */
  removalsRefused: number;
  refusal: Problem | null;
  rejectedBy: Map<string, number>;
  /** Requests left for finding out which rows were meant (protocol.md §4.4). */
  bisectRequestsLeft: number;
}

/**
 * Whether the same request may pass later in this run. Throttled: asked again, the governor waits as
 * long as the run may wait, or stops it. Held back: written down too long before it could go out.
 */
export function mayPass({ justCreated }: Delivery, problem: Problem): boolean {
  return (
    problem.class === 'retry' ||
    problem.throttled !== null ||
    problem.meaning === 'held back' ||
    (problem.afterCreate && justCreated)
  );
}

/** A request that goes out later than this after it was written down does not go out at all. */
export const OPEN_WITHIN_MS = 5_000;

/** The same request is tried so often in one run before it is left to the next. */
export const TRIES_MAX = 4;

const BISECT_REQUESTS_MAX = 40;

export function emptyTally(): Tally {
  return {
    requests: 0,
    added: 0,
    removed: 0,
    accepted: 0,
    rejected: 0,
    unattributed: 0,
    fruitless: 0,
    moot: 0,
    swept: 0,
    covered: 0,
    removalsRefused: 0,
    refusal: null,
    rejectedBy: new Map(),
    bisectRequestsLeft: BISECT_REQUESTS_MAX,
  };
}

/**
 * Why a delivery ended before its end: Meta said something, or somebody wants the run to stop. What is
 * left waits for the next one.
 */
export type Stop = { readonly problem: Problem } | { readonly wish: 'cancel' | 'pause' | 'yield' };
