import type { Phrase } from '../nodes/node.ts';
import type { OperatorName, OperatorValues } from '../nodes/operators.ts';
import { spokenName } from '../nodes/scalars.ts';
import { operators, type Predicate } from './operators.ts';

interface Asked {
  readonly op: OperatorName;
  readonly value?: OperatorValues[OperatorName];
}

/** `owner` in words, in front of the name; nothing: the person. */
export function leafPhrase(name: string, asked: Asked, owner = ''): Phrase {
  const { yes, no } = predicateOf(asked);
  const whose = `deren ${owner}${spokenName(name)}`;
  return {
    yes: { text: `${whose} ${yes}`, joined: false },
    no: { text: `${whose} ${no}`, joined: false },
  };
}

export function leafLine(name: string, asked: Asked, owner = ''): string {
  return `${owner}${spokenName(name)} ${predicateOf(asked).line}`;
}

/** The operator with its value's type forgotten: check made the value, so the two belong together. */
function predicateOf({ op, value }: Asked): Predicate {
  return (operators[op] as (of: unknown) => Predicate)(value);
}
