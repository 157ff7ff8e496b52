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
  return explainNodes(rule).map(({ line }) => line);
}

/** The same with the node of each line, for who asks how it stands with one person. */
export function explainNodes(rule: Rule): { readonly line: string; readonly node: Rule }[] {
  const kind = kindOfNode(rule);
  const children = kind.children(rule);
  return [
    { line: kind.line(rule), node: rule },
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      return explainNodes(child).map(({ line, node }, j) => {
        const branch = j === 0 ? (isLast ? '└─' : '├─') : isLast ? '  ' : '│ ';
        return { line: `${branch} ${line}`, node };
      });
    }),
  ];
}
