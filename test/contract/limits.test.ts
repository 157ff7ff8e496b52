import { expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient } from '#meta/client.ts';
import { createGovernor } from '#meta/governor.ts';
import { openSandbox } from '#sandbox/sandbox.ts';

/**
 * The governor knows Meta's limits from headers alone, and the sandbox enforces them. Virtual time:
 * hours of sending take a second.
 */
async function sendMany(settings: object, requests: number) {
  let nowMs = Date.parse('2026-11-22T10:00:00Z');
  const clock = { nowMs: () => nowMs, after: () => () => {} };
  const sandbox = await openSandbox({ directory: null, clock: clock.nowMs, random: () => 0.5 });
  const set = await sandbox.fetch('http://sandbox/_sandbox/settings', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  expect(set.status).toBe(200);
  const meta = createMetaClient({
    fetch: async (url, init) => {
      nowMs += 300;
      return await sandbox.fetch(new Request(url, init));
    },
    ...{ apiBase: 'http://sandbox', token: sandbox.token, clock },
    governor: createGovernor(clock, () => 0),
  });
  const account = must(sandbox.adAccounts[0], 'the sandbox has ad accounts').id;
  const words = {
    name: 'gold',
    description: '',
    customerFileSource: 'USER_PROVIDED_ONLY',
  } as const;
  const made = await meta.createAudience({ account, ...words });
  if (made.outcome !== 'clean') throw new Error(made.problem.words);
  const rows = { payload: { schema: ['EMAIL'], data: [['a'.repeat(64)]] } };
  const upload = { account, audienceId: made.body, admitted: true, body: encode(rows) };
  const startedMs = nowMs;
  let throttles = 0;
  for (let done = 0; done < requests; ) {
    const heldBack = await meta.admit(account, 0);
    if (heldBack !== null) {
      nowMs += must(heldBack.opensInMs, 'what is held back says how long');
      continue;
    }
    const direction = done % 3 === 0 ? 'remove' : 'add';
    const { outcome } = await meta.users({ ...upload, direction });
    if (outcome === 'clean') done += 1;
    else throttles += 1;
  }
  await sandbox.close();
  return { throttles, minutes: (nowMs - startedMs) / 60_000 };
}

function encode(rows: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(rows));
}

test.each([
  // 60 points in five minutes, three a request: 20 requests each five minutes at best, so 30 minutes.
  ['the score of an ad account', { tier: 'development_access' }, 120, 30],
  // 100 calls an hour, and of these the 150 removals alone count: the last 50 come an hour later.
  ['the calls of an ad account', { useCaseCallsAnHour: 100 }, 450, 60],
  ['the calls of an app', { appCallsAnHour: 60 }, 120, 60],
])('%s is never used up, and most of it is used', async (_, settings, requests, bestMinutes) => {
  const { throttles, minutes } = await sendMany(settings, requests);
  expect(throttles).toBe(0);
  expect(minutes).toBeLessThan(2 * bestMinutes);
});

test('with room to spare nothing is waited for', async () => {
  const { throttles, minutes } = await sendMany({}, 200);
  expect({ throttles, minutes: Math.round(minutes) }).toEqual({ throttles: 0, minutes: 1 });
});
