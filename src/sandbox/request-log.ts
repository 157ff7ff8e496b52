/** One call as the sandbox saw it: no token, no query, no value of any row. */
export interface RequestSeen {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly endpoint: string | null;
  /** The HTTP status; null where no answer was given. */
  readonly status: number | null;
  /** What the Graph API said no with. */
  readonly error: { readonly code: number; readonly subcode: number | null } | null;
  readonly fault: string | null;
  readonly rows: number | null;
  readonly invalid: number | null;
  readonly schema: readonly string[] | null;
  readonly sessionId: string | null;
  readonly bytes: number;
  readonly ms: number;
}

/** The last calls, in memory: they are for looking on, not part of what the sandbox must remember. */
export interface RequestLog {
  add(seen: RequestSeen): void;
  /** The newest last. */
  last(count: number): { total: number; requests: RequestSeen[] };
}

const keptMax = 10_000;

export function createRequestLog(): RequestLog {
  let kept: RequestSeen[] = [];
  let total = 0;
  return {
    add(seen) {
      total += 1;
      kept.push(seen);
      if (kept.length > keptMax * 2) kept = kept.slice(-keptMax);
    },
    last: (count) => ({
      total,
      requests: count === 0 ? [] : kept.slice(-Math.min(count, keptMax)),
    }),
  };
}
