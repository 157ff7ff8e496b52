import type { ErrorEntry } from './catalogue.ts';

export const cliErrors = {
  USAGE: {
    happened: 'The command was not understood',
    next: 'Run the command with --help to see its arguments and examples.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
