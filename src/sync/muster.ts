import type { MetaClient } from '#meta/client.ts';
import type { SourceTarget } from '#sources/target.ts';
import type { Store } from '#store/db.ts';

/** Everything the main path works with, built once by main.ts. */
export interface Muster {
  readonly store: Store;
  /** Milliseconds; for waiting and measuring only. What is written down has the database's time. */
  readonly clock: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Does `work` again and again until the function it gives back is called. */
  readonly every: (ms: number, work: () => void) => () => void;
  /** A client for the connection behind an integration; for opt-outs even where it is disabled. */
  readonly openClient: (integrationId: number, use?: ClientUse) => Promise<OpenClient>;
  /** Where a source is, with its password. */
  readonly openSource: (sourceId: number) => Promise<SourceTarget>;
}

/** What a client is for: whoever opted out leaves by a disabled integration too. */
type ClientUse = 'runs' | 'opt-outs';

/** With the times that hold for its connection. */
export interface OpenClient {
  readonly meta: MetaClient;
  readonly adAccount: string;
  /** How long a request may be under way. */
  readonly requestTimeoutMs: number;
  /** How long after an answer, or none, a request may still take effect: 15 min for Meta. */
  readonly settleMs: number;
}

/** Told while something long goes on; `done` of `total` in `unit`. Totals may be unknown yet. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'rows' | 'requests';
}

export type OnProgress = (progress: Progress) => void;
