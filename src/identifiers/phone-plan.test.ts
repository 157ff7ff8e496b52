import { fc } from '../../test/support/fast-check.ts';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import callingCodes from './calling-codes.json' with { type: 'json' };
import { lightInternational, lightNational } from './phone-plan.ts';
import trunkZero from './trunk-zero.json' with { type: 'json' };

type Country = Parameters<typeof parsePhoneNumberFromString>[1];

/** What the library makes of it, in our form: digits, or null where it is no possible number. */
function asLibrary(text: string, country?: string): string | null {
  const number = parsePhoneNumberFromString(text, country as Country);
  return number?.isPossible() ? number.number.slice(1) : null;
}

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

describe('the light path says what the library says', () => {
  it('for every calling code, every length and every first two digits', () => {
    const rest = '123456789012345';
    let light = 0;
    for (const code of Object.keys(callingCodes)) {
      for (let length = 4; length <= 14; length += 1) {
        for (let start = 0; start < 100; start += 1) {
          const number = code + String(start).padStart(2, '0') + rest.slice(0, length - 2);
          const made = number.length > 15 ? null : lightInternational(number);
          if (made === null) continue;
          light += 1;
          if (asLibrary(`+${number}`) !== made)
            expect.fail(`${number}: ${asLibrary(`+${number}`)}`);
        }
      }
    }
    expect(light).toBeGreaterThan(30_000);
  }, 60_000);

  it('for random international numbers', () => {
    const number = fc
      .tuple(fc.constantFrom(...Object.keys(callingCodes)), fc.integer({ min: 4, max: 13 }))
      .chain(([code, length]) => digits(length).map((rest) => code + rest));
    fc.assert(
      fc.property(number, (text) => {
        const made = text.length > 15 ? null : lightInternational(text);
        if (made !== null) expect(asLibrary(`+${text}`)).toBe(made);
      }),
      { numRuns: 20_000, seed: 2026 },
    );
  });

  it('for national numbers with their zero', () => {
    const number = fc
      .tuple(
        fc.constantFrom('US', 'CA', ...Object.keys(trunkZero)),
        fc.integer({ min: 5, max: 12 }),
      )
      .chain(([country, length]) => digits(length).map((rest) => ({ country, text: `0${rest}` })));
    let light = 0;
    fc.assert(
      fc.property(number, ({ country, text }) => {
        const made = lightNational(text, country);
        if (made === null) return;
        light += 1;
        expect(asLibrary(text, country)).toBe(made);
      }),
      { numRuns: 20_000, seed: 2026 },
    );
    expect(light).toBeGreaterThan(1_000);
  });

  it('for North American numbers', () => {
    fc.assert(
      fc.property(digits(10), fc.constantFrom('US', 'CA'), (text, country) => {
        const made = lightNational(text, country);
        if (made !== null) expect(asLibrary(text, country)).toBe(made);
      }),
      { numRuns: 20_000, seed: 2026 },
    );
  });
});
