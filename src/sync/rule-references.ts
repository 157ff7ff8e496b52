import { findCycle, referencesOf } from '#audiences/references.ts';
import { parseRule, type Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { rulesOf } from '#store/audiences.ts';
import type { Db } from '#store/db.ts';

/**
 * Names of the audiences that another one asks about, directly or through others; none comes before
 * one that it asks about itself.
 */
export async function dependenciesOf(
  db: Db,
  audience: { readonly databaseId: number; readonly rule: unknown },
): Promise<string[]> {
  const direct = referencesOf(parseRule(audience.rule));
  if (direct.length === 0) return [];
  const references = await readReferences(db, audience.databaseId);
  const ordered = new Set<string>();
  const follow = (name: string): void => {
    const others = references(name);
    // Compiling the rule names the one that is not there.
    if (others === null || ordered.has(name)) return;
    for (const next of others) follow(next);
    ordered.add(name);
  };
  for (const name of direct) follow(name);
  return [...ordered];
}

/** @throws MusterError RULE_CYCLE: the audience of that name would ask about its own members. */
export async function refuseCycle(
  db: Db,
  databaseId: number,
  audience: { readonly name: string; readonly rule: Rule },
): Promise<void> {
  const direct = referencesOf(audience.rule);
  if (direct.length === 0) return;
  const references = await readReferences(db, databaseId);
  const path = findCycle(audience.name, direct, (name) => references(name) ?? []);
  if (path === null) return;
  throw new MusterError('RULE_CYCLE', path.map((name) => `“${name}”`).join(' → '));
}

/** The first audience whose rule asks about the one of that name; null: none. */
export async function askedAboutBy(
  db: Db,
  databaseId: number,
  name: string,
): Promise<string | null> {
  for (const [other, { rule }] of await rulesOf(db, databaseId)) {
    if (referencesOf(parseRule(rule)).includes(name)) return other;
  }
  return null;
}

/** What the rule of each audience asks about; null: there is none of that name. */
async function readReferences(
  db: Db,
  databaseId: number,
): Promise<(name: string) => readonly string[] | null> {
  const rules = await rulesOf(db, databaseId);
  return (name) => {
    const rule = rules.get(name)?.rule;
    return rule === undefined ? null : referencesOf(parseRule(rule));
  };
}
