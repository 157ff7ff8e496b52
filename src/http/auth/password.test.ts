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

it('tells passwords apart by case and by their last character, however long they are', async () => {
  const long = 'correct horse battery staple '.repeat(4);
  const hash = await hashPassword(`${long}a`);
  expect(await verifyPassword(hash, `${long}a`)).toBe(true);
  expect(await verifyPassword(hash, `${long}b`)).toBe(false);
  expect(await verifyPassword(hash, `C${long.slice(1)}a`)).toBe(false);
});

it.each([
  ...['short', 'a'.repeat(129), 'abababababab', 'Password123456', 'ana@example.com'],
  // As the well-known lists have them, longer.
  ...[
    '123456789012',
    '1q2w3e4r5t6y',
    'qwertyuiop123',
    '1qaz2wsx3edc',
    'Passw0rd2024!',
    'P@ssw0rd1234',
  ],
  ...[
    'qwertyqwerty',
    'abcdefghijkl',
    'iloveyou1234',
    'Sommer2024!!',
    'adminadmin123',
    'Welcome2023!!',
  ],
  ...[
    'Muster123456',
    'letmein12345',
    '098765432109',
    'dragonmonkey1',
    'Dezember2025.',
    'zxcvbnm12345',
  ],
])('refuses %s', (password) => {
  expect(() => checkPassword(password, ['Ana', 'ana@example.com'])).toThrow(
    expect.objectContaining({ code: 'PASSWORD_WEAK' }),
  );
});

it.each([
  ...['correct horse battery', 'another horse battery', 'x'.repeat(3) + 'kjwqpzmvbt'],
  ...[
    'un été à la mer',
    'tafel wolke 27 riss',
    'passwords are like onions',
    `${'longer '.repeat(18)}ok`,
  ],
])('takes %s', (password) => {
  expect(() => checkPassword(password, ['Ana', 'ana@example.com'])).not.toThrow();
});
