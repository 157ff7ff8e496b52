import type { CommandEntry } from '../command.ts';

/** Who is in no audience. */
export const keptOutCommands: readonly CommandEntry[] = [
  {
    name: 'hold-out',
    summary: 'Keep a share of everybody out of every audience, to compare with',
    load: async () => (await import('../hold-out.ts')).holdOut,
  },
  {
    name: 'suppression add',
    summary: 'Keep whoever holds one of these values out of every audience',
    load: async () => (await import('./change.ts')).add,
  },
  {
    name: 'suppression remove',
    summary: 'Take values off the list',
    load: async () => (await import('./change.ts')).remove,
  },
  {
    name: 'suppression show',
    summary: 'How many values the list has, and how many people hold one',
    load: async () => (await import('./change.ts')).show,
  },
];
