import { fc } from '../../test/support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import {
  type FurtherKey,
  furtherKeys,
  type IdentifierKey,
  identifierKeys,
} from '#domain/identifier-keys.ts';
import { hashOfNothing } from './first-look.ts';
import { sha256Hex } from './hash.ts';
import { kindOf } from './kinds.ts';
import { normalise } from './normalise.ts';
import { defaultSetting, type Setting } from './setting.ts';

const setting = defaultSetting(2026);
const allKeys = [...identifierKeys, ...furtherKeys];
const runs = { numRuns: 3000, seed: 2026 };

/** Text of the kinds that people, spreadsheets and other scripts leave behind. */
const messy = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ..."aAzZ09 -.,/'’@+()İıßłøſŉσςΣ\u0301\u0307ﬁ１٣東é\u00a0\u200b\u00b4ʼǅﬀΐ\u0345".split(''),
    ),
    maxLength: 24,
  }),
  fc.constantFrom(
    'N/A',
    'null',
    'Null',
    'un-known',
    'n u l l',
    'Nan',
    '00000',
    'F1904CF1A9D73A55FA5DE0AC823C4403DED71AFD4C3248D00BDCD0866552BB79',
  ),
);
const country = fc.constantFrom(null, 'US', 'GB', 'DE', 'FR', 'CA', 'BR', 'TR', 'AU', 'PR');
const settings: fc.Arbitrary<Setting> = fc.record({
  defaultCountry: country,
  externalId: fc.constantFrom('as-is' as const, 'sha256' as const),
  currentYear: fc.constant(2026),
  dateOrder: fc.constantFrom('held-back' as const, 'day-first' as const, 'month-first' as const),
  nameSpaces: fc.constantFrom('single' as const, 'removed' as const),
  placeAccents: fc.constantFrom('transliterated' as const, 'dropped' as const, 'kept' as const),
  canadianProvinces: fc.constantFrom('code' as const, 'name' as const),
  postcodeDashes: fc.constantFrom('kept' as const, 'dropped' as const),
  ukPostcodes: fc.constantFrom('sector' as const, 'full' as const),
  emails: fc.constant('all' as const),
  phones: fc.constant('all' as const),
  mobileAdIds: fc.constant('all' as const),
  limitedDataUse: fc.constant('off' as const),
});

function isName(key: IdentifierKey | FurtherKey): boolean {
  return key === 'LN' || key === 'FN';
}

describe('every key, for any text, under any setting', () => {
  it.each(allKeys)('%s never throws and never comes to the hash of nothing', (key) => {
    fc.assert(
      fc.property(messy, country, settings, (raw, row, any) => {
        const outcome = normalise(key, raw, { country: row, setting: any });
        if (outcome.kind === 'value') {
          expect(outcome.normalised).not.toBe('');
          expect(sha256Hex(outcome.normalised)).not.toBe(hashOfNothing);
        }
        if (outcome.kind === 'hashed') {
          expect(outcome.hash).toMatch(/^[0-9a-f]{64}$/);
          expect(outcome.hash).not.toBe(hashOfNothing);
        }
      }),
      runs,
    );
  });

  it.each(allKeys.filter((key) => kindOf(key).hashed))('%s is hashed in NFC', (key) => {
    fc.assert(
      fc.property(messy, country, settings, (raw, row, any) => {
        const outcome = normalise(key, raw, { country: row, setting: any });
        if (outcome.kind !== 'value') return;
        expect(outcome.normalised).toBe(outcome.normalised.normalize('NFC'));
      }),
      runs,
    );
  });

  it.each(allKeys.filter((key) => key !== 'PHONE'))(
    '%s: normalising twice changes nothing',
    (key) => {
      fc.assert(
        fc.property(messy, country, settings, (raw, row, any) => {
          const context = { country: row, setting: { ...any, externalId: 'as-is' as const } };
          const outcome = normalise(key, raw, context);
          if (outcome.kind !== 'value') return;
          // The name Null in lower case is what programs write for nothing (docs/normalising.md).
          if (isName(key) && outcome.normalised === 'null') return;
          expect(normalise(key, outcome.normalised, context)).toEqual(outcome);
        }),
        runs,
      );
    },
  );

  it('PHONE: normalising twice changes nothing once the plus is back', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+ ()-'), maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(messy, digits), country, (raw, row) => {
        const context = { country: row, setting };
        const outcome = normalise('PHONE', raw, context);
        if (outcome.kind !== 'value') return;
        expect(normalise('PHONE', `+${outcome.normalised}`, context)).toEqual(outcome);
      }),
      runs,
    );
  });

  it.each(allKeys)('%s takes no time over a cell of a hundred kilobytes', (key) => {
    const { label } = kindOf(key);
    for (const unit of ['.', 'a@', '1 ', '(', 'é ']) {
      const startedMs = performance.now();
      const raw = `a@${unit.repeat(100_000 / unit.length)}x`;
      const reason = `${label}: longer than 1,000 characters`;
      expect(normalise(key, raw, { country: null, setting })).toEqual({ kind: 'unusable', reason });
      // The patterns behind it would need 15 s.
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
  });

  it.each(allKeys)('%s begins its reasons with its label', (key) => {
    const { label } = kindOf(key);
    fc.assert(
      fc.property(messy, country, (raw, row) => {
        const outcome = normalise(key, raw, { country: row, setting });
        if (outcome.kind !== 'unusable' || outcome.reason.startsWith('birth date: ')) return;
        expect(outcome.reason.slice(0, label.length + 2)).toBe(`${label}: `);
      }),
      { ...runs, numRuns: 300 },
    );
  });

  it.each(allKeys)('%s never repeats the value in its reason', (key) => {
    const telling = fc.string({ unit: fc.constantFrom(...'QXZ7359@.-/+ '), minLength: 4 });
    fc.assert(
      fc.property(telling, country, (raw, row) => {
        const outcome = normalise(key, raw, { country: row, setting });
        if (outcome.kind !== 'unusable' || raw.trim().length < 3) return;
        expect(outcome.reason).not.toContain(raw.trim());
      }),
      runs,
    );
  });

  it.each(['EMAIL', 'LN', 'FN', 'FI', 'CT', 'ST', 'COUNTRY', 'GEN'] as const)(
    '%s: composed and decomposed letters come to the same',
    (key) => {
      const letters = fc.string({ unit: fc.constantFrom(...'aéÉñÅøłİ각ệ@.- '), maxLength: 20 });
      fc.assert(
        fc.property(letters, country, (raw, row) => {
          const context = { country: row, setting };
          expect(normalise(key, raw.normalize('NFD'), context)).toEqual(
            normalise(key, raw.normalize('NFC'), context),
          );
        }),
        runs,
      );
    },
  );
});
