import { checkMembers, joinPhrases } from './_group.ts';
import type { NodeKind } from './node.ts';

/** At least one of its children is true. */
export interface AnyNode<Child> {
  readonly any: readonly Child[];
}

export function anyKind<Child>(): NodeKind<AnyNode<Child>, Child> {
  return {
    keys: ['any'],
    check: (json, path, checkChild) => ({ any: checkMembers(json, 'any', path, checkChild) }),
    children: (node) => node.any,
    reach: () => [],
    compile: (_, children) => `(${children.join(' or ')})`,
    explain: (_, children) => joinPhrases(children, 'disjunction'),
    line: () => 'any of',
  };
}
