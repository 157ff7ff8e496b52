import type { Language } from '#domain/language.ts';
import { germanKindOf } from './german/kinds.ts';
import { kindOfNode } from './nodes/kinds.ts';
import type { Phrase } from './nodes/node.ts';
import type { Rule } from './rule.ts';

/** The rule as one sentence without a full stop: `people whose plan is "gold" and whose …`. */
export function explainRule(rule: Rule, language: Language = 'en'): string {
  const { text } = phraseOf(rule, language).yes;
  return language === 'de' ? `Personen, ${text}` : `people ${text}`;
}

function phraseOf(node: Rule, language: Language): Phrase {
  const kind = kindOfNode(node);
  const children = kind.children(node).map((child) => phraseOf(child, language));
  return wordsFor(node, language).explain(node, children);
}

/** The rule as a drawing, a line a node, for a terminal. */
export function explainTree(rule: Rule, language: Language = 'en'): string[] {
  return explainNodes(rule, language).map(({ line }) => line);
}

/** The same with the node of each line, for who asks how it stands with one person. */
export function explainNodes(
  rule: Rule,
  language: Language = 'en',
): { readonly line: string; readonly node: Rule }[] {
  const children = kindOfNode(rule).children(rule);
  return [
    { line: wordsFor(rule, language).line(rule), node: rule },
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      return explainNodes(child, language).map(({ line, node }, j) => {
        const branch = j === 0 ? (isLast ? '└─' : '├─') : isLast ? '  ' : '│ ';
        return { line: `${branch} ${line}`, node };
      });
    }),
  ];
}

function wordsFor(node: Rule, language: Language) {
  return language === 'de' ? germanKindOf(node) : kindOfNode(node);
}
