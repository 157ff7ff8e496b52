import { expect, it } from 'vitest';
import { checkPassword, hashPassword, verifyPassword } from './password.ts';

it('keeps Argon2id with a salt of its own, and knows the password again', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(hash).not.toBe(await hashPassword('correct horse battery'));
  expect(await verifyPassword(hash, 'correct horse battery')).toBe(true);
  expect(await verifyPassword(hash, 'correct horse batterz')).toBe(false);
});

it('reads what the reference program writes', async () => {
  // From src/test.c of https://github.com/P-H-C/phc-winner-argon2 (read 2026-11-22).
  const hash =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await verifyPassword(hash, 'password')).toBe(true);
  expect(await verifyPassword(hash, 'passwore')).toBe(false);
});

it('takes the same letters for the same, however they were typed', async () => {
  const hash = await hashPassword('un été à la mer');
  expect(await verifyPassword(hash, 'un été à la mer'.normalize('NFD'))).toBe(true);
});

it.each(['short', 'a'.repeat(129), 'abababababab', 'Password123456', 'ana@example.com'])(
  'refuses %s',
  (password) => {
    expect(() => checkPassword(password, ['Ana', 'ana@example.com'])).toThrow(
      expect.objectContaining({ code: 'PASSWORD_WEAK' }),
    );
  },
);
