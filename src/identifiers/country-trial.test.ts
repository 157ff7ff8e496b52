import { describe, expect, it } from 'vitest';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import { CountryTrial, type Gain } from './country-trial.ts';
import { coverageCounter } from './coverage.ts';
import { defaultSetting } from './setting.ts';

const setting = defaultSetting(2026);

/** As `muster inspect` does it: the likeliest countries first, then what each would bring. */
function gainsOf(people: readonly RawIdentifiers[]): readonly Gain[] {
  const counter = coverageCounter(setting);
  for (const raw of people) counter.add(raw);
  const trial = new CountryTrial(setting, counter.likelyCountries());
  for (const raw of people) trial.add(raw);
  return trial.report();
}

const lost = (count: number, phone: string): RawIdentifiers[] =>
  Array.from({ length: count }, (_, i) => ({ externalId: `${i}`, phone }));

describe('what a default country would bring', () => {
  it.each<[string, RawIdentifiers]>([
    ['what others say', { country: 'Austria', email: 'a@firm.de' }],
    ['the calling codes of others', { phone: '+43 1 5134567' }],
    ['the addresses of others', { email: 'anna@firma.at' }],
  ])('goes by %s', (_, other) => {
    expect(gainsOf([...lost(3, '0664 1234567'), other])).toEqual([
      { defaultCountry: 'AT', phones: 3 },
    ]);
  });

  it('knows domains that are words from those of countries', () => {
    const gains = gainsOf([
      { email: 'a@start.io' },
      { email: 'b@firm.co.uk' },
      ...lost(2, '020 7946 0018'),
    ]);
    expect(gains).toEqual([{ defaultCountry: 'GB', phones: 2 }]);
  });

  it('puts the likeliest first, and counts each', () => {
    const gains = gainsOf([
      { country: 'DE' },
      { country: 'DE' },
      { country: 'US' },
      ...lost(4, '0171 2345678'),
      ...lost(5, '(650) 555-1212'),
    ]);
    expect(gains.map(({ defaultCountry }) => defaultCountry)).toEqual(['DE', 'US']);
    expect(gains[0]?.phones).toBeGreaterThanOrEqual(4);
    expect(gains[1]?.phones).toBe(5);
  });

  it('offers countries where such numbers are given out when nothing is likely', () => {
    const gains = gainsOf([...lost(3, '06 12 34 56 78'), ...lost(3, '01 42 68 53 00')]);
    expect(gains).toHaveLength(3);
    expect(gains).toContainEqual({ defaultCountry: 'FR', phones: 6 });
  });

  it('counts people, and only those whom no other phone reaches', () => {
    const people: RawIdentifiers[] = [
      { country: 'DE', phone: '0171 2345678' },
      { phone: ['0171 2345678', '0171 2345679'] },
      { phone: ['0171 2345678', '+49 171 2345679'] },
      { phone: '/' },
      { phone: '' },
      { email: 'a@b.example' },
      { country: 'DE', phone: '12' },
    ];
    expect(gainsOf(people)).toEqual([{ defaultCountry: 'DE', phones: 1 }]);
  });

  it('brings nothing where nothing is lost', () => {
    expect(gainsOf([{ phone: '+49 171 2345678' }])).toEqual([]);
  });
});
