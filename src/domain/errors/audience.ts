import type { ErrorEntry } from './catalogue.ts';

/** What audiences are made with, and what is changed about them later. */
export const audienceErrors = {
  NOT_CONNECTED: {
    happened: 'Nothing is connected yet, so nothing says where audiences go',
    next: 'Connect one: `muster connect --guide` says how, `muster connect --sandbox` tries it without Meta.',
    exitCode: 2,
  },
  AUDIENCE_CHANGED: {
    happened: 'Somebody has changed the audience since it was looked at, so nothing was done',
    next: 'Look again, without --if-version; if the change is still wanted, do it with the version that is shown then.',
    exitCode: 2,
  },
  AUDIENCE_ACCOUNT_FIXED: {
    happened: 'The ad account of an audience that was at Meta stays what it is',
    next: 'Make a copy with `muster audience duplicate NAME` and give that one the other account.',
    exitCode: 2,
  },
  INTEGRATION_NEEDED: {
    happened: 'The integration is still needed',
    next: 'Deactivate the audiences that are named, with --remove-people, or delete theirs at Meta: whoever opts out leaves through it. To send nothing for a while run `muster integration disable NAME`.',
    exitCode: 2,
  },
  LOOKALIKE_EXISTS: {
    happened: 'That lookalike is there already',
    next: 'Use it, or choose another country or ratio; Meta keeps one of each.',
    exitCode: 2,
  },
  LOOKALIKE_UNKNOWN: {
    happened: 'No lookalike of that name or id grows from this audience',
    next: 'Run `muster lookalike list NAME` to see them.',
    exitCode: 2,
  },
  LOOKALIKE_NOT_BY_VALUE: {
    happened: 'Lookalikes by value grow from value-based audiences alone',
    next: 'Make one with `muster audience create NAME --value-based`, synchronise it, and grow the lookalike from that.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
