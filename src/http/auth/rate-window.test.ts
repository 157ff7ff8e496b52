import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import type { Store } from '#store/db.ts';
import { problemResponse } from '../api/problem.ts';
import { authenticate } from './authenticate.ts';
import { ClientAddresses } from './client-address.ts';
import { RateWindow } from './rate-window.ts';
import { SignIn } from './sign-in.ts';

it('counts each name for itself, says how long to wait, and begins anew', () => {
  let nowMs = 100_000;
  const window = new RateWindow(2, 60_000, () => nowMs);
  expect(['a', 'a', 'b'].map((name) => window.take(name))).toEqual([0, 0, 0]);
  nowMs += 10_500;
  expect([window.take('a'), window.take('b')]).toEqual([50, 0]);
  nowMs += 50_000;
  expect(window.take('a')).toBe(0);
});

it('stops an address by what the proxy says it is, and not by what it claims to be', async () => {
  const store = undefined as unknown as Store;
  const signIn = new SignIn({
    ...{ store, publicUrl: () => 'http://127.0.0.1', singleSignOn: null, mailer: null },
    secret: () => Promise.resolve(new Secret('nobody signs in here')),
  });
  const app = new Hono();
  app.use(
    authenticate({
      ...{ store, signIn, addresses: new ClientAddresses(['10.0.0.1']) },
      known: new RateWindow(0, 60_000, () => 0),
      strangers: new RateWindow(2, 60_000, () => 0),
    }),
  );
  app.onError((error, context) => problemResponse(context, error));
  app.get('/', (context) => context.text('in'));
  const ask = async (remoteAddress: string, claimed: string) => {
    const headers = { 'x-forwarded-for': claimed };
    return await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } });
  };
  const statuses = async (asked: readonly (readonly [string, string])[]) => {
    const answers = [];
    for (const [from, claimed] of asked) answers.push((await ask(from, claimed)).status);
    return answers;
  };
  // Whoever comes past the proxy claims another address each time.
  const past = ['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((claimed) => ['192.0.2.9', claimed] as const);
  expect(await statuses(past)).toEqual([200, 200, 429]);
  // Behind it the last of the list is who the proxy saw.
  const behind = ['1.1.1.1, 198.51.100.1', '2.2.2.2, 198.51.100.1', '3.3.3.3, 198.51.100.1'];
  expect(await statuses(behind.map((said) => ['10.0.0.1', said] as const))).toEqual([
    200, 200, 429,
  ]);
  const other = await ask('10.0.0.1', '198.51.100.2');
  expect(other.status).toBe(200);
  const limited = await ask('192.0.2.9', '4.4.4.4');
  expect(limited.headers.get('retry-after')).toBe('60');
});
