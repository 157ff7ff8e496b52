import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { openStore, type Store } from './db.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url, connectionsMax: 1 });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

/** An error event that nobody hears would end this process; vitest fails the file for it. */
it.each(['tx', 'session'] as const)(
  'outlives a connection that ends in the middle of a %s, and opens another',
  async (kind) => {
    await using onlooker = openStore({ url: database.url, connectionsMax: 1 });
    const gone = (pid: number) =>
      onlooker.query('select from pg_stat_activity where pid = $1', [pid]);
    const work = store[kind](async (connection) => {
      const [own] = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
      const { pid } = must(own, 'a session has a number');
      await onlooker.query('select pg_terminate_backend($1)', [pid]);
      while ((await gone(pid)).length > 0) await new Promise((done) => setTimeout(done, 5));
      // The event comes with what the socket still has to say.
      await new Promise((done) => setTimeout(done, 20));
      await connection.query('select 1');
    });
    await expect(work).rejects.toThrow();
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
  },
);
