import type { ErrorEntry } from './catalogue.ts';

export const ruleErrors = {
  RULE_INVALID: {
    happened: 'The rule is not valid',
    next: 'Correct the place that is named and try again; docs/rules.md has every operator.',
    exitCode: 2,
  },
  RULE_NOT_JSON: {
    happened: 'The rule is not JSON',
    next: 'Correct the line and column that are named; every text needs double quotes and every part but the last a comma.',
    exitCode: 2,
  },
  RULE_OPERATOR_UNKNOWN: {
    happened: 'The rule asks in a way that does not exist',
    next: 'Choose one of the operators that are named; docs/rules.md says what each does.',
    exitCode: 2,
  },
  RULE_GROUP_EMPTY: {
    happened: 'The rule has a group without conditions',
    next: 'Put a condition into the group or take it out: an empty one would mean everybody.',
    exitCode: 2,
  },
  RULE_AUDIENCE_UNKNOWN: {
    happened: 'The rule asks about an audience that its database does not have',
    next: 'Correct the name; `muster audience list` has all of them.',
    exitCode: 2,
  },
  RULE_CYCLE: {
    happened: 'The rule would ask about its own answer',
    next: 'Take the membership condition out of one of the audiences that are named.',
    exitCode: 2,
  },
  RULE_TOO_LARGE: {
    happened: 'The rule is larger than a rule may be',
    next: 'Use `in` with a list instead of many conditions, or one group instead of groups in groups.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
