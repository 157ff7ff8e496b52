import { splitHumps } from '#domain/snake-case.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import type { Call } from '#ingest/call.ts';
import { fieldByAlias, isConsentName } from '#sources/aliases.ts';
import { readConsent } from '#sources/consent.ts';
import { TraitTypeGuess } from '#sources/trait-type.ts';
import type { NewTrait } from '#store/traits.ts';
import { aboutField, aboutTrait, CONSENT, type Fact, type Facts } from './facts.ts';

/** What a call says about the person, and under which names rules can ask for it. */
export interface CallFacts {
  readonly facts: Facts;
  readonly traits: readonly NewTrait[];
}

/** Fields that may hold several values; of the others the first that is not blank counts. */
const several: ReadonlySet<IdentifierField> = new Set(['email', 'phone', 'mobileAdId']);

/**
 * Reads the traits of a call by the names that columns of files have too, `firstName` as `first_name`.
 * `eventKeys` are the properties by which audiences are filled: they are traits as well, so that identify
 * and track say the same (features.md P-17).
 */
export function factsOfCall(
  call: Call,
  said: { readonly atMs: number; readonly by: string },
  eventKeys: ReadonlySet<string>,
): CallFacts {
  const facts: Facts = new Map();
  const traits: NewTrait[] = [];
  const values = new Map<IdentifierField, unknown[]>();
  const fact = (value: unknown): Fact => [value, said.atMs, said.by];
  for (const [name, value] of namedValues(call, eventKeys)) {
    const written = isBlank(value) ? null : value;
    const field = isIdentifier(value) ? fieldOf(name) : undefined;
    if (written !== null) {
      const isList = Array.isArray(value);
      traits.push({ name, field: field ?? null, type: typeOf(written), isList });
    }
    if (field !== undefined) {
      values.set(field, [
        ...(values.get(field) ?? []),
        ...(Array.isArray(value) ? value : [value]),
      ]);
      continue;
    }
    facts.set(aboutTrait(name), fact(written));
    if (isConsentName(splitHumps(name))) {
      facts.set(CONSENT, fact(readConsent(asText(written)).consent));
    }
  }
  for (const [field, all] of values) {
    const texts = all.filter((value) => !isBlank(value)).map(String);
    const value = several.has(field) && texts.length > 1 ? texts : (texts[0] ?? null);
    facts.set(aboutField(field), fact(value));
  }
  return { facts, traits };
}

/** Every trait with its name; the parts of an address each as their own. */
function namedValues(call: Call, eventKeys: ReadonlySet<string>): [string, unknown][] {
  const named = Object.entries(call.traits ?? {}).flatMap(([name, value]): [string, unknown][] =>
    name === 'address' && isObject(value)
      ? Object.entries(value).map(([part, of]) => [`address.${part}`, of])
      : [[name, value]],
  );
  if (call.type !== 'track' || eventKeys.size === 0) return named;
  const membership = Object.entries(call.properties ?? {}).filter(
    ([name, value]) => typeof value === 'boolean' && eventKeys.has(name),
  );
  return [...named, ...membership];
}

function fieldOf(name: string): IdentifierField | undefined {
  const bare = name.replace(/^address\./, '');
  return fieldByAlias(bare) ?? fieldByAlias(splitHumps(bare));
}

/** Text or a number, or a list of them; anything else under such a name is a trait. */
function isIdentifier(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => isIdentifier(one) && !Array.isArray(one));
  return value === null || ['string', 'number'].includes(typeof value);
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): NewTrait['type'] {
  const guess = new TraitTypeGuess();
  guess.add(asText(value));
  return guess.type;
}

/** As rules read it. */
function asText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
