import type { ErrorEntry } from './catalogue.ts';

export const storeErrors = {
  STORE_UNREACHABLE: {
    happened: 'The database could not be reached',
    next: 'Run `muster status`; if DATABASE_URL is set, check that it is right.',
    exitCode: 1,
  },
  STORE_FULL: {
    happened: 'There is no space left on the disk',
    next: 'Free some space, or give the data directory a larger disk; then run it again. Nothing that was acknowledged is lost.',
    exitCode: 1,
  },
  STORE_NEWER: {
    happened: 'The data was written by a newer release of Muster',
    next: 'Install that release or a newer one; this one must not touch the data.',
    exitCode: 1,
  },
  DATABASE_AT_META: {
    happened: 'People of the database are at Meta',
    next: 'Take them out first: `muster audience deactivate NAME --remove-people`, and wait until it is done. With --leave-people they stay there, and nobody can take them out from here any more.',
    exitCode: 2,
  },
  DATABASE_AT_WORK: {
    happened: 'Something is under way in the database',
    next: 'Wait until it has ended, or cancel it; then try again.',
    exitCode: 1,
  },
  DATABASE_UNKNOWN: {
    happened: 'There is no database of that name',
    next: 'Use `main`, or import a file with --database NAME, which makes it.',
    exitCode: 2,
  },
  STORE_ELSEWHERE: {
    happened: 'Another machine or container uses this data directory',
    next: 'Stop Muster there first. If that machine or container is gone for good, delete postgres/postmaster.pid in the data directory and try again.',
    exitCode: 1,
  },
  STORE_MAJOR: {
    happened: 'The data belongs to another major version of PostgreSQL',
    next: 'With the release of Muster that made it, save the data with `muster backup` and load that with `muster restore` into an empty database of a server (DATABASE_URL); this release goes on there. docs/guide/backup.md has the steps.',
    exitCode: 1,
  },
  STORE_DATA_UNUSABLE: {
    happened: 'The data directory cannot be used',
    next: 'Choose another directory with --data, or run Muster under the account that owns this one.',
    exitCode: 1,
  },
  STORE_START_FAILED: {
    happened: 'The embedded Postgres did not start',
    next: 'Its own words are in postgres.log in the data directory. Free disk space and memory are the usual causes.',
    exitCode: 1,
  },
  STORE_NO_BINARIES: {
    happened: 'There is no embedded Postgres for this system',
    next: 'Set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
    exitCode: 1,
  },
  STORE_ROOT: {
    happened:
      'Muster runs as root and cannot hand Postgres to an ordinary account, as Postgres demands',
    next: 'Run Muster under an ordinary account, or set DATABASE_URL.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
