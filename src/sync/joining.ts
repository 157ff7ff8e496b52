/** How soon whoever joins a run looks for its end at first, and how long the pauses between two looks grow. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
const SHARE_OF_WAIT = 0.1;

/**
 * How long to wait before looking again whether another process has ended the run that this one
 * waits for, in milliseconds. A run may rest for hours for its quota: the pause is a tenth of the
 * wait so far, so that nobody hears of an end later than that, and a long wait asks for little.
 */
export function joinPauseMs(waitedMs: number): number {
  return Math.min(Math.max(FIRST_PAUSE_MS, waitedMs * SHARE_OF_WAIT), LONGEST_PAUSE_MS);
}
