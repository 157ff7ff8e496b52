import type { ConsentRule } from '#domain/consent.ts';

/** Why profile `person` (an alias) may not be sent under the rule in parameter `rule`, or null. */
export function refusalOf(person: string, rule: string): string {
  return `consent_verdict(${person}.consent, ${person}.consents, ${rule})`;
}

/** Whether it may. */
export function mayBeSent(person: string, rule: string): string {
  return `(${refusalOf(person, rule)} is null)`;
}

/** Whether they said no to everything, whatever is asked for. */
export function refusesAll(person: string): string {
  return `(${refusalOf(person, `'{"unknownPasses": true, "required": {}}'`)} is not null)`;
}

/** Whether a refusal of category `category` (SQL; '' is everything) counts under the rule. */
export function countsUnder(rule: string, category: string): string {
  return `(${category} = '' or ${rule}::jsonb -> 'required' ? ${category})`;
}

/** A rule as these expressions take it. */
export function ruleParam({ unknownPasses, required }: ConsentRule): string {
  const asked = required.map((category) => [category, { given: true }] as const);
  return JSON.stringify({ unknownPasses, required: Object.fromEntries(asked) });
}
