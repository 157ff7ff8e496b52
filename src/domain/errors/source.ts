import type { ErrorEntry } from './catalogue.ts';

export const sourceErrors = {
  SOURCE_UNKNOWN: {
    happened: 'There is no source of that name',
    next: 'Look with `muster source list`, or make it with `muster source add`.',
    exitCode: 2,
  },
  SOURCE_EXISTS: {
    happened: 'There is a source of that name already',
    next: 'Choose another name, or take the old one away with `muster source remove`.',
    exitCode: 2,
  },
  SOURCE_IN_USE: {
    happened: 'Models read from this source',
    next: 'Take them away first with `muster model remove`.',
    exitCode: 2,
  },
  SOURCE_URL_INVALID: {
    happened: 'The URL of the source cannot be used',
    next: 'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE or mysql://…, with ?sslmode=disable, require or verify-full at most; for SQLite the path of the file; for files https://…, s3://BUCKET/PREFIX/ or sftp://USER@HOST/FOLDER. Percent-encode what is special in a password.',
    exitCode: 2,
  },
  SOURCE_HOST_REFUSED: {
    happened: 'This address is not one that a source or a webhook may have',
    next: 'Link-local and metadata addresses never are. If it is your own machine or network, add it with --allow-private, or list the host in MUSTER_SOURCE_HOSTS.',
    exitCode: 2,
  },
  SOURCE_HOST_KEY: {
    happened: 'The SFTP server does not show the host key that was agreed on',
    next: 'Ask whoever runs the server for the fingerprint of its key (ssh-keygen -l), compare, and add the source with --host-key SHA256:…. A key that changed without a word may be somebody between you and the server.',
    exitCode: 2,
  },
  SOURCE_ANSWER: {
    happened: 'The source answered something that it should not',
    next: 'Check that the address is the right one with `muster source test NAME`. Nothing was changed, and nobody is removed.',
    exitCode: 1,
  },
  SOURCE_FILE_TOO_LARGE: {
    happened: 'The file is larger than any that is picked up',
    next: 'Look what is at that address; split it if it is sound. Nothing was changed.',
    exitCode: 2,
  },
  SOURCE_NO_FILE: {
    happened: 'There is no such file yet',
    next: 'Look at the folder and at the pattern of the source with `muster source test NAME`; the columns are read from a file, so there has to be one.',
    exitCode: 2,
  },
  SOURCE_END_UNPROVED: {
    happened: 'Nothing proves that the file is complete, and whoever it lacks would be removed',
    next: 'Let whatever writes it end the last line with a line end, pack it with gzip, or write a marker beside it (--marker). Nothing was changed; it is looked at again with the next run.',
    exitCode: 2,
  },
  SOURCE_UNREACHABLE: {
    happened: 'The source could not be reached',
    next: 'Check address, user and password with `muster source test NAME`. Nothing was changed, and nobody is removed.',
    exitCode: 1,
  },
  SOURCE_QUERY: {
    happened: 'The source did not run the query',
    next: 'Correct the query, or give the user of the source the right to read these tables. Nothing was changed.',
    exitCode: 2,
  },
  SOURCE_CUT: {
    happened: 'The source broke off before the end of its answer',
    next: 'Run it again. Nothing was changed, and nobody is removed for want of the rest.',
    exitCode: 1,
  },
  TRAIT_UNKNOWN: {
    happened: 'No computed trait has that name',
    next: 'Look with `muster trait list`, or make it with `muster trait compute`.',
    exitCode: 2,
  },
  TRAIT_EXISTS: {
    happened: 'Something gives a trait of that name, or feeds that identifier, already',
    next: 'Choose another name; `muster trait list` has the ones that are taken.',
    exitCode: 2,
  },
  TRAIT_INVALID: {
    happened: 'This is not a trait that can be computed',
    next: 'Say one of --count, --sum, --average, --first, --last and --most-frequent, with a property; see `muster trait compute --help`.',
    exitCode: 2,
  },
  MODEL_UNKNOWN: {
    happened: 'There is no model of that name',
    next: 'Look with `muster model list`, or make it with `muster model create`.',
    exitCode: 2,
  },
  MODEL_EXISTS: {
    happened: 'There is a model of that name already',
    next: 'Choose another name, or take the old one away with `muster model remove`; its people stay.',
    exitCode: 2,
  },
  MODEL_TOO_MANY: {
    happened: 'A database takes at most 50 models',
    next: 'Take one away with `muster model remove`, or join two queries into one.',
    exitCode: 2,
  },
  MODEL_SQL_INVALID: {
    happened: 'This is not a query that a model can have',
    next: 'Write one statement that reads (SELECT, WITH, VALUES or TABLE), of at most 65,535 characters.',
    exitCode: 2,
  },
  MODEL_ID_REPEATED: {
    happened: 'The id column of the model is not unique',
    next: 'Make the query give one row a person, or name another column with --id. Nothing was changed.',
    exitCode: 2,
  },
  MODEL_EMPTY: {
    happened: 'The model gave no rows, and it gave some before',
    next: 'If the people are really gone, say so with --allow-empty. Nothing was changed.',
    exitCode: 2,
  },
  MODEL_DISABLED: {
    happened: 'The model is switched off',
    next: 'Look at it with `muster model preview NAME`, then `muster model enable NAME`.',
    exitCode: 2,
  },
  MODEL_RUN_LOST: {
    happened: 'The process that ran the model ended before it was done',
    next: 'Run it again; nothing of that run was taken over.',
    exitCode: 1,
  },
  MODEL_RUN_CANCELLED: {
    happened: 'The run of the model was cancelled',
    next: 'Nothing of it was taken over. Run it again with `muster model sync NAME` when you like.',
    exitCode: 1,
  },
  MODEL_RUN_UNKNOWN: {
    happened: 'There is no such run of a model',
    next: 'Look with `muster model runs`.',
    exitCode: 2,
  },
  MODEL_ROW_UNKNOWN: {
    happened: 'The model gives no such record',
    next: 'Look at its first ten with `muster model preview NAME`.',
    exitCode: 2,
  },
  RECORD_WITHHELD: {
    happened: 'This record may not be sent',
    next: 'Choose another one with --person.',
    exitCode: 2,
  },
  MODEL_AUDIENCE_SET: {
    happened: 'The model cannot have another audience',
    next: 'A model has one audience at most, and none in mode delete: see `muster model show NAME`.',
    exitCode: 2,
  },
  MODEL_RUN_NONE: {
    happened: 'No run of the model is queued or under way',
    next: 'There is nothing to cancel. What it did last: `muster model runs NAME`.',
    exitCode: 2,
  },
  MODEL_RUNS_NOW: {
    happened: 'The model is being read at this moment',
    next: 'Wait for its end (`muster model runs NAME`), or end it with `muster model cancel NAME`.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
