/** Time as the client sees it, so that a test or a seed can hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `then` once after `delayMs`. The function it gives back takes that back. */
  after(delayMs: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of that clock, or at once when the signal aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', wake);
      resolve();
    });
    function wake(): void {
      cancel();
      resolve();
    }
    signal?.addEventListener('abort', wake, { once: true });
  });
}
