import type { ErrorEntry } from './catalogue.ts';

export const storeErrors = {
  STORE_UNREACHABLE: {
    happened: 'The database could not be reached',
    next: 'Run `muster status`; if DATABASE_URL is set, check that it is right.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
