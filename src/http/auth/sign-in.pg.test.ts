import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Secret } from '#config/secret.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { acceptLink, everything, offerLink } from './links.ts';
import { SignIn } from './sign-in.ts';

/** How often a password was worked out: nearly all the time that a sign-in takes. */
const work = vi.hoisted(() => ({ done: 0 }));
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const argon2 = (...given: Parameters<typeof real.argon2>) => {
    work.done += 1;
    real.argon2(...given);
  };
  return { ...real, argon2 };
});

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let signIn: SignIn;
const password = 'correct horse battery';

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
  const offer = { ...everything, kind: 'first-start' as const, madeBy: 'serve' };
  const { token } = await store.tx((tx) => offerLink(tx, offer, randomBytes));
  await acceptLink(store, { token, email: 'ana@example.com', name: 'Ana', password });
  signIn = new SignIn({
    ...{ store, publicUrl: () => 'http://127.0.0.1:4780', singleSignOn: null, mailer: null },
    secret: () => Promise.resolve(new Secret('of this test, and long enough to be one')),
  });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

async function workOf(email: string, given: string): Promise<number> {
  const before = work.done;
  const visit = { headers: new Headers(), address: '198.51.100.1' };
  await signIn.byPassword(visit, email, given).catch(() => {});
  return work.done - before;
}

it('does the same work for an address that nobody has, so that its time says nothing', async () => {
  const right = await workOf('ana@example.com', password);
  expect(right).toBe(1);
  expect(await workOf('ana@example.com', 'not her password')).toBe(right);
  expect(await workOf('nobody@example.com', 'not her password')).toBe(right);
});
