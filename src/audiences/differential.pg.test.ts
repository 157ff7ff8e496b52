import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer } from '../../test/support/naive-evaluator.ts';
import {
  at,
  catalogue,
  cell,
  doing,
  groupQuestion,
  names,
  now,
  question,
  rule,
  value,
} from '../../test/support/naive-rules.ts';
import { openPeople, type People, type Person } from '../../test/support/people.ts';

let people: People;
beforeAll(async () => {
  people = await openPeople(catalogue, now);
});
afterAll(async () => await people[Symbol.asyncDispose]());

const property = fc.oneof(
  value,
  fc.integer({ min: -3, max: 9 }),
  fc.array(value, { maxLength: 2 }),
);
/** Events of two names around now, with properties that conditions ask for. */
const happened = fc.record({
  name: fc.constantFrom('Order', 'View'),
  at,
  properties: fc.dictionary(fc.constantFrom('total', 'sku'), property, { maxKeys: 2 }),
});

const person: fc.Arbitrary<Person> = fc.record(
  {
    externalId: cell,
    consent: fc.boolean(),
    events: fc.array(happened, { maxLength: 6 }),
    traits: fc
      .tuple(
        fc.dictionary(fc.constantFrom(...names, 'A'), value, { maxKeys: 3 }),
        fc.record({ tags: fc.array(value, { maxLength: 3 }) }, { requiredKeys: [] }),
      )
      .map(([plain, lists]) => ({ ...plain, ...lists })),
    groups: fc.array(fc.dictionary(fc.constantFrom(...names), property, { maxKeys: 3 }), {
      maxLength: 3,
    }),
    identifiers: fc.record(
      { email: fc.oneof(cell, fc.array(cell, { maxLength: 3 })) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Both say the same of everybody, rule by rule. */
async function agree(
  crowd: readonly Parameters<typeof answer>[1][],
  rules: readonly Parameters<typeof answer>[0][],
): Promise<void> {
  await people.hold(crowd);
  for (const asked of rules) {
    const expected = [...crowd.keys()].filter((i) => answer(asked, crowd[i] ?? {}, catalogue, now));
    expect([asked, await people.matching(asked)]).toEqual([asked, expected]);
  }
}

it('answers as the naive evaluator does, for any rule and anybody', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 40, maxLength: 40 }),
      fc.array(rule, { minLength: 12, maxLength: 12 }),
      agree,
    ),
    { numRuns: 40 },
  );
}, 120_000);

it('answers so for what people did, one question at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 60, maxLength: 60 }),
      fc.array(doing, { minLength: 12, maxLength: 12 }),
      agree,
    ),
    { numRuns: 25 },
  );
}, 120_000);

it('answers so for the groups that people are in, one question at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 60, maxLength: 60 }),
      fc.array(groupQuestion, { minLength: 12, maxLength: 12 }),
      agree,
    ),
    { numRuns: 25 },
  );
}, 120_000);

it('holds for cells that just miss, one question at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 200, maxLength: 200 }),
      question,
      async (cells, one) => {
        const crowd = cells.map((x) => ({ traits: { a: x } }));
        const asked = { ...one, trait: 'a' };
        await people.hold(crowd);
        const expected = [...crowd.keys()].filter((i) =>
          answer(asked, crowd[i] ?? {}, catalogue, now),
        );
        expect(await people.matching(asked)).toEqual(expected);
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);
