import type { CommandEntry } from './command.ts';

/** What needs somebody, and who is told. */
export const alertCommands: readonly CommandEntry[] = [
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
];
