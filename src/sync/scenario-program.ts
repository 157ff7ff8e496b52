import { parseRule } from '#audiences/rule.ts';
import { readAutomation, readScenario } from '#automations/definition.ts';
import type { Program } from '#automations/program.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Scenario } from '#store/scenarios.ts';

/** The program of a scenario, or of the automation of an audience. */
export function programOf({
  audience,
  definition,
}: Pick<Scenario, 'audience' | 'definition'>): Program {
  return audience === null
    ? readScenario(definition, readRule)
    : readAutomation(definition, audience, readRule);
}

/** What parseRule says, with the place of the rule in front. */
export function readRule(json: unknown, path: string): unknown {
  try {
    return parseRule(json);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    throw new MusterError(error.code, `${path}: ${error.measured}`);
  }
}
