import type { ErrorEntry } from './catalogue.ts';

export const backupErrors = {
  BACKUP_EXISTS: {
    happened: 'There is a file of that name already',
    next: 'Choose another name: a backup never takes the place of another one.',
    exitCode: 2,
  },
  BACKUP_UNWRITABLE: {
    happened: 'The backup could not be written',
    next: 'Check the path, who may write there, and how much space is left. Nothing is left of it.',
    exitCode: 1,
  },
  BACKUP_DAMAGED: {
    happened: 'The file is no backup, or not a whole one',
    next: 'Copy it again from where it was made, or take an older one. Nothing was changed.',
    exitCode: 2,
  },
  RESTORE_SCHEMA: {
    happened: 'The backup was made by a newer release of Muster',
    next: 'Restore it with that release or a later one: `muster --version` where it was made says which. Backups of older releases are brought up to date by themselves.',
    exitCode: 2,
  },
  RESTORE_NOT_EMPTY: {
    happened: 'There is data here already, and a restore would take its place',
    next: 'Restore into an empty place: another directory with --data, or a database of its own with DATABASE_URL.',
    exitCode: 2,
  },
  RETENTION_UNKNOWN: {
    happened: 'Nothing is kept under that name',
    next: 'Look with `muster retention show`.',
    exitCode: 2,
  },
  RESTORED_PAUSED: {
    happened: 'This is a restored copy, and nothing is sent from it yet',
    next: 'If the original no longer runs, let this one go on with `muster resume`. Two of them would undo each other’s work.',
    exitCode: 3,
  },
} satisfies Record<string, ErrorEntry>;
