import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import { openToken, sealToken } from './seal.ts';

const key = randomBytes(32);
const keys = [key] as const;
const place = {
  installationId: 'b3f0a1de-0000-4000-8000-000000000001',
  connectionId: 7,
  what: 'token',
} as const;
const token = new Secret('EAA-not-a-real-token-ü');

it('opens what it sealed, and never seals the same bytes twice', () => {
  const sealed = sealToken(keys, place, token);
  expect(openToken(keys, place, sealed).reveal()).toBe(token.reveal());
  expect(sealToken(keys, place, token).equals(sealed)).toBe(false);
  expect(sealed.includes(Buffer.from('not-a-real'))).toBe(false);
});

it('is AES-256-GCM bound to the row, as anybody can compute it', () => {
  const sealed = sealToken(keys, place, token);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
  decipher.setAAD(Buffer.from('muster token 1 b3f0a1de-0000-4000-8000-000000000001 7'));
  decipher.setAuthTag(sealed.subarray(13, 29));
  const opened = Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
  expect(opened.toString()).toBe('EAA-not-a-real-token-ü');
});

it.each([
  ['another key', randomBytes(32), place],
  ['another row', key, { ...place, connectionId: 8 }],
  ['another column', key, { ...place, what: 'app secret' as const }],
  ['another installation', key, { ...place, installationId: 'c3f0a1de' }],
])('does not open under %s', (_, otherKey, otherPlace) => {
  const sealed = sealToken(keys, place, token);
  const open = () => openToken([otherKey], otherPlace, sealed);
  expect(open).toThrow(expect.objectContaining({ code: 'TOKEN_SEALED' }));
});

it('opens with an older key of the ring, and seals with the newest', () => {
  const newest = randomBytes(32);
  const old = sealToken(keys, place, token);
  expect(openToken([newest, key], place, old).reveal()).toBe(token.reveal());
  const renewed = sealToken([newest, key], place, token);
  expect(openToken([newest], place, renewed).reveal()).toBe(token.reveal());
});

it('does not open when any one byte was changed or the end is missing', () => {
  const sealed = sealToken(keys, place, token);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openToken(keys, place, changed), `byte ${at}`).toThrow('stored access token');
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => openToken(keys, place, sealed.subarray(0, length))).toThrow('stored access token');
  }
});
