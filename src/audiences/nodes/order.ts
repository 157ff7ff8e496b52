import type { CellTest } from './node.ts';
import type { LeafScope, Operator } from './operator.ts';
import { asNumber, isPlainNumber } from './cells.ts';
import { asMoment, momentParam } from './moments.ts';
import { invalid } from './problem.ts';
import { checkMoment, checkOrdered } from './scalars.ts';

type Comparison = '<' | '<=' | '>' | '>=';

interface Words {
  readonly number: string;
  /** With the date in place of …. */
  readonly moment: string;
}

/** Numbers by amount or dates by time, as the rule's value is one or the other. */
function ordered(comparison: Comparison, words: Words): Operator<string | number> {
  return {
    check: checkOrdered,
    reach: 'self',
    compile: (value, scope) => scope.anyValue(compare(comparison, value, scope)),
    explain: (value) => said(words, value),
  };
}

function compare(comparison: Comparison, value: string | number, { param }: LeafScope): CellTest {
  return isNumber(value)
    ? (cell) => `(${asNumber(cell)} ${comparison} ${param(String(value), 'numeric')}) is true`
    : (cell) => `(${asMoment(cell, param)} ${comparison} ${momentParam(value, param)}) is true`;
}

function isNumber(value: string | number): value is number {
  return typeof value === 'number' || isPlainNumber(value);
}

function said(words: Words, value: string | number): { yes: string; no: string } {
  const [text, kind] = isNumber(value)
    ? [`${words.number} ${value}`, 'number']
    : [words.moment.replace('…', value), 'date'];
  return { yes: `is ${text}`, no: `is not ${text} (or is missing or no ${kind})` };
}

const earlier: Words = { number: 'less than', moment: 'before …' };
const later: Words = { number: 'more than', moment: 'after …' };

export const less = ordered('<', earlier);
export const atMost = ordered('<=', { number: 'at most', moment: '… or earlier' });
export const greater = ordered('>', later);
export const atLeast = ordered('>=', { number: 'at least', moment: '… or later' });

export const before: Operator<string> = { ...less, check: checkMoment };
export const after: Operator<string> = { ...greater, check: checkMoment };

/** The lowest and the highest, both of them included. */
export type Range = readonly [low: string | number, high: string | number];

export const between: Operator<Range> = {
  check(json, path) {
    const [low, high, more]: readonly unknown[] = Array.isArray(json) ? json : [];
    if (low === undefined || high === undefined || more !== undefined) {
      throw invalid(path, 'the lowest and the highest value, such as [10, 20]', json);
    }
    const range = [checkOrdered(low, `${path}[0]`), checkOrdered(high, `${path}[1]`)] as const;
    if (isNumber(range[0]) !== isNumber(range[1])) {
      throw invalid(path, 'two numbers or two dates', json);
    }
    return range;
  },
  reach: 'self',
  compile([low, high], scope) {
    const reaches = compare('>=', low, scope);
    const stays = compare('<=', high, scope);
    return scope.anyValue((cell) => `(${reaches(cell)} and ${stays(cell)})`);
  },
  explain([low, high]) {
    const kind = isNumber(low) ? 'number' : 'date';
    const said = `from ${low} to ${high}`;
    return { yes: `is ${said}`, no: `is not ${said} (or is missing or no ${kind})` };
  },
};
