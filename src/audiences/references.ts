import { audienceQuestions } from './nodes/audience-member.ts';
import { kindOfNode } from './nodes/kinds.ts';
import { parseRule, type Rule } from './rule.ts';

/** Names of the audiences that a rule asks about, each once. */
export function referencesOf(rule: Rule): string[] {
  const kind = kindOfNode(rule);
  const own = kind.audiences?.(rule) ?? [];
  return [...new Set([...own, ...kind.children(rule).flatMap(referencesOf)])];
}

/**
 * The way from an audience back to itself, as names, or null. `referencesOfOther` gives what the rule
 * of another audience asks about.
 */
export function findCycle(
  name: string,
  references: readonly string[],
  referencesOfOther: (name: string) => readonly string[],
): string[] | null {
  const seen = new Set<string>();
  const follow = (names: readonly string[], path: readonly string[]): string[] | null => {
    for (const next of names) {
      if (next === name) return [...path, name];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = follow(referencesOfOther(next), [...path, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return follow(references, [name]);
}

/** The same rule, asking about an audience by its new name. */
export function withNewName(rule: Rule, name: string, newName: string): Rule {
  const keys: readonly string[] = audienceQuestions;
  // No other part of a rule has keys of its own making, so these keys always stand for a node.
  const text = JSON.stringify(rule, (key, value: unknown) =>
    keys.includes(key) && value === name ? newName : value,
  );
  return parseRule(JSON.parse(text));
}
