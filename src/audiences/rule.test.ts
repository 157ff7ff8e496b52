import { describe, expect, it } from 'vitest';
import { MusterError } from '#domain/errors/muster-error.ts';
import { canonicalRule, parseRule, parseRuleText, ruleVersion } from './rule.ts';

const aCondition =
  'expected a condition: an object with "all", "any", "not", "include", "trait", "event", ' +
  '"group", "member_of", "synchronized_in", "not_synchronized_in", "consent" or "sample"';
const leaf = { trait: 'plan', op: 'equals', value: 'gold' };
const asked = (op: string, value?: unknown): object =>
  value === undefined ? { trait: 'x', op } : { trait: 'x', op, value };

/** `CODE: what was measured`, or 'accepted'. */
function verdict(parse: () => unknown): string {
  try {
    parse();
    return 'accepted';
  } catch (error) {
    if (error instanceof MusterError) return `${error.code}: ${error.measured}`;
    throw error;
  }
}

describe('parseRule', () => {
  it.each([
    asked('equals', 'gold'),
    asked('equals', 5),
    asked('equals', false),
    asked('not_equals', '0'),
    asked('less', 12.5),
    asked('at_most', '-12.5'),
    asked('greater', '2026-03-31'),
    asked('at_least', '2024-02-29T23:59:59.123456+05:30'),
    asked('contains', '%'),
    asked('starts_with', 'a b'),
    asked('ends_with', "'"),
    asked('in', ['gold', 5, true]),
    asked('before', '2026-03-31 18:30'),
    asked('after', '0001-01-01T00:00Z'),
    asked('within_last', { days: 1 }),
    asked('older_than', { days: 36_525 }),
    asked('older_than', { hours: 876_600 }),
    asked('within_next', { minutes: 5 }),
    asked('beyond_next', { days: 1 }),
    asked('between', [1, '2.5']),
    asked('between', ['2026-03-31', '2026-04-01T12:00Z']),
    asked('contains', ['a', 'b']),
    asked('not_contains', 'a'),
    asked('ends_with', ['@x.org']),
    asked('not_in', ['gold', 5]),
    { consent: 'unknown' },
    { member_of: 'Gold, Europe' },
    { synchronized_in: 'gold' },
    { not_synchronized_in: 'gold' },
    { include: leaf, exclude: { not: leaf }, invert: true, limit: { percent: 10 } },
    { include: leaf, limit: { count: 5, by: { trait: 'x', order: 'asc' } } },
    { event: 'Order Completed' },
    {
      event: 'Order Completed',
      where: {
        any: [
          { property: 'total', op: 'greater', value: 5 },
          { not: { property: 'a', op: 'exists' } },
        ],
      },
      within_last: { hours: 12 },
      after: '2026-01-01',
      count: { at_least: 2, at_most: 5 },
      sum: { property: 'total', at_least: 100.5 },
      average: { property: 'total', less: 7 },
      first: { older_than: { days: 1 } },
      last: { before: '2026-01-01' },
      followed_by: {
        event: 'Refund',
        within: { days: 7 },
        not_followed_by: { event: 'Order Completed' },
      },
    },
    { sample: { percent: 0.5, seed: 'spring' } },
    asked('exists'),
    asked('missing'),
  ])('takes %j and keeps it as it is', (json) => {
    expect(parseRule(json)).toEqual(json);
  });

  it.each<[unknown, string]>([
    [null, `the rule: ${aCondition}, found null`],
    [[leaf], `the rule: ${aCondition}, found a list`],
    [{}, `the rule: ${aCondition}, found an object`],
    [{ all: leaf }, 'all: expected a list of conditions, found an object'],
    [{ all: [leaf, { any: [leaf, 'gold'] }] }, `all[1].any[1]: ${aCondition}, found other text`],
    [{ not: [leaf] }, `not: ${aCondition}, found a list`],
    [
      { all: [leaf], any: [leaf] },
      'the rule: "all" and "any" cannot stand side by side; put them into two conditions',
    ],
    [{ ...leaf, values: [] }, 'the rule: only "trait", "op", "value" may stand here, not "values"'],
    [{ not: { all: [leaf], op: 'x' } }, 'not: only "all" may stand here, not "op"'],
    [
      JSON.parse('{"all":[],"__proto__":1}'),
      'the rule: only "all" may stand here, not "__proto__"',
    ],
    [{ all: [leaf], '\u001b[2J‮': 1 }, 'the rule: only "all" may stand here, not "\\u001b[2J?"'],
    [{ trait: '', op: 'exists' }, 'trait: expected a text, found an empty text'],
    [{ trait: 7, op: 'exists' }, 'trait: expected a text, found a number'],
    [{ trait: 'x' }, 'op: expected an operator such as "equals", found nothing'],
    [asked('equals'), 'value: expected a text, a number, true or false, found nothing'],
    [asked('equals', null), 'value: expected a text, a number, true or false, found null'],
    [asked('equals', ' '), 'value: expected a text, found an empty text'],
    [
      asked('equals', 'a\0b'),
      'value: expected a text without NUL or broken characters, found other text',
    ],
    [
      asked('equals', '\ud800'),
      'value: expected a text without NUL or broken characters, found other text',
    ],
    [
      asked('equals', 'é'.repeat(65_537)),
      'value: expected a text of at most 128 KiB, found other text',
    ],
    [
      asked('equals', JSON.parse('9007199254740993')),
      'value: expected a number of at most 15 digits, or a longer one in quotes, found a number',
    ],
    [
      asked('less', JSON.parse('1e999')),
      'value: expected a number of at most 15 digits, or a longer one in quotes, found a number',
    ],
    [
      asked('less', 'gold'),
      'value: expected a number such as 12.5 or a date such as 2026-03-31, found other text',
    ],
    [
      asked('less', '007'),
      'value: expected a number such as 12.5 or a date such as 2026-03-31, found other text',
    ],
    [
      asked('less', true),
      'value: expected a number such as 12.5 or a date such as 2026-03-31, found true',
    ],
    [asked('contains', 5), 'value: expected a text, found a number'],
    [
      asked('contains', []),
      'value: expected a text, or a list of 1 to 100 texts, found an empty list',
    ],
    [asked('ends_with', ['a', 5]), 'value[1]: expected a text, found a number'],
    [
      asked('between', [1]),
      'value: expected the lowest and the highest value, such as [10, 20], found a list',
    ],
    [asked('between', [1, '2026-01-01']), 'value: expected two numbers or two dates, found a list'],
    [
      asked('between', [1, 'x']),
      'value[1]: expected a number such as 12.5 or a date such as 2026-03-31, found other text',
    ],
    [
      asked('within_next', { weeks: 1 }),
      'value: expected only one of "days", "hours" and "minutes", found an object',
    ],
    [
      asked('within_last', { hours: 876_601 }),
      'value.hours: expected a whole number from 1 to 876600, found a number',
    ],
    [{ event: '' }, 'event: expected a text, found an empty text'],
    [
      { event: 'a', where: { trait: 'x', op: 'exists' } },
      'where: expected a condition on a property: an object with "all", "any", "not" or "property", found an object',
    ],
    [
      { event: 'a', where: { property: 'x', op: 'exists', at: 1 } },
      'where: expected only "property", "op", "value", found an object',
    ],
    [
      { event: 'a', where: { all: [{ property: 'x' }] } },
      'where.all[0].op: expected an operator such as "equals", found nothing',
    ],
    [
      { event: 'a', count: { at_least: 1.5 } },
      'count.at_least: expected a whole number from 0, found a number',
    ],
    [
      { event: 'a', count: {} },
      'count: expected only "at_least", "at_most", "greater", "less", "exactly", found an object',
    ],
    [
      { event: 'a', sum: { property: 'x' } },
      'sum: expected one of "at_least", "at_most", "greater", "less", "exactly", found an object',
    ],
    [{ event: 'a', sum: { at_least: 1 } }, 'sum.property: expected a text, found nothing'],
    [
      { event: 'a', last: { days: 3 } },
      'last: expected only "within_last", "older_than", "after", "before", found an object',
    ],
    [
      { event: 'a', followed_by: 'b' },
      'followed_by: expected an event such as {"event": "Order Completed"}, found other text',
    ],
    [
      { event: 'a', followed_by: { event: 'b', count: { at_least: 1 } } },
      'followed_by: expected only "event", "where", "followed_by", "not_followed_by", "within", found an object',
    ],
    [{ member_of: 5 }, 'member_of: expected a text, found a number'],
    [{ include: leaf, invert: 1 }, 'invert: expected true or false, found a number'],
    [
      { include: leaf, limit: {} },
      'limit: expected a limit such as {"count": 1000} or {"percent": 10}, found an object',
    ],
    [
      { include: leaf, limit: { count: 0 } },
      'limit.count: expected a whole number above 0, found a number',
    ],
    [
      { include: leaf, limit: { percent: 101 } },
      'limit.percent: expected a number above 0 and up to 100, found a number',
    ],
    [
      { include: leaf, limit: { count: 1, by: { trait: 'x', order: 'up' } } },
      'limit.by.order: expected "asc" or "desc", found other text',
    ],
    [{ consent: true }, 'consent: expected "yes", "no" or "unknown", found true'],
    [
      { sample: 10 },
      'sample: expected a share such as {"percent": 10, "seed": "spring"}, found a number',
    ],
    [
      { sample: { percent: 0, seed: 'a' } },
      'sample.percent: expected a number above 0 and up to 100, found a number',
    ],
    [{ sample: { percent: 10 } }, 'sample.seed: expected a text, found nothing'],
    [
      { sample: { percent: 10, seed: 'a', of: 1 } },
      'sample: expected only "percent" and "seed", found an object',
    ],
    [asked('in', []), 'value: expected a list such as ["gold", "silver"], found an empty list'],
    [asked('in', 'gold'), 'value: expected a list such as ["gold", "silver"], found other text'],
    [
      asked('in', ['gold', ['silver']]),
      'value[1]: expected a text, a number, true or false, found a list',
    ],
    [
      asked('in', Array(10_001).fill('a')),
      'value: expected a list of at most 10,000 values, found a list',
    ],
    [
      asked('before', 5),
      'value: expected a date such as 2026-03-31 or 2026-03-31T18:30Z, found a number',
    ],
    [
      asked('within_last', 30),
      'value: expected a time such as {"days": 30} or {"hours": 12}, found a number',
    ],
    [
      asked('within_last', {}),
      'value: expected only one of "days", "hours" and "minutes", found an object',
    ],
    [
      asked('within_last', { days: 0 }),
      'value.days: expected a whole number from 1 to 36525, found a number',
    ],
    [
      asked('older_than', { days: 1.5 }),
      'value.days: expected a whole number from 1 to 36525, found a number',
    ],
    [
      asked('older_than', { days: 1, hours: 2 }),
      'value: expected only one of "days", "hours" and "minutes", found an object',
    ],
    [asked('exists', true), 'value: expected no value for this operator, found true'],
  ])('refuses %j', (json, measured) => {
    expect(verdict(() => parseRule(json))).toBe(`RULE_INVALID: ${measured}`);
  });

  it.each([
    '2026-02-29',
    '2026-02-31',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '0000-01-01',
    '2026-03-31T24:00',
    '2026-03-31T18:60',
    '2026-03-31T18:30:60',
    '2026-03-31T18',
    '2026-03-31Z',
    '2026-03-31T18:30+15:00',
    '2026-03-31T18:30+05:60',
    '26-03-31',
    '31.03.2026',
    'yesterday',
  ])('does not take %s for a date', (value) => {
    expect(verdict(() => parseRule(asked('before', value)))).toMatch(/^RULE_INVALID: value: /);
  });

  it('takes the whole list of 10,000 values', () => {
    expect(verdict(() => parseRule(asked('in', Array(10_000).fill('a'))))).toBe('accepted');
  });

  it('names the operators where one is unknown, without repeating it', () => {
    const found = verdict(() => parseRule({ not: asked('toString', 'a') }));
    expect(found).toMatch(
      /^RULE_OPERATOR_UNKNOWN: not\.op: the operators are equals, not_equals, /,
    );
    expect(found).not.toContain('toString');
  });

  it('refuses a group of nothing, which would be everybody', () => {
    expect(verdict(() => parseRule({ all: [] }))).toBe('RULE_GROUP_EMPTY: all');
    expect(verdict(() => parseRule({ not: { any: [] } }))).toBe('RULE_GROUP_EMPTY: not.any');
  });

  it('goes 20 levels deep, the condition included', () => {
    const nested = (levels: number): object => (levels === 1 ? leaf : { not: nested(levels - 1) });
    expect(verdict(() => parseRule(nested(20)))).toBe('accepted');
    expect(verdict(() => parseRule(nested(21)))).toMatch(/^RULE_TOO_LARGE: not\.not.*20 deep$/);
  });

  it('takes 500 conditions', () => {
    const wide = (count: number): object => ({ any: Array(count).fill(leaf) });
    expect(verdict(() => parseRule(wide(500)))).toBe('accepted');
    expect(verdict(() => parseRule(wide(501)))).toBe(
      'RULE_TOO_LARGE: any[500]: more than 500 conditions',
    );
  });

  it('never repeats a value in a message', () => {
    const secret = 'ada@example.com';
    for (const json of [
      secret,
      [secret],
      asked('less', secret),
      asked(secret),
      asked('in', secret),
    ]) {
      expect(verdict(() => parseRule(json))).toMatch(/^RULE_/);
      expect(verdict(() => parseRule(json))).not.toContain('ada');
    }
  });
});

describe('parseRuleText', () => {
  it('reads JSON, with a byte order mark too', () => {
    expect(parseRuleText(`\uFEFF\r\n${JSON.stringify(leaf)} `)).toEqual(leaf);
  });

  it.each([
    [
      '',
      'line 1, column 1: expected a value: a text in double quotes, a number, true, false, { or [, but the text ends',
    ],
    [
      '{"trait": "plan",\n  "op": "equals"\n  "value": "gold"}',
      'line 3, column 3: expected a comma or }',
    ],
    [
      '{"all": [{"trait": "a", "op": "exists"},]}',
      'line 1, column 41: expected a value: a text in double quotes, a number, true, false, { or [',
    ],
    ['{"trait": "a", "op": "exists",}', 'line 1, column 31: expected a key in double quotes'],
    ["{'trait': 'a'}", 'line 1, column 2: expected a key in double quotes'],
    [
      '{"trait": gold}',
      'line 1, column 11: expected a value: a text in double quotes, a number, true, false, { or [',
    ],
    ['{"trait" "a"}', 'line 1, column 10: expected a colon'],
    ['{"not": {}', 'line 1, column 11: expected a comma or }, but the text ends'],
    ['{"not": {}}\r\n}', 'line 2, column 1: expected the end of the rule'],
    [
      '{"a": 01}',
      'line 1, column 7: expected a value: a text in double quotes, a number, true, false, { or [',
    ],
    ['{"all": [],\n "all": []}', 'line 2, column 2: expected each key once'],
    ['{"all": [], "\\u0061ll": []}', 'line 1, column 13: expected each key once'],
    ['['.repeat(100_000), 'line 1, column 202: expected fewer brackets inside brackets'],
  ])('says where %j is not JSON', (text, measured) => {
    expect(verdict(() => parseRuleText(text))).toBe(`RULE_NOT_JSON: ${measured}`);
  });

  it('takes texts of 4 MiB, however they are written', () => {
    const padded = (length: number): string => `{"a":"${'\\n'.repeat((length - 8) / 2)}"}`;
    expect(verdict(() => parseRuleText(padded(4 * 2 ** 20)))).toMatch(/^RULE_INVALID: the rule: /);
    expect(verdict(() => parseRuleText(padded(4 * 2 ** 20 + 2)))).toBe(
      'RULE_TOO_LARGE: the text has 4194306 characters, and at most 4194304 are read',
    );
  });

  it('refuses what JSON.parse refuses, and takes what it takes', () => {
    const texts = [
      ...['"a"', '1', '-0.5e+3', 'true', 'null', '[1,[2],{"a":"\\u00e9\\n"}]', '{}', ' [ ] '],
      ...[
        '"a',
        '"\\x"',
        '"\u0001"',
        '-',
        '1.',
        '.5',
        '+1',
        '1e',
        'tru',
        'nulll',
        '[1 2]',
        '[,]',
        '{a:1}',
        '\u00a01',
        '1;',
      ],
    ];
    for (const text of texts) {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect([text, !verdict(() => parseRuleText(text)).startsWith('RULE_NOT_JSON')]).toEqual([
        text,
        isJson,
      ]);
    }
  });
});

describe('the version of a rule', () => {
  it('does not see the order of keys or the spacing', () => {
    const [one, other] = [
      parseRuleText('{"not":{"trait":"a","op":"within_last","value":{"days":3}}}'),
      parseRuleText('{"not": {"value": {"days": 3}, "op": "within_last",\n "trait": "a"}}'),
    ];
    expect(canonicalRule(other)).toBe(
      '{"not":{"op":"within_last","trait":"a","value":{"days":3}}}',
    );
    expect(ruleVersion(one)).toBe(ruleVersion(other));
    // printf '%s' '{"not":…}' | sha256sum
    expect(ruleVersion(one)).toBe(
      '2691fa71da5a780f8688d202de8b4f9d07b4b7903b9c0b17ca9e7f5632cb8120',
    );
  });

  it('sees everything else', () => {
    const rules = [
      leaf,
      { ...leaf, op: 'not_equals' },
      { ...leaf, value: 'Gold' },
      { all: [leaf] },
      { any: [leaf] },
      asked('equals', 5),
      asked('equals', '5'),
      asked('in', ['a', 'b']),
      asked('in', ['b', 'a']),
    ];
    expect(new Set(rules.map((json) => ruleVersion(parseRule(json)))).size).toBe(rules.length);
  });
});
