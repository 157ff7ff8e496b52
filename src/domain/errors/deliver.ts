import type { ErrorEntry } from './catalogue.ts';

export const deliverErrors = {
  PROFILE_UNKNOWN: {
    happened: 'There is nobody with that external id in the database',
    next: 'Look at the id column of your file, and say which database with --database NAME.',
    exitCode: 2,
  },
  AUDIENCE_UNKNOWN: {
    happened: 'There is no audience of that name',
    next: 'Run `muster audience list` to see the names.',
    exitCode: 2,
  },
  AUDIENCE_EXISTS: {
    happened: 'There is an audience of that name already',
    next: 'Choose another name; names are unique in an installation.',
    exitCode: 2,
  },
  AUDIENCE_NOT_CONNECTED: {
    happened: 'The audience has no integration to send through',
    next: 'Run `muster connect` (with --sandbox to try without Meta), then try again; with several integrations say which with --integration NAME.',
    exitCode: 2,
  },
  META_AUDIENCE_LINKED: {
    happened: 'That Meta audience is linked to an audience already',
    next: 'Deactivate the other audience first, or link another Meta audience.',
    exitCode: 2,
  },
  CONFIRMATION_WRONG: {
    happened: 'What was typed to confirm is not the name that was meant, so nothing was done',
    next: 'Type the name exactly behind --confirm, if you are sure.',
    exitCode: 2,
  },
  RUN_ACTIVE: {
    happened: 'A run of this audience is under way in another process',
    next: 'Wait until it has ended; `muster status` shows it.',
    exitCode: 1,
  },
  RUN_UNKNOWN: {
    happened: 'There is no run of that number',
    next: 'Run `muster status` to see the runs that wait for somebody.',
    exitCode: 2,
  },
  RUN_NOT_HELD: {
    happened: 'That run does not wait for a release',
    next: 'Run `muster status` to see what does.',
    exitCode: 2,
  },
  PLAN_UNKNOWN: {
    happened: 'There is no plan with that checksum',
    next: 'Run `muster plan NAME` and take the checksum it prints.',
    exitCode: 2,
  },
  PLAN_STALE: {
    happened: 'The plan no longer says what would be done',
    next: 'Run `muster plan NAME` again and look at the new one.',
    exitCode: 2,
  },
  PLAN_HELD: {
    happened: 'The removals of this plan are held by the guard',
    next: 'Look at them with `muster plan NAME`; run `muster sync NAME` and let them go with `muster release RUN --by YOUR_NAME`.',
    exitCode: 3,
  },
  PLAN_REPLACES: {
    happened: 'That checksum is of an exchange of all members, which is no plan to be applied',
    next: 'Run `muster audience replace NAME --confirm CHECKSUM`.',
    exitCode: 2,
  },
  REPLACE_NOT_LINKED: {
    happened: 'The audience is not linked to a Meta audience, so there is nothing to exchange',
    next: 'Run `muster sync NAME`; it makes one and sends everybody.',
    exitCode: 2,
  },
  REPLACE_NOBODY: {
    happened: 'Nobody would be left: no member has a row that may be sent',
    next: 'Look at the rule with `muster audience show NAME`. To empty the audience use `muster audience deactivate NAME --remove-people`.',
    exitCode: 2,
  },
  REPLACE_REFUSED: {
    happened: 'Meta did not begin to exchange the members, so nothing has changed',
    next: 'Meta does it only while the audience is at rest (`muster audience linked NAME` shows its status). Try again later, or use `muster sync NAME`.',
    exitCode: 1,
  },
  REPLACE_TOO_LONG: {
    happened:
      'Exchanging all members would take longer than the hour that is safe, since Meta closes it after 90 minutes',
    next: 'Use `muster sync NAME`, which adds and removes what differs and may take any time.',
    exitCode: 2,
  },
  REPLACE_UNDER_WAY: {
    happened: 'All members of this audience are being exchanged already',
    next: 'Run `muster sync NAME`; it goes on with the exchange where it stands.',
    exitCode: 1,
  },
  REPLACE_WAITS: {
    happened:
      'Earlier requests of this audience may still take effect, so the exchange cannot begin yet',
    next: 'Run the same again after that time.',
    exitCode: 1,
  },
  RUN_STOPPED: {
    happened: 'The run stopped before its end',
    next: 'Read the reason above; the next run goes on from where this one stood.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
