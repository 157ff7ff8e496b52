import { describe, expect, it } from 'vitest';
import { describeMismatch } from './told-and-counted.ts';

const before = { sizeHighest: 0 };
const size = (sizeLowest: number | null, sizeHighest: number | null) => ({
  ...{ sizeLowest, sizeHighest },
});

describe('what Meta was told against what it counts', () => {
  it.each([
    { told: 100_000, reading: size(40_000, 47_000), why: 'an ordinary match rate' },
    { told: null, reading: size(40_000, 47_000), why: 'nobody has counted yet' },
    { told: 100_000, reading: size(-1, -1), why: 'not available' },
    { told: 100_000, reading: size(null, null), why: 'not said' },
    { told: 3, reading: size(0, 1_000), why: 'Meta shows no size below a thousand' },
    { told: 5_000, reading: size(0, 100), why: 'few people match as it happens' },
  ])('fits: $why', ({ told, reading }) => {
    expect(describeMismatch(told, reading, before)).toBeNull();
  });

  it('notices that somebody else adds, and not what was there before', () => {
    expect(describeMismatch(2_000, size(5_000, 6_000), before)).toBe(
      'Meta counts at least 5,000 accounts, and was told of 2,000 people: somebody else adds to this audience.',
    );
    expect(describeMismatch(2_000, size(5_000, 6_000), { sizeHighest: 4_000 })).toBeNull();
  });

  it('notices that hardly anybody is matched', () => {
    expect(describeMismatch(100_000, size(1_000, 1_200), before)).toContain(
      'at most 1,200 accounts of 100,000 people',
    );
  });
});
