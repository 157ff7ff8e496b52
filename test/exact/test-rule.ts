import type { Chance } from './chance.ts';
import type { Value } from './values.ts';

/** A rule as JSON (contract.md "A rule"), over the traits of company.ts. */
export type TestRule =
  | { readonly all: readonly TestRule[] }
  | { readonly any: readonly TestRule[] }
  | { readonly not: TestRule }
  | TestLeaf;

interface TestLeaf {
  readonly trait: 'plan' | 'spent' | 'joined';
  readonly op: string;
  readonly value?: string | number | readonly string[] | { readonly days: number };
}

/** Whether somebody with these values is found; a missing trait is false but for `missing`. */
export function holds(rule: TestRule, values: ReadonlyMap<string, Value>, now: Date): boolean {
  if ('all' in rule) return rule.all.every((part) => holds(part, values, now));
  if ('any' in rule) return rule.any.some((part) => holds(part, values, now));
  if ('not' in rule) return !holds(rule.not, values, now);
  const written = values.get(rule.trait)?.written;
  if (rule.op === 'missing') return written === undefined;
  return written !== undefined && leafHolds(rule, written, now);
}

const dayMs = 86_400_000;

function leafHolds({ op, value }: TestLeaf, written: string, now: Date): boolean {
  const number = Number(written);
  const ageMs = now.getTime() - Date.parse(`${written}T00:00:00Z`);
  const days = (value as { days?: number } | undefined)?.days ?? 0;
  const text = value as string;
  switch (op) {
    case 'exists':
      return true;
    case 'equals':
      return typeof value === 'number' ? number === value : written === value;
    case 'not_equals':
      return written !== value;
    case 'in':
      return (value as readonly string[]).includes(written);
    case 'contains':
      return written.includes(text);
    case 'starts_with':
      return written.startsWith(text);
    case 'ends_with':
      return written.endsWith(text);
    case 'less':
      return number < Number(value);
    case 'at_most':
      return number <= Number(value);
    case 'greater':
      return number > Number(value);
    case 'at_least':
      return number >= Number(value);
    case 'before':
      return written < text;
    case 'after':
      return written > text;
    case 'within_last':
      return ageMs >= 0 && ageMs < days * dayMs;
    case 'older_than':
      return ageMs >= days * dayMs;
    default:
      throw new Error(`no such operator: ${op}`);
  }
}

export function randomRule(chance: Chance, depth = 2): TestRule {
  const part = () => randomRule(chance, depth - 1);
  if (depth > 0 && chance.happens(0.5)) {
    const kind = chance.below(3);
    if (kind === 0) return { all: [part(), part()] };
    if (kind === 1) return { any: [part(), part()] };
    return { not: part() };
  }
  return randomLeaf(chance);
}

function randomLeaf(chance: Chance): TestRule {
  const trait = chance.pick(['plan', 'spent', 'joined'] as const);
  if (chance.happens(0.1)) return { trait, op: chance.pick(['exists', 'missing']) };
  if (trait === 'spent') {
    const op = chance.pick(['less', 'at_most', 'greater', 'at_least', 'equals']);
    return { trait, op, value: chance.pick([0, 12, 99.5, 100]) };
  }
  if (trait === 'joined') {
    if (chance.happens(0.3)) {
      const op = chance.pick(['within_last', 'older_than']);
      return { trait, op, value: { days: chance.pick([10, 40, 70]) } };
    }
    return { trait, op: chance.pick(['before', 'after']), value: '2026-09-15' };
  }
  const op = chance.pick(['equals', 'not_equals', 'in', 'contains', 'starts_with', 'ends_with']);
  if (op === 'in') return { trait, op, value: ['gold', 'silver'] };
  const value = chance.pick(
    op.endsWith('equals') ? ['gold', 'Gold', 'free'] : ['free', 'old', 'g'],
  );
  return { trait, op, value };
}
