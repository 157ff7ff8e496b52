import type { CommandEntry } from './command.ts';

/** What concerns credentials and ad accounts; in the order of the help text. */
export const connectionCommands: readonly CommandEntry[] = [
  {
    name: 'connection list',
    summary: 'The credentials: whose they are, when they end, what stopped',
    load: async () => (await import('./connection/list.ts')).list,
  },
  {
    name: 'connection show',
    summary: 'One connection and the ad accounts it serves; never the token',
    load: async () => (await import('./connection/show.ts')).show,
  },
  {
    name: 'connection audiences',
    summary: 'All audiences of an ad account at Meta, and which of them can be linked',
    load: async () => (await import('./connection/audiences.ts')).audiences,
  },
  {
    name: 'connection refresh',
    summary: 'Sixty new days for the token of a system user',
    load: async () => (await import('./connection/refresh.ts')).refresh,
  },
  {
    name: 'connection rotate-key',
    summary: 'Seal all tokens with a new key',
    load: async () => (await import('./connection/rotate-key.ts')).rotateKeyCommand,
  },
  {
    name: 'integration list',
    summary: 'Which database goes to which ad account, and whether it may',
    load: async () => (await import('./integration/list.ts')).list,
  },
  {
    name: 'integration enable',
    summary: 'Let an integration send again; what waited goes out',
    load: async () => (await import('./integration/switch.ts')).enable,
  },
  {
    name: 'integration disable',
    summary: 'Send nothing through an integration; what waits is kept',
    load: async () => (await import('./integration/switch.ts')).disable,
  },
  {
    name: 'integration rename',
    summary: 'Give an integration another name',
    load: async () => (await import('./integration/rename.ts')).rename,
  },
  {
    name: 'integration remove',
    summary: 'Forget an integration, and its token where nothing else needs it, for good',
    load: async () => (await import('./integration/remove.ts')).remove,
  },
  {
    name: 'integration set',
    summary: 'Say whether an external id alone is enough to be sent',
    load: async () => (await import('./integration/set.ts')).set,
  },
];

/** Audiences that Meta makes of ours. */
export const lookalikeCommands: readonly CommandEntry[] = [
  {
    name: 'lookalike create',
    summary: 'Let Meta make an audience of people who resemble the members of one',
    load: async () => (await import('./lookalike/create.ts')).create,
  },
  {
    name: 'lookalike list',
    summary: 'The lookalikes that grow from an audience, as Meta has them now',
    load: async () => (await import('./lookalike/list.ts')).list,
  },
  {
    name: 'lookalike delete',
    summary: 'Delete a lookalike at Meta, for good',
    load: async () => (await import('./lookalike/delete.ts')).deleteCommand,
  },
];
