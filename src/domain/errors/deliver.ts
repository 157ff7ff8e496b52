import type { ErrorEntry } from './catalogue.ts';

export const deliverErrors = {
  AUDIENCE_UNKNOWN: {
    happened: 'There is no audience of that name',
    next: 'Run `muster audience list` to see the names.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
