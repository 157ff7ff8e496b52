import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, type NaiveRule } from '../../test/support/naive-evaluator.ts';
import type { NaiveFilter } from '../../test/support/naive-events.ts';
import { openPeople, type People, type Person } from '../../test/support/people.ts';
import type { TraitCatalogue } from './compile.ts';

const now = '2026-07-15T12:00:00.000Z';
const catalogue: TraitCatalogue = new Map([
  ['a', { place: 'traits' }],
  ['b c', { place: 'traits' }],
  ['tags', { place: 'traits', lists: true }],
  ['E-Mail', { place: 'identifiers', field: 'email' }],
  ['id', { place: 'identifiers', field: 'externalId' }],
]);
const names = [...catalogue.keys(), 'unknown'];

let people: People;
beforeAll(async () => {
  people = await openPeople(catalogue, now);
});
afterAll(async () => await people[Symbol.asyncDispose]());

/** From a few values, so that rules and cells meet; and near a moment, a number, a word. */
const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
const date = fc
  .tuple(
    fc.constantFrom('2026', '2024', '2000', '1900', '0000', '0001', '9999', '2025'),
    fc.oneof(fc.constantFrom('02', '07', '06'), two(13)),
    fc.oneof(fc.constantFrom('28', '29', '30', '31', '15'), two(32)),
  )
  .map((parts) => parts.join('-'));
const zone = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'Z',
    '+00',
    '+00:00',
    '-00:00',
    '+02:00',
    '-0530',
    '+14',
    '+15',
    'z',
    ' Z',
  ),
  fc
    .tuple(fc.constantFrom('+', '-'), two(16), fc.constantFrom('', ':'), two(61))
    .map((parts) => parts.join('')),
);
const time = fc
  .tuple(
    fc.constantFrom('T', ' ', 't'),
    fc.oneof(fc.constantFrom('12', '00', '23'), two(25)),
    fc.oneof(fc.constantFrom('00', '59'), two(61)),
    fc.oneof(
      fc.constantFrom('', ':00', ':00.000', ':00.000001', ':30.5', ':00.'),
      two(61).map((s) => `:${s}`),
    ),
    zone,
  )
  .map(
    ([separator, hour, minute, second, offset]) =>
      `${separator}${hour}:${minute}${second}${offset}`,
  );
const moment = fc.tuple(date, fc.oneof(fc.constant(''), time)).map((parts) => parts.join(''));
const number = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map(String),
  fc.tuple(fc.integer({ min: -3, max: 3 }), two(99)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.constantFrom(
    '-0',
    '0.0',
    '007',
    '+1',
    '.5',
    '5.',
    '1e3',
    '1,5',
    '--1',
    '1-1',
    '1.2.3',
    '9007199254740993',
    '9'.repeat(100),
    '9'.repeat(101),
  ),
);
const word = fc.constantFrom(
  'gold',
  'Gold',
  'go',
  'ld',
  'true',
  'YES',
  'no',
  'False',
  '1',
  '0',
  'ö',
  'o\u0308',
  '%',
  '_',
  '🎈',
  'gold gold',
);
const junk = fc
  .string({ unit: 'binary', maxLength: 6 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const text = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 4, arbitrary: number },
  { weight: 4, arbitrary: moment },
  { weight: 1, arbitrary: junk },
);
const cell = fc
  .tuple(fc.constantFrom('', '', '', ' ', '  ', '\t'), text, fc.constantFrom('', '', '', ' ', '\n'))
  .map((parts) => parts.join(''));

const value = fc.oneof(
  { weight: 4, arbitrary: cell },
  { weight: 1, arbitrary: fc.integer({ min: -12, max: 12 }) },
  { weight: 1, arbitrary: fc.boolean() },
);
/** Events of two names around now, with properties that conditions ask for. */
const at = fc
  .tuple(
    fc.constantFrom(0, 1, 12, 24, 168, 720),
    fc.integer({ min: -2, max: 1 }),
    fc.constantFrom(-1, 1),
  )
  .map(
    ([hours, minutes, side]) => new Date(Date.parse(now) - side * (hours * 60 + minutes) * 60_000),
  )
  .map((date) => date.toISOString());
const property = fc.oneof(
  value,
  fc.integer({ min: -3, max: 9 }),
  fc.array(value, { maxLength: 2 }),
);
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
    identifiers: fc.record(
      { email: fc.oneof(cell, fc.array(cell, { maxLength: 3 })) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const plainNumber = number.filter(
  (value) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) && value.length <= 100,
);
const jsonNumber = plainNumber
  .map(Number)
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const realMoment = moment.filter(
  (value) =>
    answer(
      { trait: 'a', op: 'at_least', value: '0001-01-01' },
      { traits: { a: value } },
      catalogue,
      now,
    ) && value.trim() === value,
);
const needle = text.filter((value) => !/^ *$/.test(value));
const scalar = fc.oneof(needle, jsonNumber, fc.boolean());
const age = fc.oneof(
  fc.record({ days: fc.constantFrom(1, 14, 15, 30, 45, 365, 36_525) }),
  fc.record({ hours: fc.constantFrom(1, 12, 24, 720) }),
  fc.record({ minutes: fc.constantFrom(1, 60, 720) }),
);
const part = fc.oneof(needle, fc.array(needle, { minLength: 1, maxLength: 3 }));
const ordered = fc.oneof(jsonNumber, plainNumber, realMoment);
const range = fc.oneof(
  fc.tuple(fc.oneof(jsonNumber, plainNumber), fc.oneof(jsonNumber, plainNumber)),
  fc.tuple(realMoment, realMoment),
);

const asking = (ops: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<NaiveRule> =>
  fc.record({ trait: fc.constantFrom(...names), op: fc.constantFrom(...ops), value });
const question = fc.oneof(
  asking(['equals', 'not_equals'], scalar),
  asking(['in', 'not_in'], fc.array(scalar, { minLength: 1, maxLength: 12 })),
  asking(['less', 'at_most', 'greater', 'at_least'], ordered),
  asking(['between'], range),
  asking(['before', 'after'], realMoment),
  asking(['within_last', 'older_than', 'within_next', 'beyond_next'], age),
  asking(['contains', 'not_contains', 'starts_with', 'ends_with'], part),
  fc.record({ trait: fc.constantFrom(...names), op: fc.constantFrom('exists', 'missing') }),
);

const { filter } = fc.letrec<{ filter: NaiveFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc
      .tuple(fc.constantFrom('total', 'sku'), question)
      .map(([of, { trait: _, ...asked }]): NaiveFilter => ({ property: of, ...asked })),
    fc.record({ all: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
const when = { within_last: age, older_than: age, after: at, before: at };
const few = fc.integer({ min: 0, max: 4 });
const bounds = { at_least: few, at_most: few, greater: few, less: few, exactly: few };
const someOf = <Shape extends object>(shape: { [K in keyof Shape]: fc.Arbitrary<Shape[K]> }) =>
  fc.record(shape, { requiredKeys: [] }).filter((made) => Object.keys(made).length > 0);
const measure = fc
  .tuple(fc.constantFrom('total', 'sku'), someOf(bounds))
  .map(([of, limits]) => ({ property: of, ...limits }));
const next = { event: fc.constantFrom('Order', 'View'), where: filter, within: age };
const last = fc.record(next, { requiredKeys: ['event'] });
const later = fc.record(
  { ...next, followed_by: last, not_followed_by: last },
  { requiredKeys: ['event'] },
);
const doing = fc.record(
  {
    event: fc.constantFrom('Order', 'View', 'Nothing'),
    where: filter,
    ...when,
    count: someOf(bounds),
    sum: measure,
    average: measure,
    first: someOf(when),
    last: someOf(when),
    followed_by: later,
    not_followed_by: later,
  },
  { requiredKeys: ['event'] },
) as fc.Arbitrary<NaiveRule>;

const leaf = fc.oneof(
  { weight: 8, arbitrary: question },
  { weight: 6, arbitrary: doing },
  { weight: 1, arbitrary: fc.record({ consent: fc.constantFrom('yes', 'no', 'unknown') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      sample: fc.record({ percent: fc.constantFrom(100, 50, 33.3, 1), seed: needle }),
    }),
  },
);

const { rule } = fc.letrec<{ rule: NaiveRule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
    fc.record(
      { include: tie('rule'), exclude: tie('rule'), invert: fc.boolean() },
      { requiredKeys: ['include'] },
    ),
  ),
}));

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
