import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Serving, serveEvents } from './_serving.ts';

let serving: Serving;

beforeAll(async () => {
  serving = await serveEvents();
});

afterAll(() => serving[Symbol.asyncDispose]());

it('a call that no database takes is set aside, and holds nobody up', async () => {
  await serving.key('shop');
  const call = (n: number, properties: object) => ({
    ...{ type: 'track', messageId: `m${n}`, userId: `u${n}`, event: 'Order', properties },
  });
  // Past the check that refuses such a call at the door.
  const calls = [call(1, {}), call(2, { note: 'a\0b' }), call(3, {})];
  for (const one of [calls, [call(4, {})]]) {
    await serving.store.query(
      `insert into inbox (database_id, received_at, call_count, calls)
       select id, muster_now(), $1, $2 from database where name = 'shop'`,
      [one.length, JSON.stringify(one)],
    );
  }
  await serving.settled();
  expect((await serving.people('shop')).map(({ id }) => id)).toEqual(['u1', 'u3', 'u4']);
  const kept = await serving.store.query(`select call_count as calls from inbox where stuck`);
  expect(kept).toEqual([{ calls: 1 }]);
  const shown = await serving.store.query(
    `select type, reason from recent_call where not accepted`,
  );
  expect(shown).toEqual([
    { type: 'track', reason: expect.stringContaining('it is kept') as string },
  ]);
});
