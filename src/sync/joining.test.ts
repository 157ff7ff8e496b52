import { expect, it } from 'vitest';
import { joinPauseMs } from './joining.ts';

it.each([
  [0, 250],
  [2_000, 250],
  [30_000, 3_000],
  [7_200_000, 15_000],
  // A clock that was set back while somebody waited.
  [-60_000, 250],
])('after %i ms of waiting looks again in %i ms', (waitedMs, pauseMs) => {
  expect(joinPauseMs(waitedMs)).toBe(pauseMs);
});
