import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import { coverageCounter } from './coverage.ts';
import { mask } from './mask.ts';
import { repeatCounter } from './repeats.ts';
import { defaultSetting } from './setting.ts';
import { suspicion } from './suspicion.ts';

describe('coverage of identifiers', () => {
  const counter = coverageCounter(defaultSetting(2026));
  counter.add({ externalId: '1', email: 'mary@firm.de', phone: '030 1234567' });
  counter.add({ externalId: '2', email: 'mary', phone: ['', '0151 12345678'] }, 17);
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
    expect(of('EMAIL')?.reasons).toEqual([
      { reason: 'email: no @', count: 1, examples: [{ shape: 'aaaa', line: 17 }] },
    ]);
    expect(JSON.stringify(report)).not.toContain('mary');
    expect(JSON.stringify(report)).not.toContain('1234567');
  });

  it('counts people whom nothing can match', () => {
    expect(report).toMatchObject({ withNothing: 1, withExternalIdOnly: 1 });
  });

  it('writes out the words that stand for nothing', () => {
    const counter = coverageCounter(defaultSetting(2026));
    counter.add({ email: ' NULL', 'name.first': 'Nan' });
    const shown = counter
      .report()
      .keys.flatMap(({ reasons, suspicious }) =>
        [...reasons, ...suspicious].flatMap(({ examples }) => examples.map(({ shape }) => shape)),
      );
    expect(shown).toEqual(['NULL', 'Nan']);
  });

  it('counts the phones that wait for a country', () => {
    expect(report.phonesWithoutCountry).toBe(2);
  });

  it('keeps a few examples of a reason, each of another shape', () => {
    const many = coverageCounter(defaultSetting(2026));
    const emails = ['a', 'b', 'aa', 'a-a', 'a.a.a', 'aaaaa'];
    for (const [i, email] of emails.entries()) many.add({ email }, i + 2);
    expect(many.report().keys[0]?.reasons).toEqual([
      {
        reason: 'email: no @',
        count: 6,
        examples: [
          { shape: 'a', line: 2 },
          { shape: 'aa', line: 4 },
          { shape: 'a-a', line: 5 },
        ],
      },
    ]);
  });
});

describe('hashes in the wrong column', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const doubtsOf = (raw: RawIdentifiers) => {
    const counter = coverageCounter(defaultSetting(2026));
    counter.add(raw);
    return counter
      .report()
      .keys.flatMap(({ key, suspicious }) => suspicious.map(({ reason }) => `${key}: ${reason}`));
  };
  const elsewhere = 'a hash of no such value: in the wrong column, or hashed as it was';

  it.each<[RawIdentifiers, string[]]>([
    [{ gender: sha256('f') }, []],
    [{ gender: sha256('Female') }, [`GEN: ${elsewhere}`]],
    [{ 'birth.month': sha256('05') }, []],
    [{ 'birth.month': sha256('5') }, [`DOBM: ${elsewhere}`]],
    [{ 'birth.year': sha256('1990') }, []],
    [{ country: sha256('de') }, []],
    [{ country: sha256('DE') }, [`COUNTRY: ${elsewhere}`]],
    [{ country: sha256('mary@firm.de') }, [`COUNTRY: ${elsewhere}`]],
    [
      { email: 'Mary@firm.de', phone: sha256('mary@firm.de') },
      ["PHONE: the hash of the same person's e-mail"],
    ],
    [
      { email: sha256('mary@firm.de'), 'name.first': sha256('mary@firm.de') },
      ["FN: the hash of the same person's e-mail"],
    ],
    [{ email: sha256('4930123'), phone: '+49 30 7654320' }, []],
    [{ email: 'mary@firm.de', 'name.first': sha256('mary'), 'name.last': sha256('mary') }, []],
  ])('%j', (raw, wanted) => {
    expect(doubtsOf(raw)).toEqual(wanted);
  });
});

describe('coverage of values that repeat', () => {
  it('finds the address that everybody typed, by its shape', () => {
    const counter = coverageCounter(defaultSetting(2026));
    for (let row = 0; row < 20_000; row += 1) {
      counter.add({ email: row % 100 === 7 ? 'Test@test.com' : `person${row}@firm.de` }, row + 2);
    }
    const email = counter.report().keys.find(({ key }) => key === 'EMAIL');
    expect(email?.repeated).toEqual([
      { value: 'test@test.com', atLeast: expect.any(Number), line: expect.any(Number) },
    ]);
    expect(((email?.repeated[0]?.line ?? 0) - 2) % 100).toBe(7);
    expect(email?.repeated[0]?.atLeast).toBeGreaterThan(100);
    expect(email?.suspicious).toEqual([
      {
        reason: 'an address that people type to get on',
        count: 200,
        examples: [{ shape: 'Aaaa@aaaa.aaa', line: 9 }],
      },
    ]);
  });

  it('shows of what may be somebody only the shape, and takes all spellings together', () => {
    const counter = coverageCounter(defaultSetting(2026));
    for (let row = 0; row < 40; row += 1) {
      counter.add({ phone: row % 2 === 0 ? '+49 171 3456780' : '0049-171-3456780' });
    }
    const phone = counter.report().keys.find(({ key }) => key === 'PHONE');
    expect(phone?.repeated).toEqual([{ value: '999999999999', atLeast: 40, line: null }]);
  });
});

describe('masks', () => {
  it.each([
    ['+49 (0)151 x', '+99 (9)999 a'],
    ['Mary', 'Aaaa'],
    ['東京', 'xx'],
    ['a\u200bb', 'a·a'],
    ['098f6bcd4621d373cade4e832627b4f6', '32 hexadecimal digits'],
    ['x'.repeat(50), `${'a'.repeat(40)}…`],
    ['٣', '9'],
  ])('%s → %s', (raw, wanted) => {
    expect(mask(raw)).toBe(wanted);
  });
});

describe('values that repeat', () => {
  it('finds every value above its share in bounded memory', () => {
    const counter = repeatCounter(100);
    for (let row = 0; row < 100_000; row += 1) {
      counter.add(row % 10 === 0 ? 'test@test.com' : `person${row}@firm.de`, row);
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
    ['FN', 'nan', 'a rare name, and what programs write for nothing'],
    ['LN', 'null', 'a rare name, and what programs write for nothing'],
    ['CT', 'none', 'a rare name, and what programs write for nothing'],
    ['LN', 'test', 'a word that people type to get on'],
    ['DOBY', '1900', 'the first year that forms offer'],
  ] as const)('%s %s', (key, value, doubt) => {
    expect(suspicion(key, { kind: 'value', normalised: value })).toBe(doubt);
  });
});
