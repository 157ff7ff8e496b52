import { expect, it } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { readScenario } from '#automations/definition.ts';
import type { StepJson } from '../../web/src/scenarios/scenario-json.ts';
import { layScenario } from '../../web/src/scenarios/scenario-layout.ts';

const rule = { consent: 'yes' };

const { steps } = fc.letrec<{ steps: StepJson[]; step: StepJson }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 4 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<StepJson>({ add: 'a' }),
    fc.constant<StepJson>({ wait: { days: 1 } }),
    fc.constant<StepJson>({ filter: rule }),
    fc.constant<StepJson>('exit'),
    fc
      .record({ yes: tie('steps'), no: tie('steps') })
      .map((sides): StepJson => ({ branch: { if: rule, ...sides } })),
  ),
}));

/** Ways as the server goes them: what is drawn is what happens. */
function waysOf(written: readonly StepJson[]): string[] {
  const program = readScenario({ start: { by: 'hand' }, steps: written }, (json) => json);
  return program.steps.flatMap((step, from) => {
    if (step.kind === 'exit') return [];
    if (step.kind === 'ask') return [`${from} yes ${step.yes}`, `${from} no ${step.no}`];
    return [`${from} on ${step.next}`];
  });
}

it('draws the ways that the server goes', () => {
  fc.assert(
    fc.property(steps, (some) => {
      const all: StepJson[] = [{ add: 'a' }, ...some];
      const { ways } = layScenario(all);
      const drawn = ways
        .filter(({ from }) => from >= 0)
        .map(({ from, to, answer }) => `${from} ${answer ?? 'on'} ${to}`);
      // What stands behind an exit is reached by nobody, and drawn without a way to it.
      expect(drawn.toSorted()).toEqual(waysOf(all).toSorted());
    }),
    { numRuns: 300 },
  );
});

it('puts no two steps into one place', () => {
  fc.assert(
    fc.property(steps, (some) => {
      const { placed } = layScenario(some);
      const places = placed.map(({ x, y }) => `${x} ${y}`);
      expect(new Set(places).size).toBe(places.length);
      expect(placed.map(({ number }) => number)).toEqual(placed.map((_, i) => i - 1));
    }),
    { numRuns: 300 },
  );
});
