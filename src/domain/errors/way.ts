import type { ErrorEntry } from './catalogue.ts';

/** How an audience is filled. */
export const wayErrors = {
  AUDIENCE_OTHER_WAY: {
    happened: 'The audience is filled in another way, and an audience has exactly one',
    next: 'Look at it with `muster audience show NAME`. `muster audience way NAME` with --by-hand, --rule FILE, … fills it in another way from now on.',
    exitCode: 2,
  },
  AUDIENCE_WAY_MEMBERS: {
    happened: 'Filling the audience in another way concerns the people who are in it',
    next: 'Say what becomes of them: --members keep leaves them in it, as far as the new way lets them; --members drop begins with nobody.',
    exitCode: 2,
  },
  PEOPLE_LIST_INVALID: {
    happened: 'The list of people cannot be read',
    next: 'Give one id or e-mail address a line, or a CSV file with a column of ids (external_id, user_id, customer_id, …) or of e-mail addresses.',
    exitCode: 2,
  },
  SCENARIO_INVALID: {
    happened: 'The automation or scenario is not valid',
    next: 'Correct the place that is named and try again; docs/guide/automations.md has examples, and `muster automation events` all that can start one.',
    exitCode: 2,
  },
  SCENARIO_UNKNOWN: {
    happened: 'There is no scenario of that name',
    next: 'Run `muster scenario list` to see the names.',
    exitCode: 2,
  },
  SCENARIO_EXISTS: {
    happened: 'There is a scenario of that name',
    next: 'Choose another name.',
    exitCode: 2,
  },
  SCENARIO_INACTIVE: {
    happened: 'Nobody can start: the automation or scenario is not active',
    next: 'Switch it on with `muster scenario activate NAME`, or `muster automation enable AUDIENCE`.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
