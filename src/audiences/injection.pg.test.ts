import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPeople, type People } from '../../test/support/people.ts';
import { startCompiling, type TraitCatalogue } from './compile.ts';
import { explainRule, explainTree } from './explain.ts';
import { compileLines } from './lines.ts';
import { type NodeKey, nodeKeys } from './nodes/kinds.ts';
import { type OperatorName, operators } from './nodes/operators.ts';
import { withNewName } from './references.ts';
import { parseRule, parseRuleText } from './rule.ts';

/** What somebody could write as the name of a column or into a cell, to get out of its place. */
const hostile = [
  `'`,
  `''`,
  `"`,
  '`',
  '\\',
  `\\'`,
  `'; drop table person; --`,
  `' or '1' = '1`,
  `x' || (select version()) || '`,
  `E'\\x27'`,
  '$1',
  '$1::text',
  '$$; drop table person; $$',
  '/*',
  '*/ --',
  '%',
  '_%',
  '{}',
  '{a,b}',
  '{"a",NULL}',
  'NULL',
  'null',
  '[0]',
  'a.b',
  '?',
  ':name',
  '@> {}',
  '__proto__',
  'constructor',
  'toString',
  'line\nbreak\r\n\ttab',
  '\u0001\u001b[2J\u007f',
  'ünïcödé · ελλ · 漢字 · עברית · 🎈',
  '\u202egnp.exe',
  '\ufeff',
  '\uffff',
  `long ${`'"\\$1`.repeat(20_000)}`,
];

let people: People;

beforeAll(async () => {
  people = await openPeople(
    new Map(hostile.map((name) => [name, { place: 'traits' as const }])),
    '2026-07-15T12:00:00Z',
  );
});
afterAll(async () => await people[Symbol.asyncDispose]());

const shortened = (text: string): string => JSON.stringify(text.slice(0, 40));

it.each(hostile.map((name) => [shortened(name), name]))(
  'keeps %s in its place, as a name and as a value',
  async (_, text) => {
    await people.hold([
      { traits: { [text]: text }, groups: [{ [text]: text }] },
      { traits: { [text]: 'something else' } },
      { traits: { other: text } },
    ]);
    for (const [op, value] of [
      ['equals', text],
      ['in', [text, `${text}!`]],
      ['starts_with', text],
      ['ends_with', text],
      ['contains', text],
      ['contains', ['no such text', text]],
    ]) {
      expect(await people.matching({ trait: text, op, value })).toEqual([0]);
      expect(await people.matching({ group: text, op, value })).toEqual([0]);
    }
    expect(await people.matching({ trait: text, op: 'not_equals', value: text })).toEqual([1]);
    expect(await people.matching({ trait: text, op: 'missing' })).toEqual([2]);
    const drawn = { sample: { percent: 100, seed: text.slice(0, 100_000) } };
    expect(await people.matching(drawn)).toEqual([0, 1, 2]);
    const { rows } = await people.client.query('select count(*)::int as count from person');
    expect(rows).toEqual([{ count: 3 }]);
  },
);

/** A value for each operator, made of a text where it takes one. */
const valueOf: Readonly<Record<OperatorName, (text: string) => unknown>> = {
  ...{ equals: (text) => text, not_equals: (text) => text },
  ...{ in: (text) => [text, `${text}!`, 5, true], not_in: (text) => [text, `${text}!`] },
  ...{ less: () => 5, at_most: () => '5', greater: () => '2026-01-01', at_least: () => 0.5 },
  ...{ before: () => '2026-01-01T10:00+02:00', after: () => '2026-01-01', between: () => [1, 2] },
  ...{ within_last: () => ({ days: 3 }), older_than: () => ({ hours: 3 }) },
  ...{ within_next: () => ({ minutes: 3 }), beyond_next: () => ({ days: 3 }) },
  ...{ contains: (text) => text, not_contains: (text) => [text, `${text}!`] },
  ...{ starts_with: (text) => text, ends_with: (text) => [text, `${text}!`] },
  ...{ exists: () => undefined, missing: () => undefined },
};

const asked = (key: 'trait' | 'property' | 'group', name: string, value: string): object[] =>
  Object.entries(valueOf).map(([op, make]) => {
    const made = make(value);
    return made === undefined ? { [key]: name, op } : { [key]: name, op, value: made };
  });

/** Every kind of node, with what somebody wrote in every place that takes a text. */
const everything = (name: string, value: string): Record<NodeKey, object> => ({
  all: { all: asked('trait', name, value) },
  any: { any: [{ member_of: name }, { consent: 'no' }] },
  not: { not: { trait: name, op: 'contains', value } },
  group: { any: asked('group', name, value) },
  include: {
    include: { synchronized_in: name },
    exclude: { trait: name, op: 'exists' },
    invert: true,
    limit: { count: 5, by: { trait: name, order: 'asc' } },
  },
  trait: { trait: name, op: 'equals', value },
  event: {
    event: value,
    where: {
      any: [{ all: asked('property', name, value) }, { not: { property: value, op: 'exists' } }],
    },
    ...{ within_last: { days: 3 }, older_than: { hours: 3 } },
    ...{ after: '2026-01-01', before: '2027-01-01T10:00+02:00' },
    count: { at_least: 1 },
    sum: { property: value, at_least: 5 },
    average: { property: name, less: 5 },
    first: { older_than: { days: 3 } },
    last: { within_last: { days: 3 } },
    followed_by: {
      event: name,
      where: { property: name, op: 'contains', value },
      within: { days: 3 },
      not_followed_by: { event: value, where: { property: value, op: 'equals', value: name } },
    },
  },
  member_of: { member_of: name },
  synchronized_in: { synchronized_in: name },
  not_synchronized_in: { not_synchronized_in: name },
  consent: { consent: 'yes' },
  sample: { sample: { percent: 50, seed: value } },
});

it('asks about every kind of node and every operator', () => {
  expect(Object.keys(everything('a', 'b')).toSorted()).toEqual([...nodeKeys].toSorted());
  expect(Object.keys(valueOf).toSorted()).toEqual(Object.keys(operators).toSorted());
});

it('lets nothing that was written into the text of any statement', () => {
  const places = (name: string, value: string): TraitCatalogue[] => [
    new Map(),
    new Map([[name, { place: 'traits' }]]),
    new Map([[name, { place: 'traits', lists: true }]]),
    new Map([[name, { place: 'identifiers', field: value }]]),
  ];
  const statements = (name: string, value: string): string =>
    places(name, value)
      .flatMap((traits) => {
        const known = { databaseId: 1, traits, audiences: new Map([[name, 5]]) };
        return Object.values(everything(name, value)).flatMap((json) => {
          const rule = parseRule(json);
          const compiling = startCompiling(known, 1);
          const lines = compileLines(rule, known, 1);
          return [
            ...[compiling.compile(rule), compiling.until(rule), compiling.seen(rule)],
            ...[lines.joins, ...lines.columns, ...lines.steps.flat()],
          ];
        });
      })
      .join('\n');
  const harmless = statements('name', 'value');
  for (const text of hostile) expect(statements(text, `${text}.`)).toBe(harmless);
});

it('keeps what was written in its place when an audience is renamed to it', () => {
  for (const text of hostile.filter((name) => !/^ *$/.test(name))) {
    const rule = parseRule({
      any: [{ member_of: 'old' }, { trait: 'old', op: 'equals', value: 'old' }],
    });
    expect(withNewName(rule, 'old', text)).toEqual({
      any: [{ member_of: text }, { trait: 'old', op: 'equals', value: 'old' }],
    });
  }
});

it('refuses what no cell can hold', () => {
  for (const text of ['a\0b', '\0', '\ud83d', 'a\udc00', "'".repeat(131_073)]) {
    for (const rule of [
      { trait: text, op: 'exists' },
      { trait: 'a', op: 'equals', value: text },
      { trait: 'a', op: 'in', value: ['a', text] },
      { trait: 'a', op: 'contains', value: text },
    ]) {
      expect(() => parseRule(rule)).toThrow(expect.objectContaining({ code: 'RULE_INVALID' }));
    }
  }
});

it('reads hostile names from text as it reads them from JSON', () => {
  for (const text of hostile) {
    const rule = { trait: text, op: 'equals', value: text };
    expect(parseRuleText(JSON.stringify(rule))).toEqual(rule);
  }
});

it('explains them in one line that no terminal obeys', () => {
  for (const text of hostile) {
    const rule = parseRule({ trait: text, op: 'equals', value: text });
    for (const line of [explainRule(rule), ...explainTree(rule)]) {
      expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(line.length).toBeLessThan(300);
    }
  }
});
