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
} satisfies Record<string, ErrorEntry>;
