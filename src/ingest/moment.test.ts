import { describe, expect, it } from 'vitest';
import { momentOf, readMoment } from './moment.ts';

describe('a moment', () => {
  const ten = Date.UTC(2026, 10, 22, 10);

  it.each([
    ['2026-11-22T10:00:00.000Z', ten],
    ['2026-11-22T11:00:00+01:00', ten],
    ['2026-11-22 10:00', ten],
    ['2026-11-22T10:00:00.123456Z', ten + 123],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
    [ten, ten],
    [ten / 1000, ten],
    [String(ten), ten],
    ['1969-12-31T23:59:59Z', -1000],
    ['+010000-01-01T00:00:00.000Z', 253_402_300_800_000],
    ['10000-01-01T00:00:00Z', 253_402_300_800_000],
  ])('%j', (written, ms) => {
    expect(readMoment(written)).toBe(ms);
  });

  it.each(['yesterday', '22.11.2026', '2026-13-01', '', {}, true, 1e300])('%j is none', (value) => {
    expect(readMoment(value)).toBeNull();
  });
});

describe('when a call happened', () => {
  const received = Date.UTC(2026, 10, 22, 10);
  const hour = 3_600_000;

  it('is what it says, however long it was on its way', () => {
    const timestamp = received - 5 * hour;
    expect(momentOf({ timestamp }, received, 0)).toBe(timestamp);
    expect(momentOf({ timestamp, sentAt: received - 20_000 }, received, 0)).toBe(timestamp);
  });

  it.each([3 * hour, -3 * hour, 10 * 365 * 24 * hour])('by a clock %d ms off, put right', (off) => {
    const timestamp = received - hour + off;
    expect(momentOf({ timestamp, sentAt: received + off }, received, 0)).toBe(received - hour);
  });

  it('is now, in the order of the batch, where nothing usable is said', () => {
    expect(momentOf({}, received, 3)).toBe(received + 0.003);
    expect(momentOf({ timestamp: received + 25 * hour }, received, 0)).toBe(received);
    expect(momentOf({ timestamp: Date.UTC(1800, 0) }, received, 0)).toBe(received);
    expect(momentOf({ timestamp: -1000 }, received, 0)).toBe(-1000);
  });
});
