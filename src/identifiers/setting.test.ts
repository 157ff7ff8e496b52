import { describe, expect, it } from 'vitest';
import { normaliseLine } from './normalise-line.ts';
import { splitBirthDate } from './birth-date.ts';
import { defaultSetting, type Setting } from './setting.ts';

function made(key: string, input: string, change: Partial<Setting>, country?: string): string {
  const setting = { ...defaultSetting(2026), ...change };
  const { normalised, reason, hash } = normaliseLine(
    { key, input, country: country ?? null },
    setting,
  );
  return normalised || reason || hash;
}

describe('the disputed rules', () => {
  it('spaces in names', () => {
    expect(made('LN', 'Van  der Berg', { nameSpaces: 'removed' })).toBe('vanderberg');
    expect(made('LN', 'Van  der Berg', { nameSpaces: 'single' })).toBe('van der berg');
    expect(made('LN', 'Van  der Berg', {})).toBe('van der berg');
  });

  it('accents in places', () => {
    expect(made('CT', 'München', { placeAccents: 'transliterated' })).toBe('munchen');
    expect(made('CT', 'München', { placeAccents: 'dropped' })).toBe('mnchen');
    expect(made('CT', 'München', { placeAccents: 'kept' })).toBe('münchen');
    expect(made('ST', 'São Paulo', { placeAccents: 'kept' }, 'BR')).toBe('sãopaulo');
  });

  it('Canadian provinces', () => {
    expect(made('ST', 'Ontario', { canadianProvinces: 'code' }, 'CA')).toBe('on');
    expect(made('ST', 'Ontario', { canadianProvinces: 'name' }, 'CA')).toBe('ontario');
    expect(made('ST', 'ON', { canadianProvinces: 'name' }, 'CA')).toBe('on');
  });

  it('dashes in postcodes', () => {
    expect(made('ZIP', '01310-100', { postcodeDashes: 'kept' }, 'BR')).toBe('01310-100');
    expect(made('ZIP', '01310-100', { postcodeDashes: 'dropped' }, 'BR')).toBe('01310100');
  });

  it('UK postcodes', () => {
    expect(made('ZIP', 'SW1A 1AA', { ukPostcodes: 'sector' }, 'GB')).toBe('sw1a1');
    expect(made('ZIP', 'SW1A 1AA', { ukPostcodes: 'full' }, 'GB')).toBe('sw1a1aa');
  });

  it('external ids', () => {
    expect(made('EXTERN_ID', 'Mary', { externalId: 'as-is' })).toBe('Mary');
    // sha256sum of "mary" in lower case is published by Meta; ours is of the bytes as they are.
    expect(made('EXTERN_ID', 'mary', { externalId: 'sha256' })).toBe(
      '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec',
    );
    const hash = '6915771BE1C5AA0C886870B6951B03D7EAFC121FEA0E80A5EA83BEB7C449F4EC';
    expect(made('EXTERN_ID', hash, { externalId: 'sha256' })).toBe(hash.toLowerCase());
  });

  it('the order of day and month', () => {
    const read = (dateOrder: Setting['dateOrder']) => {
      const { year, month, day } = splitBirthDate('03/04/1990', { currentYear: 2026, dateOrder });
      return [year, month, day].map((part) =>
        part.kind === 'value' ? part.normalised : part.kind,
      );
    };
    expect(read('held-back')).toEqual(['1990', 'unusable', 'unusable']);
    expect(read('day-first')).toEqual(['1990', '04', '03']);
    expect(read('month-first')).toEqual(['1990', '03', '04']);
  });

  it("the database's country for phones, postcodes and states, the row's own before it", () => {
    expect(made('PHONE', '030 1234567', { defaultCountry: 'DE' })).toBe('49301234567');
    expect(made('PHONE', '020 7946 0018', { defaultCountry: 'DE' }, 'GB')).toBe('442079460018');
    expect(made('ZIP', '940351234', { defaultCountry: 'US' })).toBe('94035');
    expect(made('ST', 'Bayern', { defaultCountry: 'DE' })).toBe('bayern');
    expect(made('COUNTRY', '', { defaultCountry: 'DE' })).toBe('');
  });

  it('the year it is', () => {
    expect(made('DOBY', '2026', { currentYear: 2026 })).toBe('2026');
    expect(made('DOBY', '2027', { currentYear: 2026 })).toBe('birth year: out of range');
    expect(made('DOBY', '13', { currentYear: 2026 })).toBe('2013');
    expect(made('DOBY', '14', { currentYear: 2026 })).toBe('1914');
  });
});
