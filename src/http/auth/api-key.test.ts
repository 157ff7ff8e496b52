import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { hintOfApiKey, isApiKey, makeApiKey } from './api-key.ts';

it('makes keys that say what they are and carry their own checksum', () => {
  const key = makeApiKey(() => Buffer.alloc(24));
  // The CRC-32 of the first 36 characters, as Python's zlib.crc32 gives it.
  expect(key).toBe('mak_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA368721eb');
  expect(isApiKey(makeApiKey(randomBytes))).toBe(true);
  expect(hintOfApiKey(key)).toBe('AAAA');
});

it('knows a key with one other character for none', () => {
  const key = makeApiKey(randomBytes);
  for (let at = 0; at < key.length; at++) {
    const other = key[at] === '0' ? '1' : '0';
    expect(isApiKey(key.slice(0, at) + other + key.slice(at + 1)), `character ${at}`).toBe(false);
  }
});
