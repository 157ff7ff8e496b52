import type { ErrorEntry } from './catalogue.ts';

export const metaErrors = {
  META_UNREACHABLE: {
    happened: 'Meta could not be reached',
    next: 'Check the network and try again; nothing is lost.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
