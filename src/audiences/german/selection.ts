import { must } from '#domain/errors/assert.ts';
import type { Limit } from '../nodes/limit.ts';
import type { Clause, Phrase } from '../nodes/node.ts';
import { shown } from '../nodes/scalars.ts';
import type { SelectionNode } from '../nodes/selection.ts';
import { phraseOfJoined } from './group.ts';
import { number } from './values.ts';

export function selectionPhrase<Child>(
  { invert, limit }: SelectionNode<Child>,
  [include, exclude]: readonly Phrase[],
): Phrase {
  const included = must(include, 'a selection includes somebody');
  const found = exclude === undefined ? included : without(included.yes, exclude.yes);
  const { yes, no } = found;
  const asked = invert === true ? no : yes;
  if (limit === undefined) return invert === true ? { yes: no, no: yes } : found;
  return phraseOfJoined(`${bracketed(asked)}, ${limitIn(limit)}`);
}

export function selectionLine<Child>({ exclude, invert, limit }: SelectionNode<Child>): string {
  const what = exclude === undefined ? 'dabei' : 'das Erste dabei, das Zweite nicht';
  const parts = [what, ...(invert === true ? ['umgekehrt'] : [])];
  return [...parts, ...(limit === undefined ? [] : [limitIn(limit)])].join(', ');
}

function without(include: Clause, exclude: Clause): Phrase {
  return phraseOfJoined(`${bracketed(include)}, aber nicht Personen, ${bracketed(exclude)}`);
}

/** höchstens 1.000 davon, die mit dem höchsten "total" zuerst */
function limitIn({ count, percent, by }: Limit): string {
  const most = count === undefined ? `${number(percent ?? 0)} % davon` : `${number(count)} davon`;
  if (by === undefined) return `höchstens ${most}`;
  const end = by.order === 'desc' ? 'höchsten' : 'niedrigsten';
  return `höchstens ${most}, die mit dem ${end} ${shown(by.trait)} zuerst`;
}

function bracketed({ text, joined }: Clause): string {
  return joined ? `(${text})` : text;
}
