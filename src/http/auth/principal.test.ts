import { expect, test } from 'vitest';
import { type Principal, reaches, seesDatabase } from './principal.ts';

const someone: Principal = {
  kind: 'key',
  id: '7',
  name: 'reports',
  role: 'viewer',
  personalData: false,
  credentials: false,
  databases: [1, 3],
};

test('a role may do what the ones below it may, and nothing above', () => {
  const roles = ['viewer', 'editor', 'admin', 'owner'] as const;
  const allowed = roles.map((role) => roles.filter((needed) => reaches(role, needed)).join(' '));
  expect(allowed).toEqual([
    'viewer',
    'viewer editor',
    'viewer editor admin',
    'viewer editor admin owner',
  ]);
});

test('only the databases named are seen, unless all are', () => {
  expect([1, 2, 3].filter((id) => seesDatabase(someone, id))).toEqual([1, 3]);
  expect(seesDatabase({ ...someone, databases: 'all' }, 2)).toBe(true);
});
