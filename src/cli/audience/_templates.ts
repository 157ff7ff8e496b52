import { parseRule, type Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';

interface Template {
  readonly summary: string;
  readonly rule: (days: number) => unknown;
  readonly daysDefault: number;
}

/** Rules to begin with; the first two are for exclusion (features.md P-23). */
const templates: Readonly<Record<string, Template>> = {
  'recent-buyers': {
    summary: 'who bought in the last 30 days, to leave them out of ads',
    daysDefault: 30,
    rule: (days) => ({ event: 'Order Completed', within_last: { days } }),
  },
  'recent-signups': {
    summary: 'who signed up in the last 30 days, to leave them out of ads',
    daysDefault: 30,
    rule: (days) => ({ event: 'Signed Up', within_last: { days } }),
  },
  'lapsed-buyers': {
    summary: 'who bought once, and not in the last 180 days',
    daysDefault: 180,
    rule: (days) => ({ event: 'Order Completed', last: { older_than: { days } } }),
  },
};

export const templateHelp = Object.entries(templates)
  .map(([name, { summary }]) => `${name} (${summary})`)
  .join(', ');

/** @throws MusterError USAGE */
export function ruleOfTemplate(name: string, days: string | undefined): Rule {
  const template = templates[name];
  if (template === undefined) {
    const names = Object.keys(templates).join(', ');
    throw new MusterError('USAGE', `--template “${name}” is not one of ${names}`);
  }
  const number = days === undefined ? template.daysDefault : Number(days);
  if (!Number.isInteger(number) || number < 1 || number > 3_650) {
    throw new MusterError('USAGE', `--days “${days}” is no number of days`);
  }
  return parseRule(template.rule(number));
}
