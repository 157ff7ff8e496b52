import type { CommandEntry } from './command.ts';

/** Who may sign in, with which keys, and what they did. */
export const peopleCommands: readonly CommandEntry[] = [
  {
    name: 'user list',
    summary: 'Who may sign in, and what they may do',
    load: async () => (await import('./user/list.ts')).list,
  },
  {
    name: 'user invite',
    summary: 'Make a link by which somebody may sign in',
    load: async () => (await import('./user/invite.ts')).invite,
  },
  {
    name: 'user role',
    summary: 'Say what somebody may do',
    load: async () => (await import('./user/change.ts')).role,
  },
  {
    name: 'user disable',
    summary: 'Let somebody in no more',
    load: async () => (await import('./user/change.ts')).disable,
  },
  {
    name: 'user enable',
    summary: 'Let them in again',
    load: async () => (await import('./user/change.ts')).enable,
  },
  {
    name: 'user reset',
    summary: 'Make a link by which somebody sets a new password',
    load: async () => (await import('./user/reset.ts')).reset,
  },
  {
    name: 'user second-factor',
    summary: 'Ask everybody for a second factor, or leave it to each',
    load: async () => (await import('./user/second-factor.ts')).secondFactor,
  },
  {
    name: 'key create',
    summary: 'Make a key that may send events, or one for the API',
    load: async () => (await import('./key/create.ts')).create,
  },
  {
    name: 'key list',
    summary: 'All keys, without the keys themselves',
    load: async () => (await import('./key/list.ts')).list,
  },
  {
    name: 'key revoke',
    summary: 'Take nothing more by a key',
    load: async () => (await import('./key/revoke.ts')).revoke,
  },
  {
    name: 'audit list',
    summary: 'Who changed what, and who saw personal data',
    load: async () => (await import('./audit/list.ts')).list,
  },
  {
    name: 'audit export',
    summary: 'The whole log, a line an entry',
    load: async () => (await import('./audit/export.ts')).exportCommand,
  },
  {
    name: 'audit verify',
    summary: 'Whether every entry is still as it was written',
    load: async () => (await import('./audit/verify.ts')).verify,
  },
];
