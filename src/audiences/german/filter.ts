import type { FilterNode } from '../nodes/filter.ts';
import type { Phrase } from '../nodes/node.ts';
import { joinPhrases } from './group.ts';
import { leafPhrase } from './leaf.ts';

/** Which events are meant, by their properties. */
export function filterPhrase(filter: FilterNode): Phrase {
  if ('all' in filter) return joinPhrases(filter.all.map(filterPhrase), 'conjunction');
  if ('any' in filter) return joinPhrases(filter.any.map(filterPhrase), 'disjunction');
  if ('property' in filter) return leafPhrase(filter.property, filter);
  const { yes, no } = filterPhrase(filter.not);
  return { yes: no, no: yes };
}
