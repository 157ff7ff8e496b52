import { kindOfNode } from './nodes/kinds.ts';
import type { Phrase } from './nodes/node.ts';
import type { Rule } from './rule.ts';

/** The rule as one sentence without a full stop: `people whose plan is "gold" and whose …`. */
export function explainRule(rule: Rule): string {
  return `people ${phraseOf(rule).yes.text}`;
}

function phraseOf(node: Rule): Phrase {
  const kind = kindOfNode(node);
  return kind.explain(node, kind.children(node).map(phraseOf));
}

/** The rule as a drawing, a line a node, for a terminal. */
export function explainTree(rule: Rule): string[] {
  const kind = kindOfNode(rule);
  const children = kind.children(rule);
  return [
    kind.line(rule),
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      const [first = '', ...rest] = explainTree(child);
      return [
        `${isLast ? '└─' : '├─'} ${first}`,
        ...rest.map((line) => `${isLast ? '  ' : '│ '} ${line}`),
      ];
    }),
  ];
}
