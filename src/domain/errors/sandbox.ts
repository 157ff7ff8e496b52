import type { ErrorEntry } from './catalogue.ts';

export const sandboxErrors = {
  SAMPLE_NOT_EMPTY: {
    happened: 'Sample people are for an installation with nothing in it',
    next: 'Try things out beside your own data with `muster demo`, or join a sandbox to a database with `muster connect --sandbox`.',
    exitCode: 2,
  },
  SANDBOX_PORT_TAKEN: {
    happened: 'The sandbox cannot listen on that port',
    next: 'Choose another one with --port, or stop what uses it.',
    exitCode: 1,
  },
  SANDBOX_DIRECTORY_TAKEN: {
    happened: 'Another sandbox already runs on that directory',
    next: 'Use the one that runs, stop it, or choose another directory with --data.',
    exitCode: 1,
  },
  SANDBOX_STATE_UNREADABLE: {
    happened: 'The sandbox cannot read what an earlier one left in that directory',
    next: 'Choose another directory with --data, or remove the sandbox folder to start over.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
