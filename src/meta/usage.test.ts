import { expect, test } from 'vitest';
import { readUsage } from './usage.ts';
import type { WireAccountUsage, WireAppUsage, WireUseCaseUsage } from './wire.ts';

const calm = {
  type: 'custom_audience',
  call_count: 1,
  total_cputime: 0,
  total_time: 0,
  estimated_time_to_regain_access: 0,
};
const none = {
  appPercent: null,
  callsPercent: null,
  scorePercent: null,
  regainMs: 0,
  resetMs: 0,
  tier: null,
};

test('the business use case header is read for the account, in minutes', () => {
  // As recorded in 2021; the second account is another one's.
  const usage: WireUseCaseUsage = {
    '542676646349772': [
      {
        type: 'custom_audience',
        call_count: 32,
        total_cputime: 3,
        total_time: 57,
        estimated_time_to_regain_access: 4,
      },
      { ...calm, type: 'ads_management', ads_api_access_tier: 'standard_access' },
    ],
    '99': [{ ...calm, call_count: 100, estimated_time_to_regain_access: 60 }],
  };
  const value = JSON.stringify(usage);
  const headers = new Headers({ 'X-Business-Use-Case-Usage': value });
  const expected = { ...none, callsPercent: 57, regainMs: 240_000, tier: 'standard_access' };
  expect(readUsage(headers, 'act_542676646349772')).toEqual(expected);
  expect(readUsage(headers, null)).toEqual(none);
});

test('the ad account header is read in seconds and is no block at 100 per cent', () => {
  const usage: WireAccountUsage = {
    acc_id_util_pct: 100,
    reset_time_duration: 100,
    ads_api_access_tier: 'development_access',
  };
  const value = JSON.stringify(usage);
  expect(readUsage(new Headers({ 'X-Ad-Account-Usage': value }), 'act_1')).toEqual({
    ...none,
    scorePercent: 100,
    resetMs: 100_000,
    tier: 'development_access',
  });
});

test('the app header is the highest of its three', () => {
  const usage: WireAppUsage = { call_count: 5, total_cputime: 0, total_time: 1 };
  const value = JSON.stringify(usage);
  expect(readUsage(new Headers({ 'X-App-Usage': value }), 'act_1')).toEqual({
    ...none,
    appPercent: 5,
  });
});

test.each(['', '{', 'null', '[]', '{"1":5}', '{"1":[null]}', '{"call_count":"many"}'])(
  'a header that holds %j counts as absent',
  (value) => {
    const headers = new Headers({
      'X-App-Usage': value,
      'X-Ad-Account-Usage': value,
      'X-Business-Use-Case-Usage': value,
    });
    expect(readUsage(headers, 'act_1')).toEqual(none);
  },
);
