import { describe, expect, it } from 'vitest';
import { coveredByRelease, judgeRemovals } from './guard.ts';

const day = { removedInWindow: 0, addedInWindow: 0 };

describe('the guard', () => {
  it.each([
    { leaving: 500, atMeta: 1_000, verdict: 'pass', why: 'exactly half, and no more than 500' },
    { leaving: 501, atMeta: 1_000, verdict: 'hold', why: 'more than half' },
    { leaving: 501, atMeta: 5_000, verdict: 'hold', why: 'more than 500 and more than 10 %' },
    { leaving: 10_000, atMeta: 100_000, verdict: 'pass', why: '10 % exactly' },
    { leaving: 10_001, atMeta: 100_000, verdict: 'hold', why: 'more than 10 %' },
    { leaving: 20, atMeta: 20, verdict: 'pass', why: 'an audience of 20 may go whole' },
    { leaving: 11, atMeta: 21, verdict: 'hold', why: 'above 20, more than half' },
    { leaving: 10, atMeta: 21, verdict: 'pass', why: 'above 20, less than half' },
    { leaving: 0, atMeta: 0, verdict: 'pass', why: 'nobody leaves' },
  ])('$leaving of $atMeta: $verdict ($why)', ({ leaving, atMeta, verdict }) => {
    expect(judgeRemovals({ leaving, atMeta, ...day }).verdict).toBe(verdict);
  });

  it('adds up what left within the day, so that a loss in slices is one loss', () => {
    const slice = { leaving: 400, atMeta: 99_000, removedInWindow: 9_900, addedInWindow: 0 };
    expect(judgeRemovals(slice).verdict).toBe('pass');
    expect(judgeRemovals({ ...slice, leaving: 1_000 })).toMatchObject({
      verdict: 'hold',
      limit: 10_890,
      reasons: ['1000 people would leave, 10900 within 24 hours; the limit is 10890 of 108900'],
    });
  });

  it('does not hold for what already left when nobody leaves now', () => {
    const gone = { leaving: 0, atMeta: 10, removedInWindow: 5_000, addedInWindow: 0 };
    expect(judgeRemovals(gone).verdict).toBe('pass');
  });

  it('lets a released set grow by a twentieth and no more', () => {
    expect(coveredByRelease(1_050, 1_000)).toBe(true);
    expect(coveredByRelease(1_051, 1_000)).toBe(false);
  });
});
