import { describe, expect, it } from 'vitest';
import { explainRule, explainTree } from './explain.ts';
import { parseRule } from './rule.ts';

const is = (trait: string, op: string, value?: unknown): object =>
  value === undefined ? { trait, op } : { trait, op, value };
const gold = is('plan', 'equals', 'gold');
const lapsed = is('last_order', 'older_than', { days: 180 });
const german = is('Country', 'in', ['DE', 'AT', 'CH']);

const sentence = (json: unknown): string => explainRule(parseRule(json));

it('says what people did, where they are and how many of them', () => {
  const did = (more: object): string => sentence({ event: 'Order Completed', ...more });
  expect(did({})).toBe('people who have done "Order Completed"');
  expect(sentence({ not: { event: 'Order Completed' } })).toBe(
    'people who have not done "Order Completed"',
  );
  expect(
    did({
      where: { property: 'total', op: 'at_least', value: 50 },
      within_last: { days: 30 },
      count: { at_least: 2, at_most: 5 },
      sum: { property: 'total', greater: 200 },
      last: { older_than: { hours: 1 } },
      followed_by: { event: 'Refund', within: { days: 7 } },
    }),
  ).toBe(
    'people who have done "Order Completed" (whose total is at least 50) and then "Refund" within 7 days,' +
      ' within the last 30 days, at least 2 and at most 5 times, with a sum of "total" of more than 200,' +
      ' the last of them more than 1 hour ago',
  );
  const limit = { count: 1000, by: { trait: 'total', order: 'desc' } };
  expect(sentence({ include: gold, exclude: { member_of: 'staff' }, limit })).toBe(
    'people (whose plan is "gold", but not people who are in "staff"), at most 1,000 of them, the highest "total" first',
  );
  expect(sentence({ include: { synchronized_in: 'a' }, invert: true })).toBe(
    'people who are not synchronized in "a"',
  );
  expect(explainTree(parseRule({ include: { event: 'a' }, limit: { percent: 10 } }))).toEqual([
    'include, at most 10 % of them',
    '└─ did "a"',
  ]);
});

describe('explainRule', () => {
  it.each([
    [is('plan', 'equals', 'gold'), 'is "gold"', 'is not "gold" (or is missing)'],
    [is('plan', 'equals', 5), 'is 5', 'is not 5 (or is missing)'],
    [is('plan', 'not_equals', true), 'is something other than true', 'is true (or is missing)'],
    [is('plan', 'less', 5), 'is less than 5', 'is not less than 5 (or is missing or no number)'],
    [
      is('plan', 'less', '2026-03-31'),
      'is before 2026-03-31',
      'is not before 2026-03-31 (or is missing or no date)',
    ],
    [
      is('plan', 'at_most', '5.0'),
      'is at most 5.0',
      'is not at most 5.0 (or is missing or no number)',
    ],
    [
      is('plan', 'at_most', '2026-03-31'),
      'is 2026-03-31 or earlier',
      'is not 2026-03-31 or earlier (or is missing or no date)',
    ],
    [is('plan', 'greater', 5), 'is more than 5', 'is not more than 5 (or is missing or no number)'],
    [is('plan', 'at_least', 5), 'is at least 5', 'is not at least 5 (or is missing or no number)'],
    [
      is('plan', 'at_least', '2026-03-31'),
      'is 2026-03-31 or later',
      'is not 2026-03-31 or later (or is missing or no date)',
    ],
    [
      is('plan', 'after', '2026-03-31'),
      'is after 2026-03-31',
      'is not after 2026-03-31 (or is missing or no date)',
    ],
    [is('plan', 'contains', 'o'), 'contains "o"', 'does not contain "o" (or is missing)'],
    [is('plan', 'starts_with', 'o'), 'starts with "o"', 'does not start with "o" (or is missing)'],
    [is('plan', 'ends_with', 'o'), 'ends with "o"', 'does not end with "o" (or is missing)'],
    [is('plan', 'in', ['a']), 'is "a"', 'is not "a" (or is missing)'],
    [
      is('plan', 'in', ['a', 5, true]),
      'is "a", 5 or true',
      'is not "a", 5 or true (or is missing)',
    ],
    [
      is('plan', 'not_in', ['a', 5]),
      'is something other than "a" or 5',
      'is "a" or 5 (or is missing)',
    ],
    [
      is('plan', 'between', [1, '2.5']),
      'is from 1 to 2.5',
      'is not from 1 to 2.5 (or is missing or no number)',
    ],
    [
      is('plan', 'ends_with', ['a', 'b']),
      'ends with "a" or "b"',
      'does not end with "a" or "b" (or is missing)',
    ],
    [
      is('plan', 'not_contains', 'o'),
      'is known and does not contain "o"',
      'contains "o" (or is missing)',
    ],
    [
      is('plan', 'within_next', { hours: 1 }),
      'is within the next 1 hour',
      'is not within the next 1 hour (or is missing or no date)',
    ],
    [
      is('plan', 'beyond_next', { minutes: 90 }),
      'is more than 90 minutes ahead',
      'is not more than 90 minutes ahead (or is missing or no date)',
    ],
    [
      is('plan', 'within_last', { days: 30 }),
      'is within the last 30 days',
      'is not within the last 30 days (or is missing or no date)',
    ],
    [
      is('plan', 'older_than', { days: 1 }),
      'is more than 1 day ago',
      'is not more than 1 day ago (or is missing or no date)',
    ],
    [is('plan', 'exists'), 'is known', 'is missing'],
    [is('plan', 'missing'), 'is missing', 'is known'],
  ])('says %j, and its opposite', (json, yes, no) => {
    expect(sentence(json)).toBe(`people whose plan ${yes}`);
    expect(sentence({ not: json })).toBe(`people whose plan ${no}`);
    expect(sentence({ not: { not: json } })).toBe(`people whose plan ${yes}`);
  });

  it('says whose trait it is', () => {
    const gold = parseRule({ group: 'plan', op: 'equals', value: 'gold' });
    expect(explainRule(gold)).toBe(`people whose group's plan is "gold"`);
    expect(explainTree(gold)).toEqual([`group's plan is "gold"`]);
  });

  it('joins a group, and brackets a group in a group', () => {
    expect(sentence({ all: [gold, lapsed] })).toBe(
      'people whose plan is "gold" and whose last order is more than 180 days ago',
    );
    expect(sentence({ any: [gold, lapsed, { all: [german, is('email', 'exists')] }] })).toBe(
      'people whose plan is "gold", whose last order is more than 180 days ago or ' +
        '(whose Country is "DE", "AT" or "CH" and whose email is known)',
    );
    expect(sentence({ all: [{ any: [gold] }] })).toBe('people whose plan is "gold"');
  });

  it('says who is left out', () => {
    expect(sentence({ not: { any: [gold, lapsed] } })).toBe(
      'people who are not among those whose plan is "gold" or whose last order is more than 180 days ago',
    );
    expect(sentence({ all: [german, { not: { all: [gold, lapsed] } }] })).toBe(
      'people whose Country is "DE", "AT" or "CH" and (who are not among those ' +
        'whose plan is "gold" and whose last order is more than 180 days ago)',
    );
  });

  it('stays short however long the rule is', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => i);
    expect(sentence(is('id', 'in', ids))).toBe(
      'people whose id is 0, 1, 2, 3, 4 or one of 9,995 more',
    );
    expect(sentence(is('id', 'equals', '🎈'.repeat(61)))).toBe(
      `people whose id is "${'🎈'.repeat(59)}…"`,
    );
  });

  it('shows names that are no words in quotes, and nothing that a terminal obeys', () => {
    expect(sentence(is('Umsatz (EUR)', 'exists'))).toBe('people whose "Umsatz (EUR)" is known');
    expect(sentence(is('Größe 2', 'exists'))).toBe('people whose Größe 2 is known');
    expect(sentence(is('a\u001b[2J', 'equals', '\u202ey\u009b"\\'))).toBe(
      String.raw`people whose "a\u001b[2J" is "\u202ey\u009b\"\\"`,
    );
  });
});

describe('explainTree', () => {
  it('draws a line a node', () => {
    const rule = parseRule({
      all: [gold, { any: [lapsed, { not: german }] }, { not: { all: [gold, lapsed] } }],
    });
    expect(explainTree(rule)).toEqual([
      'all of',
      '├─ plan is "gold"',
      '├─ any of',
      '│  ├─ last order is more than 180 days ago',
      '│  └─ not',
      '│     └─ Country is "DE", "AT" or "CH"',
      '└─ not',
      '   └─ all of',
      '      ├─ plan is "gold"',
      '      └─ last order is more than 180 days ago',
    ]);
  });
});
