import { type Duration, explainDuration } from './duration.ts';
import type { Start } from './start.ts';

/** One step of a way; `next` and the like are the numbers of later steps, or the number of steps: the end. */
export type Step =
  | { readonly kind: 'wait'; readonly wait: Duration; readonly next: number }
  | {
      readonly kind: 'ask';
      readonly rule: unknown;
      readonly yes: number;
      readonly no: number;
    }
  | {
      readonly kind: 'place';
      readonly adds: boolean;
      readonly audience: string;
      readonly next: number;
    }
  | { readonly kind: 'exit' };

/** How often somebody may go the way. */
export interface Again {
  /** Null: as often as they start. */
  readonly atMost: number | null;
  /** Null: right after another. */
  readonly interval: Duration | null;
}

/** A scenario that was read: who starts, and what happens to them step by step. */
export interface Program {
  /** Null: nothing that happens starts it. */
  readonly start: Start | null;
  /** A rule: whom it finds starts, looked at once a day; null: nobody. */
  readonly daily: unknown;
  /** Somebody may be started by name. */
  readonly byHand: boolean;
  readonly again: Again;
  readonly steps: readonly Step[];
}

/** A step as it is written, nested. */
export type Written =
  | { readonly kind: 'wait'; readonly wait: Duration }
  | { readonly kind: 'filter'; readonly rule: unknown }
  | {
      readonly kind: 'branch';
      readonly rule: unknown;
      readonly yes: readonly Written[];
      readonly no: readonly Written[];
    }
  | { readonly kind: 'place'; readonly adds: boolean; readonly audience: string }
  | { readonly kind: 'exit' };

/**
 * Steps one after another, each before those that it leads to, so that nobody meets one twice. What is
 * behind a branch comes after both its sides.
 */
export function flatten(written: readonly Written[]): Step[] {
  const steps: (Step | null)[] = [];
  const end = countSteps(written);
  const write = (list: readonly Written[], behind: number): void => {
    list.forEach((one, i) => {
      const at = steps.length;
      steps.push(null);
      const size = sizeOf(one);
      const next = i === list.length - 1 ? behind : at + size;
      if (one.kind === 'branch') {
        const no = at + 1 + countSteps(one.yes);
        steps[at] = {
          ...{ kind: 'ask', rule: one.rule },
          yes: one.yes.length === 0 ? next : at + 1,
          no: one.no.length === 0 ? next : no,
        };
        write(one.yes, next);
        write(one.no, next);
      } else if (one.kind === 'filter') {
        steps[at] = { kind: 'ask', rule: one.rule, yes: next, no: end };
      } else {
        steps[at] = one.kind === 'exit' ? one : { ...one, next };
      }
    });
  };
  write(written, end);
  return steps.filter((step) => step !== null);
}

function countSteps(written: readonly Written[]): number {
  return written.reduce((sum, one) => sum + sizeOf(one), 0);
}

function sizeOf(one: Written): number {
  return one.kind === 'branch' ? 1 + countSteps(one.yes) + countSteps(one.no) : 1;
}

/** Names of the audiences that it puts people into or takes them out of. */
export function audiencesOf({ steps }: Pick<Program, 'steps'>): string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'place' ? step.audience : [])))];
}

/** The steps in words. */
export function explainSteps(
  steps: readonly Step[],
  explainRule: (rule: unknown) => string,
): string[] {
  const to = (step: number): string => (step >= steps.length ? 'the end' : `step ${step + 1}`);
  return steps.map((step, i) => {
    if (step.kind === 'exit') return 'exit';
    if (step.kind === 'ask') {
      return `${explainRule(step.rule)}? yes: ${to(step.yes)}, no: ${to(step.no)}`;
    }
    const words =
      step.kind === 'wait'
        ? `wait ${explainDuration(step.wait)}`
        : step.adds
          ? `add to “${step.audience}”`
          : `remove from “${step.audience}”`;
    return step.next === i + 1 ? words : `${words}, then ${to(step.next)}`;
  });
}
