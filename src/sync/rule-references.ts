import { isDeepStrictEqual } from 'node:util';
import { findCycle, referencesOf, withNewName } from '#audiences/references.ts';
import { parseRule, type Rule, ruleVersion } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { lockRules, rewordRule, rulesOf } from '#store/audiences.ts';
import { reworded } from '#automations/rename.ts';
import type { Db, Tx } from '#store/db.ts';
import { listScenarios, rewordScenario } from '#store/scenarios.ts';

/**
 * Ids of the audiences that another one asks about, directly or through others; none comes before
 * one that it asks about itself.
 */
export async function dependenciesOf(
  db: Db,
  audience: { readonly id: number; readonly databaseId: number; readonly rule: unknown },
): Promise<number[]> {
  if (askedBy(audience.rule).length === 0) return [];
  const rules = await rulesOf(db, audience.databaseId);
  // As of the same moment as the names: one of them may just have been renamed.
  const own = [...rules.values()].find(({ id }) => id === audience.id);
  const ordered = new Set<number>();
  const follow = (name: string): void => {
    const other = rules.get(name);
    // Compiling the rule names the one that is not there.
    if (other === undefined || ordered.has(other.id)) return;
    for (const next of askedBy(other.rule)) follow(next);
    ordered.add(other.id);
  };
  for (const name of askedBy(own?.rule ?? null)) follow(name);
  return [...ordered];
}

/**
 * Looks whether an audience of that name may have that rule; until the transaction ends no other rule
 * of the database can change, so two that ask about each other are not both let through.
 * @throws MusterError RULE_CYCLE: it would ask about its own members.
 */
export async function refuseCycle(
  tx: Tx,
  databaseId: number,
  audience: { readonly name: string; readonly rule: Rule },
): Promise<void> {
  await lockRules(tx, databaseId);
  const direct = referencesOf(audience.rule);
  if (direct.length === 0) return;
  const rules = await rulesOf(tx, databaseId);
  const path = findCycle(audience.name, direct, (name) => {
    const other = rules.get(name);
    return other === undefined ? [] : askedBy(other.rule);
  });
  if (path === null) return;
  throw new MusterError('RULE_CYCLE', path.map((name) => `“${name}”`).join(' → '));
}

/**
 * Rules that ask about an audience ask about it by its new name.
 * @returns the names of the audiences whose rules these are.
 */
export async function renameInRules(
  tx: Tx,
  databaseId: number,
  { name, newName }: { readonly name: string; readonly newName: string },
): Promise<string[]> {
  const asking: string[] = [];
  for (const [other, { id, rule: json }] of await rulesOf(tx, databaseId)) {
    if (!askedBy(json).includes(name)) continue;
    const reworded = withNewName(parseRule(json), name, newName);
    await rewordRule(tx, id, { rule: reworded, ruleVersion: ruleVersion(reworded) });
    asking.push(other);
  }
  return asking;
}

/** The same for scenarios and automations: in their rules, and in the steps that fill it. */
export async function renameInScenarios(
  tx: Tx,
  {
    id,
    databaseId,
    name,
  }: { readonly id: number; readonly databaseId: number; readonly name: string },
  newName: string,
): Promise<void> {
  const kinds = await Promise.all([listScenarios(tx, 'scenario'), listScenarios(tx, 'automation')]);
  for (const scenario of kinds.flat()) {
    if (scenario.databaseId !== databaseId) continue;
    const definition = reworded(scenario.definition, {
      rule: (rule) => withNewName(parseRule(rule), name, newName),
      audience: (known) => (scenario.audienceIds[known] === id ? newName : known),
    });
    if (isDeepStrictEqual(definition, scenario.definition)) continue;
    await rewordScenario(tx, scenario.id, { definition, audienceId: id, newName });
  }
}

/** An audience that is filled without a rule asks about nobody. */
function askedBy(rule: unknown): readonly string[] {
  return rule === null ? [] : referencesOf(parseRule(rule));
}
