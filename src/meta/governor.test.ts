import { expect, test } from 'vitest';
import { type Clock, sleep } from './clock.ts';
import { createGovernor } from './governor.ts';
import type { Usage } from './usage.ts';

const calm: Usage = {
  appPercent: null,
  callsPercent: null,
  scorePercent: null,
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
      for (let waitMs = -1; waitMs !== 0; ) {
        waitMs = await governor.ask(account);
        await sleep(clock, waitMs);
      }
      return clock.nowMs() - before;
    },
  };
}

test('calls go at once while nothing is used up', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, appPercent: 74, callsPercent: 75 });
  expect(await waitedMs('act_1')).toBe(0);
});

test('the minutes that Meta names are waited, by that account alone', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, regainMs: 240_000, throttled: 'account' });
  expect(await waitedMs('act_2')).toBe(0);
  expect(await waitedMs(null)).toBe(0);
  expect(await waitedMs('act_1')).toBe(240_000);
  await governor.answered('act_1', calm);
  expect(await waitedMs('act_1')).toBe(0);
});

test('after a throttle of the score its seconds are waited, without one they mean nothing', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, resetMs: 100_000 });
  expect(await waitedMs('act_1')).toBe(0);
  await governor.answered('act_1', { ...calm, resetMs: 100_000, throttled: 'account' });
  expect(await waitedMs('act_1')).toBe(100_000);
});

test('a throttle of the app rests every account', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, throttled: 'app' });
  expect(await waitedMs('act_2')).toBe(60_000);
});

test('without a named time each throttle in a row waits twice as long, up to an hour', async () => {
  const { governor, waitedMs } = start();
  const waits: number[] = [];
  for (let throttles = 0; throttles < 8; throttles += 1) {
    await governor.answered('act_1', { ...calm, throttled: 'account' });
    waits.push(await waitedMs('act_1'));
  }
  expect(waits.map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  await governor.answered('act_1', calm);
  await governor.answered('act_1', { ...calm, throttled: 'account' });
  expect(await waitedMs('act_1')).toBe(60_000);
});

test('from three quarters on calls are spread out, and never stopped by a percentage', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, callsPercent: 90 });
  expect(await waitedMs('act_1')).toBe(1_800);
  await governor.answered('act_2', { ...calm, callsPercent: 400 });
  expect(await waitedMs('act_2')).toBe(3_000);
  await governor.answered('act_2', { ...calm, callsPercent: 10 });
  expect(await waitedMs('act_2')).toBe(0);
});

test('calls and score are measured apart: a low one does not hide a high one', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, scorePercent: 90 });
  await governor.answered('act_1', { ...calm, callsPercent: 3 });
  expect(await waitedMs('act_1')).toBe(1_800);
});

test('under pressure the next call waits for the end of the one under way', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, callsPercent: 80 });
  expect(await waitedMs('act_1')).toBe(600);
  // Nobody answers: whoever asked was killed. Nothing is under way for longer than 90 seconds.
  expect(await governor.ask('act_1')).toBe(500);
  expect(await waitedMs('act_1')).toBe(90_000);
  expect(await governor.ask('act_2')).toBe(0);
  await governor.answered('act_1', { ...calm, callsPercent: 10 });
  expect(await governor.ask('act_1')).toBe(0);
});

test('requests refused together are one throttle', async () => {
  const { governor, waitedMs } = start();
  await governor.answered('act_1', { ...calm, throttled: 'account' });
  await governor.answered('act_1', { ...calm, throttled: 'account' });
  await governor.answered('act_1', calm);
  expect(await waitedMs('act_1')).toBe(60_000);
  await governor.answered('act_1', { ...calm, throttled: 'account' });
  expect(await governor.ask('act_1')).toBe(120_000);
});

test('what a call costs is learnt, and what is left lasts for a window', async () => {
  const { governor } = start();
  // Twenty calls an hour: each takes five points, and the last 25 have to last for the hour.
  for (let calls = 1; calls <= 16; calls += 1) {
    await governor.answered('act_1', { ...calm, callsPercent: 5 * calls });
  }
  expect(await governor.ask('act_1')).toBe(1.25 * 3_600_000 * (5 / 25));
});
