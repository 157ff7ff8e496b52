import { splitHumps } from '#domain/snake-case.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import type { Call } from '#ingest/call.ts';
import { consentPart, fieldByAlias, isConsentName } from '#sources/aliases.ts';
import { type CategoryConsent, MARKETING } from '#domain/consent.ts';
import { readConsent, strictestConsent } from '#sources/consent.ts';
import { readSaid } from '#sources/said-consents.ts';
import { TraitTypeGuess } from '#sources/trait-type.ts';
import type { NewTrait } from '#store/traits.ts';
import {
  aboutCategory,
  aboutField,
  aboutTrait,
  CONSENT,
  type Fact,
  type Facts,
  stricterCategory,
} from './facts.ts';

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
  const named = namedValues(call, eventKeys);
  for (const [category, answer] of answersOf(call, named)) {
    facts.set(aboutCategory(category), fact(answer));
  }
  for (const [name, value] of named) {
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
  const marketing = call.consents?.[MARKETING];
  if (marketing !== undefined) {
    const said = (facts.get(CONSENT)?.[0] ?? null) as boolean | null;
    facts.set(CONSENT, fact(strictestConsent(said, marketing)));
  }
  for (const [field, all] of values) {
    const texts = all.filter((value) => !isBlank(value)).map(String);
    const value = several.has(field) && texts.length > 1 ? texts : (texts[0] ?? null);
    facts.set(aboutField(field), fact(value));
  }
  return { facts, traits };
}

/** Consent to categories: what the context says, and what traits that are named as columns are say. */
function answersOf(
  { consents = {} }: Call,
  named: readonly (readonly [string, unknown])[],
): Map<string, Partial<CategoryConsent> | null> {
  const parts = named.flatMap(([name, value]) => {
    const part = consentPart(name);
    const isAnswer = part?.category === MARKETING && part.part === 'given';
    return part === undefined || isAnswer ? [] : [{ ...part, column: asText(value) }];
  });
  const answers = new Map(Object.entries(readSaid(parts, (text) => text)));
  for (const [category, given] of Object.entries(consents)) {
    if (category === MARKETING) continue;
    answers.set(category, stricterCategory({ given }, answers.get(category) ?? null));
  }
  return answers;
}

/** Every trait with its name; the parts of an address, and of consent, each as their own. */
function namedValues(call: Call, eventKeys: ReadonlySet<string>): [string, unknown][] {
  const named = Object.entries(call.traits ?? {}).flatMap(([name, value]): [string, unknown][] =>
    name === 'address' && isObject(value)
      ? Object.entries(value).map(([part, of]) => [`address.${part}`, of])
      : name === 'consent' && isObject(value)
        ? Object.entries(value).map(([part, of]) => [`consent.${part}`, of])
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
