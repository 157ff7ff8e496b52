import type { ErrorEntry } from './catalogue.ts';

export const scheduleErrors = {
  SCHEDULE_INVALID: {
    happened: 'That is no schedule',
    next: 'Look at `muster audience schedule --help`; nothing was changed.',
    exitCode: 2,
  },
  AUDIENCE_PAUSED: {
    happened: 'The audience is paused, and nothing of it is sent',
    next: 'Let it go on with `muster audience resume NAME`; what waits is kept.',
    exitCode: 2,
  },
  AUDIENCE_OUTSIDE_PERIOD: {
    happened: 'The audience is outside of its running period, and nothing of it is sent',
    next: 'Wait for its start, or change it with `muster audience schedule NAME --always`. Opt-outs leave all the same.',
    exitCode: 2,
  },
  AUDIENCE_DEACTIVATED: {
    happened: 'The audience is deactivated',
    next: 'Run `muster audience activate NAME` to start it again; nothing of it is sent until then, but opt-outs leave.',
    exitCode: 2,
  },
  DESTINATION_DISABLED: {
    happened: 'The integration of this audience is disabled, and nothing goes through it',
    next: 'Enable the integration with `muster integration enable NAME`; what waits is kept and then goes out.',
    exitCode: 2,
  },
  RUN_NONE: {
    happened: 'No run of this audience is queued, under way or waiting',
    next: 'Nothing has to be cancelled; `muster run list` shows the runs that were.',
    exitCode: 2,
  },
  RUN_TAKEN_OVER: {
    happened: 'Another process has taken this run over, because this one was silent for too long',
    next: 'Nothing is lost, and nothing has to be done: the run goes on there.',
    exitCode: 1,
  },
  AUDIENCE_NOT_LINKED: {
    happened: 'The audience has no counterpart at Meta yet',
    next: 'Run `muster audience activate NAME` or `muster sync NAME`, which make one.',
    exitCode: 2,
  },
  LINKED_AUDIENCE_MISSING: {
    happened: 'The linked audience is missing: it was deleted at Meta, or the token may not see it',
    next: 'If it was deleted, run `muster audience relink NAME`, which makes a new one and sends everybody; or link another with --link ID.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
