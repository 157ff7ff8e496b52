import { must } from '#domain/errors/assert.ts';
import type { NodeKind } from './node.ts';
import { under } from './problem.ts';

/** Its child is not true. There is no third answer, so what is missing makes it true. */
export interface NotNode<Child> {
  readonly not: Child;
}

export function notKind<Child>(): NodeKind<NotNode<Child>, Child> {
  return {
    keys: ['not'],
    check: (json, path, checkChild) => ({ not: checkChild(json['not'], under(path, 'not')) }),
    children: (node) => [node.not],
    reach: () => [],
    compile: (_, [child]) => `not ${must(child, 'not has a child')}`,
    explain(_, [child]) {
      const { yes, no } = must(child, 'not has a child');
      return { yes: no, no: yes };
    },
    line: () => 'not',
  };
}
