import type { ErrorEntry } from './catalogue.ts';

export const alertErrors = {
  ALERT_UNKNOWN: {
    happened: 'There is no alert of that number',
    next: 'Look with `muster alert list --all`.',
    exitCode: 2,
  },
  CHANNEL_UNKNOWN: {
    happened: 'There is no webhook of that name, and no such address that alerts go to',
    next: 'Look with `muster webhook list` and `muster alert rules`.',
    exitCode: 2,
  },
  CHANNEL_EXISTS: {
    happened: 'There is a webhook of that name already',
    next: 'Choose another name, or take the old one away with `muster webhook delete`.',
    exitCode: 2,
  },
  CHANNEL_PLACE_INVALID: {
    happened: 'Alerts cannot be sent there',
    next: 'Give a URL that begins with https:// (http:// within your own network, with --allow-private), or addresses such as ana@example.com.',
    exitCode: 2,
  },
  CHANNEL_REFUSED: {
    happened: 'The other side did not take the message',
    next: 'Look there why; `muster webhook test NAME` and `muster alert test` try again.',
    exitCode: 1,
  },
  MAIL_NOT_SET: {
    happened: 'No server for mail is set',
    next: 'Set MUSTER_SMTP_URL to smtp://USER:PASSWORD@HOST:587 or smtps://…, or MUSTER_SMTP_URL_FILE to a file that holds it, and MUSTER_MAIL_FROM to the address that mail comes from.',
    exitCode: 2,
  },
  MAIL_FAILED: {
    happened: 'The server for mail did not take the message',
    next: 'Check MUSTER_SMTP_URL and MUSTER_MAIL_FROM. Alerts are tried again by themselves; `muster alert test` tries now.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
