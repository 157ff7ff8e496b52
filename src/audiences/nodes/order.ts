import type { CellTest } from './node.ts';
import type { LeafScope, Operator } from './operator.ts';
import { asNumber, isPlainNumber } from './cells.ts';
import { asMoment, momentParam } from './moments.ts';
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
