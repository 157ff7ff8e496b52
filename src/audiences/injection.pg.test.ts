import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPeople, type People } from '../../test/support/people.ts';
import { compileRule, type TraitCatalogue } from './compile.ts';
import { explainRule, explainTree } from './explain.ts';
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
      { traits: { [text]: text } },
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
    }
    expect(await people.matching({ trait: text, op: 'not_equals', value: text })).toEqual([1]);
    expect(await people.matching({ trait: text, op: 'missing' })).toEqual([2]);
    const drawn = { sample: { percent: 100, seed: text.slice(0, 100_000) } };
    expect(await people.matching(drawn)).toEqual([0, 1, 2]);
    const { rows } = await people.client.query('select count(*)::int as count from person');
    expect(rows).toEqual([{ count: 3 }]);
  },
);

it('lets nothing that was written into the text of the statement', () => {
  const statement = (name: string, value: string): string => {
    const knowing = (traits: TraitCatalogue) => ({
      ...{ databaseId: 1, traits, audiences: new Map([[name, 5]]) },
    });
    const rule = parseRule({
      any: [
        { trait: name, op: 'equals', value },
        { trait: name, op: 'in', value: [value, `${value}!`] },
        { not: { trait: name, op: 'contains', value } },
        { trait: name, op: 'not_in', value: [value, `${value}!`] },
        { trait: name, op: 'not_contains', value: [value, `${value}!`] },
        { sample: { percent: 50, seed: value } },
        { member_of: name },
        { include: { synchronized_in: name }, limit: { count: 5, by: { trait: name } } },
        {
          event: value,
          where: { property: name, op: 'equals', value },
          sum: { property: value, at_least: 5 },
          followed_by: { event: value, where: { property: name, op: 'contains', value } },
        },
      ],
    });
    const unknown = compileRule(rule, knowing(new Map()), 1);
    const traits = compileRule(rule, knowing(new Map([[name, { place: 'traits' }]])), 1);
    const field = compileRule(
      rule,
      knowing(new Map([[name, { place: 'identifiers', field: value }]])),
      1,
    );
    return [unknown.sql, traits.sql, field.sql].join('\n');
  };
  for (const text of hostile) expect(statement(text, `${text}.`)).toBe(statement('name', 'value'));
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
