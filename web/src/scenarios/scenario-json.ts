import type { RuleNode } from '../rule-builder/rule-query.ts';

/** A scenario as the API takes it (docs/guide/automations.md "Scenarios"). */
export interface ScenarioJson {
  readonly start: StartJson;
  readonly again?: AgainJson;
  readonly steps: readonly StepJson[];
}

export type StartJson =
  | { readonly on: readonly TriggerJson[] }
  | { readonly daily: RuleNode }
  | { readonly by: 'hand' };

/** One thing that can happen: its name under `on`, and what is asked of it. */
export type TriggerJson = Readonly<Record<string, unknown>> & { readonly on: string };

export interface AgainJson {
  readonly atMost?: number;
  readonly interval?: DurationJson;
}

export type DurationJson = Readonly<
  Partial<Record<'days' | 'hours' | 'minutes' | 'seconds', number>>
>;

export type StepJson =
  | { readonly wait: DurationJson }
  | { readonly filter: RuleNode }
  | { readonly branch: BranchJson }
  | { readonly add: string }
  | { readonly remove: string }
  | 'exit';

export interface BranchJson {
  readonly if: RuleNode;
  readonly yes?: readonly StepJson[];
  readonly no?: readonly StepJson[];
}

export const stepKinds = ['wait', 'filter', 'branch', 'add', 'remove', 'exit'] as const;
export type StepKind = (typeof stepKinds)[number];

export function kindOfStep(step: StepJson): StepKind {
  if (step === 'exit') return 'exit';
  return stepKinds.find((kind) => kind in step) ?? 'exit';
}

const everybody: RuleNode = { trait: '', op: 'exists' };

export function blankStep(kind: StepKind): StepJson {
  switch (kind) {
    case 'wait':
      return { wait: { days: 2 } };
    case 'filter':
      return { filter: everybody };
    case 'branch':
      return { branch: { if: everybody, yes: [], no: [] } };
    case 'add':
      return { add: '' };
    case 'remove':
      return { remove: '' };
    case 'exit':
      return 'exit';
  }
}

/** How many steps there are, those inside of branches too: the API counts them in this order. */
export function countSteps(steps: readonly StepJson[]): number {
  return steps.reduce((sum, step) => sum + sizeOf(step), 0);
}

export function sizeOf(step: StepJson): number {
  if (step === 'exit' || !('branch' in step)) return 1;
  return 1 + countSteps(step.branch.yes ?? []) + countSteps(step.branch.no ?? []);
}
