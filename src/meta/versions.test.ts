import { expect, test } from 'vitest';
import { knownVersions, versionWarning } from './versions.ts';
import { defaultVersion } from './wire.ts';

test.each([
  ['v26.0', '2026-11-22', null],
  ['v26.0', '2027-03-01', null],
  ['v26.0', '2027-04-15', /may end from about 2027-06-27/],
  ['v25.0', '2026-09-01', null],
  ['v25.0', '2026-11-22', /may end from about 2027-01-17/],
  ['v24.0', '2026-07-01', null],
  ['v24.0', '2026-09-26', /retires version v24\.0 of its API on 2026-10-06, in 10 days/],
  ['v24.0', '2026-10-06', /has retired version v24\.0/],
  ['v22.0', '2026-11-22', /has retired version v22\.0 of its API on 2026-02-19/],
  ['v31.0', '2026-11-22', /does not know version v31\.0/],
])('%s on %s', (version, today, warning) => {
  const told = versionWarning(version, new Date(today));
  if (warning === null) expect(told).toBeNull();
  else expect(told).toMatch(warning);
});

test('the version we ask for by default is the newest we know', () => {
  expect(knownVersions[0]).toBe(defaultVersion);
});
