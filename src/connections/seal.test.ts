import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import { openToken, sealToken } from './seal.ts';

const key = randomBytes(32);
const place = { installationId: 'b3f0a1de-0000-4000-8000-000000000001', connectionId: 7 };
const token = new Secret('EAA-not-a-real-token-ü');

it('opens what it sealed, and never seals the same bytes twice', () => {
  const sealed = sealToken(key, place, token);
  expect(openToken(key, place, sealed).reveal()).toBe(token.reveal());
  expect(sealToken(key, place, token).equals(sealed)).toBe(false);
  expect(sealed.includes(Buffer.from('not-a-real'))).toBe(false);
});

it('is AES-256-GCM bound to the row, as anybody can compute it', () => {
  const sealed = sealToken(key, place, token);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
  decipher.setAAD(Buffer.from('muster token 1 b3f0a1de-0000-4000-8000-000000000001 7'));
  decipher.setAuthTag(sealed.subarray(13, 29));
  const opened = Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
  expect(opened.toString()).toBe('EAA-not-a-real-token-ü');
});

it.each([
  ['another key', randomBytes(32), place],
  ['another row', key, { ...place, connectionId: 8 }],
  ['another installation', key, { ...place, installationId: 'c3f0a1de' }],
])('does not open under %s', (_, otherKey, otherPlace) => {
  const sealed = sealToken(key, place, token);
  const open = () => openToken(otherKey, otherPlace, sealed);
  expect(open).toThrow(expect.objectContaining({ code: 'TOKEN_SEALED' }));
});

it('does not open when any one byte was changed or the end is missing', () => {
  const sealed = sealToken(key, place, token);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openToken(key, place, changed), `byte ${at}`).toThrow('stored access token');
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => openToken(key, place, sealed.subarray(0, length))).toThrow('stored access token');
  }
});
