import { expect, test } from 'vitest';
import { tokenEndWords, tokenKindWords, tokenWarning } from './token-end.ts';

const end = new Date('2027-01-21T10:00:00Z');
const before = (days: number) => new Date(end.getTime() - days * 86_400_000);

test('a token of sixty days is warned of 14, 7 and 1 days before its end, and when it has ended', () => {
  const found = new Map<number | null, number>();
  for (let day = 60; day >= -1; day -= 0.5) {
    const warning = tokenWarning(end, before(day));
    if (!found.has(warning)) found.set(warning, day);
  }
  expect([...found]).toEqual([
    [null, 60],
    [14, 14],
    [7, 7],
    [1, 1],
    [0, 0],
  ]);
});

test.each([
  [null, 60, 'unknown: Meta did not say'],
  ['never', 60, 'never'],
  [end, 60, 'in 60 days, on 2027-01-21'],
  [end, 1.5, 'in 1 day, on 2027-01-21'],
  [end, 0.5, 'in less than a day, on 2027-01-21'],
  [end, -3, 'has ended on 2027-01-21'],
] as const)('%s, %d days before: %s', (tokenEnd, days, words) => {
  expect(tokenEndWords(tokenEnd, before(days))).toBe(words);
  if (typeof tokenEnd === 'string' || tokenEnd === null) {
    expect(tokenWarning(tokenEnd, before(days))).toBeNull();
  }
});

test('kinds are words, also those that Meta may think of later', () => {
  expect([null, 'USER', 'SYSTEM_USER', 'PAGE_ADMIN'].map(tokenKindWords)).toEqual([
    'unknown: Meta did not say',
    'user',
    'system user',
    'page admin',
  ]);
});
