import { describe, expect, it } from 'vitest';
import { coveredByRelease, judgeRemovals } from './guard.ts';

const day = {
  removedInWindow: 0,
  addedInWindow: 0,
  byTime: 0,
  emptied: null,
  late: [],
  losses: [],
  against: null,
};

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
    const slice = { ...day, leaving: 400, atMeta: 99_000, removedInWindow: 9_900 };
    expect(judgeRemovals(slice).verdict).toBe('pass');
    expect(judgeRemovals({ ...slice, leaving: 1_000 })).toMatchObject({
      verdict: 'hold',
      limit: 10_890,
      reasons: ['1000 people would leave, 10900 within 24 hours; the limit is 10890 of 108900'],
    });
  });

  it('measures against a day ago, however many joined since', () => {
    const grown = { ...day, leaving: 60, atMeta: 10_100, addedInWindow: 10_000 };
    expect(judgeRemovals(grown)).toMatchObject({ verdict: 'hold', against: { size: 100 } });
    expect(judgeRemovals({ ...grown, atMeta: 10_020 }).verdict).toBe('pass');
  });

  it('does not let go what it holds because others join', () => {
    const held = judgeRemovals({ ...day, leaving: 60, atMeta: 100, addedInWindow: 100 });
    expect(held).toMatchObject({ verdict: 'hold', against: { size: 100 } });
    const grown = { ...day, leaving: 60, atMeta: 10_100, addedInWindow: 10_100 };
    expect(judgeRemovals(grown).verdict).toBe('pass');
    expect(judgeRemovals({ ...grown, against: held.against }).verdict).toBe('hold');
  });

  it('does not hold for what already left when nobody leaves now', () => {
    const gone = { ...day, leaving: 0, atMeta: 10, removedInWindow: 5_000 };
    expect(judgeRemovals(gone).verdict).toBe('pass');
  });

  const email = (people: number, lost: number) => ({ key: 'EMAIL', people, lost });
  it.each([
    { losses: [email(100, 20)], verdict: 'hold', why: 'a fifth' },
    { losses: [email(100, 19)], verdict: 'pass', why: 'less than a fifth' },
    { losses: [email(35, 7)], verdict: 'hold', why: 'a fifth, where a fraction would not be' },
    { losses: [email(20, 20)], verdict: 'pass', why: 'of 20 all may change' },
    { losses: [email(21, 21)], verdict: 'hold', why: 'of 21 not' },
    { losses: [email(999, 999)], atMeta: 10_000, verdict: 'pass', why: 'few ever had one' },
    { losses: [email(1_000, 200)], atMeta: 10_000, verdict: 'hold', why: 'a tenth had one' },
    { losses: [email(100, 0), { ...email(50, 10), key: 'PHONE' }], verdict: 'hold', why: 'any' },
  ])('values lost: $verdict ($why)', ({ losses, atMeta = 100, verdict }) => {
    expect(judgeRemovals({ ...day, leaving: 0, atMeta, losses })).toMatchObject({
      verdict,
      holds: verdict === 'hold' ? 'all' : 'nothing',
    });
  });

  it('holds what time alone causes while people come in late, and nothing else', () => {
    const late = ['people of “main” last came in …'];
    const aged = { ...day, leaving: 5, byTime: 3, atMeta: 100 };
    expect(judgeRemovals(aged).verdict).toBe('pass');
    expect(judgeRemovals({ ...aged, late })).toMatchObject({
      verdict: 'hold',
      holds: 'time',
      reasons: [
        '3 people would leave because time has passed, but people of “main” last came in …',
      ],
    });
    expect(judgeRemovals({ ...aged, byTime: 0, late }).verdict).toBe('pass');
    expect(judgeRemovals({ ...aged, leaving: 60, late }).holds).toBe('all');
  });

  it('lets a released set grow by a twentieth and no more', () => {
    expect(coveredByRelease(1_050, 1_000)).toBe(true);
    expect(coveredByRelease(1_051, 1_000)).toBe(false);
  });
});
