import { expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient } from '#meta/client.ts';
import { systemClock } from '#meta/clock.ts';
import { meanings } from '#meta/meanings.ts';
import { problemCodes } from '#meta/problem-codes.ts';
import { openSandbox } from '#sandbox/sandbox.ts';

/** Every row of the table of errors, said by the sandbox and heard by the client. */
test('every code and subcode arrives as what it means, in words for a person', async () => {
  await using stack = new AsyncDisposableStack();
  const sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
  stack.defer(() => sandbox.close());
  const client = createMetaClient({
    fetch: (url, init) => sandbox.fetch(new Request(url, init)),
    apiBase: 'http://sandbox.invalid',
    token: sandbox.token,
    clock: systemClock,
    // A throttle would hold the next call up.
    governor: { ask: async () => 0, answered: async () => {} },
  });
  const account = must(sandbox.adAccounts[0], 'an ad account').id;
  const heard: Record<string, string> = {};
  for (const key of Object.keys(problemCodes)) {
    const [code = 0, subcode = 0] = key.split('/').map(Number);
    sandbox.faults.arm({ name: 'graphError', code, subcode });
    const answer = await client.adAccount(account);
    if (answer.outcome === 'clean') throw new Error(`${key} was taken for an answer`);
    const { meaning, words } = answer.problem;
    expect(words).toMatch(/^[A-Z].*[.]/s);
    expect(words).not.toMatch(/undefined|\{|OAuthException|#\d/);
    expect(answer.outcome).toBe(meanings[meaning].executed === 'no' ? 'refused' : 'uncertain');
    heard[key] = meaning;
  }
  expect(heard).toEqual(problemCodes);
});
