import type { CommandEntry } from './command.ts';

/** What needs somebody, who is told, and what is kept safe. */
export const operationCommands: readonly CommandEntry[] = [
  {
    name: 'alert list',
    summary: 'What needs somebody now',
    load: async () => (await import('./alert/list.ts')).list,
  },
  {
    name: 'alert show',
    summary: 'One alert: what was measured, and what to do',
    load: async () => (await import('./alert/show.ts')).show,
  },
  {
    name: 'alert silence',
    summary: 'No more reminders of an alert for some days',
    load: async () => (await import('./alert/silence.ts')).silence,
  },
  {
    name: 'alert rules',
    summary: 'From when on people are told, and how often; shows it, or changes it',
    load: async () => (await import('./alert/rules.ts')).rules,
  },
  {
    name: 'alert to-mail',
    summary: 'Send alerts to addresses, or no longer',
    load: async () => (await import('./alert/to-mail.ts')).toMail,
  },
  {
    name: 'alert test',
    summary: 'Send a test to everywhere that alerts go',
    load: async () => (await import('./alert/try.ts')).tryAll,
  },
  {
    name: 'webhook create',
    summary: 'Send alerts to a URL, signed; or to Slack and what understands the same',
    load: async () => (await import('./webhook/create.ts')).create,
  },
  {
    name: 'webhook list',
    summary: 'All webhooks, and whether the last message arrived',
    load: async () => (await import('./webhook/list.ts')).list,
  },
  {
    name: 'webhook test',
    summary: 'Send a test to one webhook',
    load: async () => (await import('./webhook/try.ts')).tryOne,
  },
  {
    name: 'webhook rotate',
    summary: 'A new key for its signatures; the old one signs beside it until the next time',
    load: async () => (await import('./webhook/rotate.ts')).rotate,
  },
  {
    name: 'webhook delete',
    summary: 'Send nothing there any more',
    load: async () => (await import('./webhook/delete.ts')).deleteCommand,
  },
  {
    name: 'backup',
    summary: 'Write everything into one file, while all goes on',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'Put a backup into an empty place; it starts paused',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'resume',
    summary: 'Let a restored copy go on, when the original no longer runs',
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'retention show',
    summary: 'How long everything is kept',
    load: async () => (await import('./retention/show.ts')).show,
  },
  {
    name: 'retention set',
    summary: 'Keep something for another time',
    load: async () => (await import('./retention/set.ts')).set,
  },
];
