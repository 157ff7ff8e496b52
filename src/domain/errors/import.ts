import type { ErrorEntry } from './catalogue.ts';

export const importErrors = {
  IMPORT_FILE_UNREADABLE: {
    happened: 'The file cannot be read',
    next: 'Check the path and who may read it. It must be a regular file, not a folder or a pipe.',
    exitCode: 2,
  },
  IMPORT_FILE_EMPTY: {
    happened: 'The file holds no rows',
    next: 'Export the file again; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_FILE_CUT: {
    happened: 'The file ends in the middle of a record',
    next: 'It was probably cut while it was written or copied. Export or copy it again; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_FILE_CHANGED: {
    happened: 'The file changed while it was read',
    next: 'Wait until whatever writes it is done, then import it again; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_FILE_DAMAGED: {
    happened: 'The file is damaged',
    next: 'Its checksums or its structure do not fit what it holds. Export or copy it again; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_FILE_SWELLS: {
    happened: 'The file unpacks to far more than lists of people do',
    next: 'Unpack it yourself and look at it; split it if it is sound. Nothing was changed.',
    exitCode: 2,
  },
  IMPORT_FORMAT: {
    happened: 'The format of the file is not one that is taken',
    next: 'Save it as CSV, as one JSON object a line, as Parquet or as .xlsx; CSV and JSON lines may be packed with gzip or alone in a zip. Nothing was changed.',
    exitCode: 2,
  },
  IMPORT_ENCODING: {
    happened: 'The encoding of the file is not understood',
    next: 'Save it as CSV in UTF-8, or in UTF-16 with a byte order mark; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_HEADER_INVALID: {
    happened: 'The header of the file cannot be used',
    next: 'The first line must give every column a name of its own, at most 512 of them. Correct it and import again; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_ID_MISSING: {
    happened: 'The file has no column that names each person',
    next: 'Say which column it is with --id COLUMN; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_MAP_INVALID: {
    happened: 'The mapping of columns cannot be used',
    next: 'Write --map KEY=COLUMN,KEY=COLUMN with keys and columns from the lists above; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_END_UNPROVED: {
    happened: 'Nothing proves that the file is complete, and --mirror deletes whoever it lacks',
    next: 'Add --rows N with the number of people that the file must hold; nothing was changed.',
    exitCode: 2,
  },
  IMPORT_ROWS_DIFFER: {
    happened: 'The file does not hold as many rows as --rows says',
    next: 'Export the file again, or correct --rows; nothing was changed.',
    exitCode: 2,
  },
  UPLOAD_LOST: {
    happened: 'The file that was sent could not be imported to its end',
    next: 'The process that imported it ended each time. Look into its log, and send the file again; nothing was changed.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
