import { describe, expect, it } from 'vitest';
import { coverageCounter } from './coverage.ts';
import { mask } from './mask.ts';
import { repeatCounter } from './repeats.ts';
import { defaultSetting } from './setting.ts';
import { suspicion } from './suspicion.ts';

describe('coverage of identifiers', () => {
  const counter = coverageCounter(defaultSetting(2026), ['DE', 'US']);
  counter.add({ externalId: '1', email: 'mary@firm.de', phone: '030 1234567' });
  counter.add({ externalId: '2', email: 'mary', phone: ['', '0151 12345678'] });
  counter.add({ externalId: '3', email: '', phone: '+1 650 555 1212' });
  counter.add({ zip: '10115', birthDate: '1990-05-06' });
  const report = counter.report();
  const of = (key: string) => report.keys.find((each) => each.key === key);

  it('counts usable, missing and unusable so that they add up to the people', () => {
    expect(report.people).toBe(4);
    expect(of('EMAIL')).toMatchObject({ usable: 1, missing: 2, unusable: 1 });
    expect(of('DOBD')).toMatchObject({ usable: 1, missing: 3, unusable: 0 });
    for (const { usable, missing, unusable } of report.keys) {
      expect(usable + missing + unusable).toBe(4);
    }
  });

  it('names reasons with the shape of values, never the values', () => {
    expect(of('EMAIL')?.reasons).toEqual([{ reason: 'email: no @', count: 1, examples: ['aaaa'] }]);
    expect(JSON.stringify(report)).not.toContain('mary');
    expect(JSON.stringify(report)).not.toContain('1234567');
  });

  it('counts people whom nothing can match', () => {
    expect(report).toMatchObject({ withNothing: 1, withExternalIdOnly: 1 });
  });

  it('says what a default country would bring', () => {
    expect(report.gains).toEqual([
      { defaultCountry: 'DE', phones: 1 },
      { defaultCountry: 'US', phones: 0 },
    ]);
  });
});

describe('coverage of values that repeat', () => {
  it('finds the address that everybody typed, by its shape', () => {
    const counter = coverageCounter(defaultSetting(2026), []);
    for (let row = 0; row < 20_000; row += 1) {
      counter.add({ email: row % 100 === 0 ? 'test@test.com' : `person${row}@firm.de` });
    }
    const email = counter.report().keys.find(({ key }) => key === 'EMAIL');
    expect(email?.repeated).toEqual([{ shape: 'aaaa@aaaa.aaa', atLeast: expect.any(Number) }]);
    expect(email?.repeated[0]?.atLeast).toBeGreaterThan(100);
    expect(email?.suspicious).toEqual([
      {
        reason: 'an address that people type to get on',
        count: 200,
        examples: ['aaaa@aaaa.aaa'],
      },
    ]);
  });
});

describe('masks', () => {
  it.each([
    ['+49 (0)151 x', '+99 (9)999 a'],
    ['Mary', 'Aaaa'],
    ['東京', 'xx'],
    ['a\u200bb', 'a·a'],
    ['٣', '9'],
  ])('%s → %s', (raw, wanted) => {
    expect(mask(raw)).toBe(wanted);
  });
});

describe('values that repeat', () => {
  it('finds every value above its share in bounded memory', () => {
    const counter = repeatCounter(100);
    for (let row = 0; row < 100_000; row += 1) {
      counter.add(row % 10 === 0 ? 'test@test.com' : `person${row}@firm.de`);
    }
    const [first, ...others] = counter.report(5_000);
    expect(first?.value).toBe('test@test.com');
    expect(first?.atLeast).toBeGreaterThan(9_000);
    expect(first?.atLeast).toBeLessThanOrEqual(10_000);
    expect(others).toEqual([]);
  });
});

describe('doubts about values that pass', () => {
  it.each([
    ['EMAIL', 'test@test.com', 'an address that people type to get on'],
    ['EMAIL', 'jane@example.com', 'a domain reserved for examples and tests'],
    ['EMAIL', 'jane@testing.com', null],
    ['PHONE', '4911111111111', 'one digit over and over'],
    ['PHONE', '491234567890', 'digits in their order'],
    ['PHONE', '4915112345678', 'digits in their order'],
    ['PHONE', '16505551212', null],
    ['FN', 'xxx', 'one letter over and over'],
    ['FN', 'anna', null],
    ['DOBY', '1900', 'the first year that forms offer'],
  ] as const)('%s %s', (key, value, doubt) => {
    expect(suspicion(key, value)).toBe(doubt);
  });
});
