import { checkMembers, joinPhrases } from './_group.ts';
import type { NodeKind } from './node.ts';

/** Every one of its children is true. */
export interface AllNode<Child> {
  readonly all: readonly Child[];
}

export function allKind<Child>(): NodeKind<AllNode<Child>, Child> {
  return {
    keys: ['all'],
    check: (json, path, checkChild) => ({ all: checkMembers(json, 'all', path, checkChild) }),
    children: (node) => node.all,
    reach: () => [],
    compile: (_, children) => `(${children.join(' and ')})`,
    explain: (_, children) => joinPhrases(children, 'conjunction'),
    line: () => 'all of',
  };
}
