import type { CommandEntry } from '../command.ts';

/** How an audience is filled, in the order of the help text. */
export const wayCommands: readonly CommandEntry[] = [
  {
    name: 'audience add',
    summary: 'Put people into an audience that is filled by hand',
    load: async () => (await import('./by-hand.ts')).add,
  },
  {
    name: 'audience remove',
    summary: 'Take people out of an audience that is filled by hand',
    load: async () => (await import('./by-hand.ts')).remove,
  },
  {
    name: 'audience edit-members',
    summary: 'Put people in and take others out together; look first with --dry-run',
    load: async () => (await import('./edit-members.ts')).editMembers,
  },
  {
    name: 'audience way',
    summary: 'Fill an audience in another way from now on',
    load: async () => (await import('./way.ts')).way,
  },
  {
    name: 'audience apply-rule',
    summary: 'Apply the rule of an audience now, also one that is applied once a day',
    load: async () => (await import('./way.ts')).applyRule,
  },
];
