import { parseRule, type Rule } from '#audiences/rule.ts';
import { templates } from '#audiences/templates.ts';
import { MusterError } from '#domain/errors/muster-error.ts';

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
