import { fc } from './fast-check.ts';
import { answer, type NaiveRule } from './naive-evaluator.ts';
import type { NaiveFilter } from './naive-events.ts';

/** Any rule, and the cells that it may be asked about: what is read two ways is drawn from here. */

/** The moment at which the rules are answered; relative dates are drawn around it. */
export const now = '2026-07-15T12:00:00.000Z';
export const catalogue = new Map([
  ['a', { place: 'traits' }],
  ['b c', { place: 'traits' }],
  ['tags', { place: 'traits', lists: true }],
  ['E-Mail', { place: 'identifiers', field: 'email' }],
  ['id', { place: 'identifiers', field: 'externalId' }],
] as const);
export const names = [...catalogue.keys(), 'unknown'];

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
export const cell = fc
  .tuple(fc.constantFrom('', '', '', ' ', '  ', '\t'), text, fc.constantFrom('', '', '', ' ', '\n'))
  .map((parts) => parts.join(''));

export const value = fc.oneof(
  { weight: 4, arbitrary: cell },
  { weight: 1, arbitrary: fc.integer({ min: -12, max: 12 }) },
  { weight: 1, arbitrary: fc.boolean() },
);
/** Around now. */
export const at = fc
  .tuple(
    fc.constantFrom(0, 1, 12, 24, 168, 720),
    fc.integer({ min: -2, max: 1 }),
    fc.constantFrom(-1, 1),
  )
  .map(
    ([hours, minutes, side]) => new Date(Date.parse(now) - side * (hours * 60 + minutes) * 60_000),
  )
  .map((date) => date.toISOString());

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
export const question = fc.oneof(
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
export const doing = fc.record(
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

/** The same questions, asked about groups. */
export const groupQuestion = question.map(
  ({ trait, ...asked }): NaiveRule => ({
    group: String(trait),
    ...asked,
  }),
);

const leaf = fc.oneof(
  { weight: 8, arbitrary: question },
  { weight: 6, arbitrary: doing },
  { weight: 4, arbitrary: groupQuestion },
  { weight: 1, arbitrary: fc.record({ consent: fc.constantFrom('yes', 'no', 'unknown') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      sample: fc.record({ percent: fc.constantFrom(100, 50, 33.3, 1), seed: needle }),
    }),
  },
);

export const { rule } = fc.letrec<{ rule: NaiveRule }>((tie) => ({
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
