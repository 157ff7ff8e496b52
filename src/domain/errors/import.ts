import type { ErrorEntry } from './catalogue.ts';

export const importErrors = {
  IMPORT_FILE_EMPTY: {
    happened: 'The file holds no rows',
    next: 'Export the file again; nothing was changed.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
