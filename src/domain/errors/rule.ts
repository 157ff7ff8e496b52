import type { ErrorEntry } from './catalogue.ts';

export const ruleErrors = {
  RULE_INVALID: {
    happened: 'The rule is not valid',
    next: 'Correct the place that is named and try again.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
