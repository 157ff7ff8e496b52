import type { ErrorEntry } from './catalogue.ts';

/** What audiences are made with, and what is changed about them later. */
export const audienceErrors = {
  NOT_CONNECTED: {
    happened: 'Nothing is connected yet, so nothing says where audiences go',
    next: 'Connect one: `muster connect --guide` says how, `muster connect --sandbox` tries it without Meta.',
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
