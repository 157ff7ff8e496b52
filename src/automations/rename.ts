/** What to put in place of a rule, or of the name of an audience that a step fills. */
export interface Reworded {
  readonly rule: (rule: unknown) => unknown;
  readonly audience: (name: string) => string;
}

/**
 * The definition of a scenario, or of an automation, with other names in it. It was read before, so it
 * has the shape that `readScenario` or `readAutomation` takes.
 */
export function reworded(definition: unknown, by: Reworded): unknown {
  if (!isObject(definition)) return definition;
  const { start, steps } = definition;
  return {
    ...definition,
    ...(definition['if'] === undefined ? {} : { if: by.rule(definition['if']) }),
    ...(isObject(start) && start['daily'] !== undefined
      ? { start: { ...start, daily: by.rule(start['daily']) } }
      : {}),
    ...(Array.isArray(steps) ? { steps: steps.map((step) => ofStep(step, by)) } : {}),
  };
}

function ofStep(step: unknown, by: Reworded): unknown {
  if (!isObject(step)) return step;
  const { filter, branch } = step;
  if (filter !== undefined) return { filter: by.rule(filter) };
  if (isObject(branch)) {
    const side = (key: 'yes' | 'no') => {
      const steps = branch[key];
      return Array.isArray(steps) ? { [key]: steps.map((one) => ofStep(one, by)) } : {};
    };
    return { branch: { if: by.rule(branch['if']), ...side('yes'), ...side('no') } };
  }
  const key = ['add', 'remove'].find((one) => typeof step[one] === 'string');
  return key === undefined ? step : { [key]: by.audience(String(step[key])) };
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
