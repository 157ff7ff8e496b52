import { describe, expect, it } from 'vitest';
import { presenceOf, sufficiency } from './enough.ts';

type Keys = Parameters<typeof presenceOf>[0];

// features.md §9 Q-7.
const rows: readonly (readonly [string, Keys])[] = [
  ['strict', ['EMAIL']],
  ['strict', ['PHONE']],
  ['strict', ['MADID']],
  ['strict', ['APPUID']],
  ['strict', ['PAGEUID']],
  ['strict', ['IGUID']],
  ['strict', ['EXTERN_ID', 'EMAIL']],
  ['strict', ['LN', 'FN', 'ZIP']],
  ['strict', ['LN', 'FN', 'CT', 'ST']],
  ['strict', ['LN', 'FN', 'DOBY', 'DOBM', 'DOBD']],
  ['external-id-only', ['EXTERN_ID']],
  ['external-id-only', ['EXTERN_ID', 'LN', 'FN']],
  ['none', []],
  ['none', ['ZIP']],
  ['none', ['LN', 'FN']],
  ['none', ['LN', 'FI', 'ZIP']],
  ['none', ['LN', 'FN', 'CT']],
  ['none', ['LN', 'FN', 'DOBY', 'DOBM']],
  ['none', ['FN', 'ZIP', 'COUNTRY', 'GEN']],
  ['none', ['LOOKALIKE_VALUE']],
];

describe('enough to match', () => {
  it.each(rows)('%s: %j', (wanted, keys) => {
    expect(sufficiency(presenceOf(keys))).toBe(wanted);
  });
});
