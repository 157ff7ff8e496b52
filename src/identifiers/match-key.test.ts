import { describe, expect, it } from 'vitest';
import { identifyingKeys } from '#domain/identifier-keys.ts';
import { matchKey, matchKeyAsBigint } from './match-key.ts';

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
const cellOf = (digest: string): string => Buffer.from(digest, 'hex').toString('latin1');

// Of mary@example.com, as Meta's guide prints it.
const mary = 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79';

describe('match keys', () => {
  // They are stored: a different value would find nobody's neighbours. Plain kinds from
  // `printf 'EXTERN_ID C-1' | sha256sum`; hashed ones are the digest with its first byte turned.
  it.each([
    ['EXTERN_ID', 'C-1', 'd2102e37f926f84a'],
    ['EXTERN_ID', 'Zoë-1', '3b79baf05f4f70c7'],
    ['MADID', 'C-1', '709e2602dfdb4ca6'],
    ['EMAIL', cellOf(mary), 'a3904cf1a9d73a55'],
    ['PHONE', cellOf(mary), 'a2904cf1a9d73a55'],
  ] as const)('of %s never change', (kind, cell, wanted) => {
    expect(hex(matchKey(kind, cell))).toBe(wanted);
  });

  it('keep kinds apart that hold the same value', () => {
    const keys = identifyingKeys.map((kind) => matchKey(kind, cellOf(mary)));
    expect(new Set(keys).size).toBe(identifyingKeys.length);
  });

  it('are the same for the same value and differ for another', () => {
    expect(matchKey('EMAIL', cellOf(mary))).toBe(matchKey('EMAIL', cellOf(mary)));
    const other = cellOf(mary.replace('f1904cf1', 'f1904cf2'));
    expect(matchKey('EMAIL', other)).not.toBe(matchKey('EMAIL', cellOf(mary)));
    expect(matchKey('EXTERN_ID', 'c-1')).not.toBe(matchKey('EXTERN_ID', 'C-1'));
  });

  it.each([
    ['a3904cf1a9d73a55', '-6660739248060679595'],
    ['0000000000000001', '1'],
    ['7fffffffffffffff', '9223372036854775807'],
    ['ffffffffffffffff', '-1'],
  ])('%s is %s to Postgres', (key, wanted) => {
    expect(matchKeyAsBigint(cellOf(key))).toBe(wanted);
  });
});
