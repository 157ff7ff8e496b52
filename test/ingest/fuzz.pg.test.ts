import { fc } from '../support/fast-check.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Serving, serveEvents } from './_serving.ts';

let serving: Serving;
let headers: Record<string, string>;

beforeAll(async () => {
  serving = await serveEvents();
  headers = { authorization: `Basic ${btoa(`${await serving.key('fuzz')}:`)}` };
});

afterAll(() => serving[Symbol.asyncDispose]());

/** Names and values that have gone wrong somewhere before. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'email', 'phone', 'country', 'birthday', 'consent'),
  fc.constantFrom(
    '\0',
    '\ud800',
    '',
    ' ',
    '2026-11-22',
    '1e999',
    '-',
    '/',
    '\u2028',
    'a'.repeat(300),
  ),
);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    ...[text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.bigInt().map(Number)],
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const call = fc.record(
  {
    type: fc.oneof(fc.constantFrom('identify', 'track', 'page', 'group', 'alias'), value),
    userId: fc.oneof(fc.constantFrom('u1', 'u2'), value),
    anonymousId: fc.oneof(fc.constant('a1'), value),
    previousId: fc.oneof(fc.constantFrom('u2', 'a1'), value),
    groupId: fc.oneof(fc.constant('g'), value),
    event: fc.oneof(fc.constant('Order'), value),
    messageId: fc.oneof(fc.uuid(), value),
    timestamp: fc.oneof(fc.constant('2026-11-22T00:00:00Z'), value),
    sentAt: value,
    traits: fc.oneof(fc.dictionary(text, value, { maxKeys: 4 }), value),
    properties: fc.oneof(fc.dictionary(text, value, { maxKeys: 4 }), value),
    context: fc.oneof(fc.record({ traits: value, device: value }, { requiredKeys: [] }), value),
  },
  { requiredKeys: ['type', 'userId'] },
);

it('whatever is sent is taken or refused with a reason, and what is taken can be stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(call, value), { maxLength: 40 }), async (batch) => {
      const request = { method: 'POST', headers, body: JSON.stringify({ batch }) };
      const answer = await fetch(`${serving.url}/v1/batch`, request);
      expect([200, 400]).toContain(answer.status);
    }),
    { numRuns: 150 },
  );
  await serving.settled();
  const stuck = await serving.store.query('select calls from inbox where stuck');
  expect(stuck).toEqual([]);
  // At least one: aliases may make one person of all of them.
  expect((await serving.people('fuzz')).length).toBeGreaterThan(0);
}, 60_000);

it('no body makes it fall over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const request = { method: 'POST', headers, body: new Uint8Array(bytes) };
      const { status } = await fetch(`${serving.url}/v1/track`, request);
      expect(status).toBe(400);
    }),
    { numRuns: 150 },
  );
}, 60_000);
