import type { ErrorEntry } from './catalogue.ts';

export const sandboxErrors = {
  SANDBOX_PORT_TAKEN: {
    happened: 'The sandbox cannot listen on that port',
    next: 'Choose another one with --port, or stop what uses it.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
