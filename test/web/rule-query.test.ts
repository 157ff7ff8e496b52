import { expect, it } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { rule } from '../support/naive-rules.ts';
import { ruleOf, type RuleNode, selectionOf } from '../../web/src/rule-builder/rule-query.ts';

const back = (json: RuleNode): RuleNode | null => ruleOf(selectionOf(json));

/** docs/rules.md, a node of every kind. */
const written: readonly RuleNode[] = [
  { trait: 'plan', op: 'in', value: ['gold', 5, true] },
  { trait: 'plan', op: 'missing' },
  { not: { trait: 'Country', op: 'equals', value: 'CH' } },
  { not: { not: { trait: 'a', op: 'exists' } } },
  { not: { not: { any: [{ consent: 'yes' }] } } },
  { not: { all: [{ consent: 'no' }] } },
  { all: [{ consent: 'unknown' }] },
  { any: [{ all: [{ all: [{ member_of: 'Gold, Europe' }] }] }] },
  { synchronized_in: 'b' },
  { not_synchronized_in: 'b' },
  { sample: { percent: 10, seed: 'spring' } },
  { event: 'Order', where: { not: { property: 'coupon', op: 'exists' } }, count: { at_least: 2 } },
  { event: 'Added', not_followed_by: { event: 'Order', within: { hours: 2 } } },
  { include: { consent: 'yes' } },
  { include: { consent: 'yes' }, invert: false },
  {
    include: { trait: 'plan', op: 'equals', value: 'gold' },
    exclude: { member_of: 'Employees' },
    limit: { count: 1000, by: { trait: 'total_spent', order: 'desc' } },
  },
  { all: [{ include: { consent: 'yes' }, limit: { percent: 5 } }, { consent: 'yes' }] },
  { not: { include: { consent: 'yes' }, invert: true } },
];

it.each(written.map((json) => [JSON.stringify(json), json]))('keeps %s', (_, json) => {
  expect(JSON.stringify(back(json))).toBe(JSON.stringify(json));
});

it('keeps any rule as it was written', () => {
  fc.assert(
    fc.property(rule, (json) => {
      expect(back({ ...json })).toEqual(json);
    }),
    { numRuns: 1000 },
  );
});

it('is no rule while a group is empty', () => {
  expect(back({ all: [] })).toBeNull();
  expect(back({ all: [{ consent: 'yes' }, { any: [] }] })).toBeNull();
  expect(back({ include: { consent: 'yes' }, exclude: { any: [] } })).toBeNull();
});

it('puts a group around a lone condition when a second one comes', () => {
  const selection = selectionOf({ consent: 'yes' });
  const [first] = selection.include.rules;
  if (first === undefined) throw new Error('there is a condition');
  const include = { ...selection.include, rules: [first, first] };
  expect(ruleOf({ ...selection, include })).toEqual({
    all: [{ consent: 'yes' }, { consent: 'yes' }],
  });
});
