import { expect, it } from 'vitest';
import { moment } from '#http/words.ts';
import { bytes, distance, people, rows, seconds } from './words.ts';

it.each([
  [people(1), '1 person'],
  [people(20_000), '20,000 people'],
  [rows(0), '0 rows'],
  [bytes(999), '999 B'],
  [bytes(1_500), '1.5 kB'],
  [bytes(8_000_000), '8 MB'],
  [bytes(2_340_000_000), '2.3 GB'],
  [seconds(0.0004), '1 ms'],
  [seconds(0.42), '420 ms'],
  [seconds(0.97), '1 s'],
  [seconds(12.34), '12.3 s'],
  [seconds(150), '2 min 30 s'],
  [seconds(119.7), '2 min 0 s'],
  [seconds(9_000), '2 h 30 min'],
  [moment(new Date('2026-11-22T10:17:30.999Z')), '2026-11-22 10:17:30 UTC'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});

it.each([
  [1, 'now'],
  [30, 'in 30 s'],
  [-30, '30 s ago'],
  [600, 'in 10 min'],
  [-7_200, '2 h ago'],
  [-864_000, '10 days ago'],
])('%i seconds away is %s', (secondsAway, expected) => {
  const now = new Date('2026-11-22T10:17:30Z');
  expect(distance(new Date(now.getTime() + secondsAway * 1000), now)).toBe(expected);
});
