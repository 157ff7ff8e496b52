import { describe, expect, it } from 'vitest';
import type { MetaReading } from '#store/meta-readings.ts';
import { describeReading } from './state-at-meta.ts';

const at = new Date('2026-11-22T11:17:30Z');

const reading: MetaReading = {
  ...{
    linkId: 1,
    audience: 'gold',
    toldPeople: null,
    readAt: at,
    found: true,
    name: 'gold',
    sizeLowest: 41_200,
    sizeHighest: 48_500,
  },
  ...{ deliveryCode: 200, deliveryText: 'This audience is ready for use.' },
  ...{ operationCode: 200, operationText: 'Normal', deletesAt: null, flaggedFields: [] },
};
const before = { ...reading, sizeLowest: 1_000, sizeHighest: 1_200 };

describe('the state of an audience at Meta', () => {
  it('shows the numbers as Meta gives them, with the time', () => {
    expect(describeReading(reading, before)).toMatchObject({
      ...{ readAt: at.toISOString(), size: '41,200 – 48,500', warnings: [] },
      ...{ sizeLowest: 41_200, sizeHighest: 48_500 },
      deliveryStatus: { code: 200, text: 'This audience is ready for use.' },
    });
  });

  it('says that -1 is not available, and does not take it for small', () => {
    const unknown = { ...reading, sizeLowest: -1, sizeHighest: -1 };
    expect(describeReading(unknown, before)).toMatchObject({
      ...{ sizeLowest: -1, sizeHighest: -1, size: 'Not available (-1)' },
      ...{ warnings: [], gain: null },
    });
  });

  it('gives what was gained as a range: both sizes are ranges', () => {
    expect(describeReading(reading, before).gain).toEqual({ lowest: 40_000, highest: 47_500 });
  });

  it.each([
    { change: { sizeLowest: 0, sizeHighest: 999 }, words: 'too small to be effective' },
    { change: { deliveryCode: 300 }, words: 'too small to be effective' },
    { change: { operationCode: 471 }, words: 'flagged' },
    { change: { operationCode: 100 }, words: 'Meta will delete it' },
    { change: { deletesAt: new Date('2027-01-02T00:00:00Z') }, words: 'on 2027-01-02' },
    { change: { deliveryCode: 400 }, words: 'does not let ads use' },
    { change: { found: false }, words: 'linked audience is missing' },
  ])('warns: $words', ({ change, words }) => {
    expect(describeReading({ ...reading, ...change }, before).warnings.join(' ')).toContain(words);
  });
});
