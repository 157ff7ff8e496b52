import type { ErrorEntry } from './catalogue.ts';

/** What needs a second person. */
export const approvalErrors = {
  APPROVAL_NEEDED: {
    happened: 'This is more than one person alone may send, so it waits for a second one',
    next: 'Whoever may let runs go and did not ask for it: `muster approve RUN --by ADDRESS`, the page of the run, or the link in the mail.',
    exitCode: 3,
  },
  APPROVAL_REFUSED: {
    happened: 'A second person has said no to exactly this',
    next: 'Change the rule or the people; or ask once more with `muster sync NAME`.',
    exitCode: 3,
  },
  APPROVAL_OWN: {
    happened: 'Whoever asked for it cannot be the second person',
    next: 'Ask one of those who may; `muster user list` shows everybody.',
    exitCode: 2,
  },
  APPROVAL_PERSON_NEEDED: {
    happened: 'Only a person who is known and may let runs go can answer',
    next: 'Sign in, use a key that you made yourself, or say who it is: `muster approve RUN --by ADDRESS`.',
    exitCode: 2,
  },
  APPROVAL_NONE: {
    happened: 'That run does not wait for a second person',
    next: 'Run `muster status` to see what does.',
    exitCode: 2,
  },
  APPROVAL_DECIDED: {
    happened: 'It has been answered already',
    next: 'Run `muster run show RUN` to see what became of it.',
    exitCode: 2,
  },
  APPROVAL_STALE: {
    happened: 'The run would now do something else than what was asked about',
    next: 'Look at it again: the next run asks anew; `muster sync NAME` does so at once.',
    exitCode: 2,
  },
  APPROVAL_LINK_UNKNOWN: {
    happened: 'The link is none, or older than 72 hours',
    next: 'Sign in and open the run, or use `muster approve RUN --by ADDRESS`.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
