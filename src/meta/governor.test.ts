import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { createGovernor } from './governor.ts';
import type { Usage } from './usage.ts';

const calm: Usage = {
  appPercent: null,
  accountPercent: null,
  regainMs: 0,
  resetMs: 0,
  tier: null,
  throttled: null,
};

/** A clock that jumps to the next timer as soon as everybody waits. */
function jumpingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, then) {
      const timer = setTimeout(() => {
        nowMs += delayMs;
        then();
      }, 0);
      return () => clearTimeout(timer);
    },
  };
}

function start() {
  const clock = jumpingClock();
  const governor = createGovernor(clock, () => 0);
  return {
    governor,
    waitedMs: async (account: string | null): Promise<number> => {
      const before = clock.nowMs();
      await governor.before(account);
      return clock.nowMs() - before;
    },
  };
}

test('calls go at once while nothing is used up', async () => {
  const { governor, waitedMs } = start();
  governor.after('act_1', { ...calm, appPercent: 74, accountPercent: 75 });
  expect(await waitedMs('act_1')).toBe(0);
});

test('the minutes that Meta names are waited, by that account alone', async () => {
  const { governor, waitedMs } = start();
  governor.after('act_1', { ...calm, regainMs: 240_000, throttled: 'account' });
  expect(await waitedMs('act_2')).toBe(0);
  expect(await waitedMs(null)).toBe(0);
  expect(await waitedMs('act_1')).toBe(240_000);
  expect(await waitedMs('act_1')).toBe(0);
});

test('after a throttle of the score its seconds are waited, without one they mean nothing', async () => {
  const { governor, waitedMs } = start();
  governor.after('act_1', { ...calm, resetMs: 100_000 });
  expect(await waitedMs('act_1')).toBe(0);
  governor.after('act_1', { ...calm, resetMs: 100_000, throttled: 'account' });
  expect(await waitedMs('act_1')).toBe(100_000);
});

test('a throttle of the app rests every account', async () => {
  const { governor, waitedMs } = start();
  governor.after('act_1', { ...calm, throttled: 'app' });
  expect(await waitedMs('act_2')).toBe(60_000);
});

test('without a named time each throttle in a row waits twice as long, up to an hour', async () => {
  const { governor, waitedMs } = start();
  const waits: number[] = [];
  for (let throttles = 0; throttles < 8; throttles += 1) {
    governor.after('act_1', { ...calm, throttled: 'account' });
    waits.push(await waitedMs('act_1'));
  }
  expect(waits.map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  governor.after('act_1', calm);
  governor.after('act_1', { ...calm, throttled: 'account' });
  expect(await waitedMs('act_1')).toBe(60_000);
});

test('from three quarters on calls are spread out, and never stopped by a percentage', async () => {
  const { governor, waitedMs } = start();
  governor.after('act_1', { ...calm, accountPercent: 90 });
  expect(await waitedMs('act_1')).toBe(1_800);
  governor.after('act_1', { ...calm, accountPercent: 400 });
  expect(await waitedMs('act_1')).toBe(3_000);
  governor.after('act_1', { ...calm, accountPercent: 10 });
  expect(await waitedMs('act_1')).toBe(0);
});

test('who no longer wants to wait is let go', async () => {
  const { governor } = start();
  governor.after('act_1', { ...calm, regainMs: 3_600_000, throttled: 'account' });
  const gone = AbortSignal.abort();
  await expect(governor.before('act_1', gone)).resolves.toBeUndefined();
});
