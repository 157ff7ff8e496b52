import type { Consents } from '#domain/consent.ts';
import { strictestConsent } from '#sources/consent.ts';
import { mergedConsents } from '#sources/said-consents.ts';
import {
  aboutCategory,
  aboutField,
  aboutTrait,
  categoryOf,
  CONSENT,
  type Facts,
  stricterCategory,
} from './facts.ts';

/** What a profile holds, apart from what is made of it. */
export interface Holding {
  readonly identifiers: Readonly<Record<string, string | string[]>>;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly consent: boolean | null;
  readonly consents: Consents | null;
}

export const emptyHolding: Holding = {
  identifiers: {},
  traits: {},
  consent: null,
  consents: null,
};

/** Puts what calls changed over what is held; `null` takes away. Consent is not among it. */
export function withFacts(holding: Holding, changed: ReadonlyMap<string, unknown>): Holding {
  const identifiers = new Map(Object.entries(holding.identifiers));
  const traits = new Map(Object.entries(holding.traits));
  for (const [about, value] of changed) {
    if (about === CONSENT || categoryOf(about) !== null) continue;
    const [into, name] = about.startsWith('f:')
      ? [identifiers as Map<string, unknown>, about.slice(2)]
      : [traits, about.slice(2)];
    if (value === null) into.delete(name);
    else into.set(name, value);
  }
  return {
    // Not by assignment: a trait may be called __proto__.
    identifiers: Object.fromEntries(identifiers),
    traits: Object.fromEntries(traits),
    consent: holding.consent,
    consents: holding.consents,
  };
}

/**
 * What somebody who turned out to be this person held from files, besides what calls had said: it fills
 * gaps, and the stricter consent holds.
 */
export function withInherited(holding: Holding, other: Holding, otherSaid: Facts): Holding {
  const silent = (about: (name: string) => string) => (entry: readonly [string, unknown]) =>
    !otherSaid.has(about(entry[0]));
  const identifiers = Object.entries(other.identifiers).filter(silent(aboutField));
  const traits = Object.entries(other.traits).filter(silent(aboutTrait));
  // What calls said is weighed already; a no that came otherwise (a file, an opt-out) is not.
  const consent = otherSaid.get(CONSENT)?.[0] === other.consent ? null : other.consent;
  return {
    identifiers: { ...Object.fromEntries(identifiers), ...holding.identifiers },
    traits: { ...Object.fromEntries(traits), ...holding.traits },
    consent: strictestConsent(holding.consent, consent),
    consents: inheritedConsents(holding.consents, other.consents, otherSaid),
  };
}

function inheritedConsents(
  own: Consents | null,
  others: Consents | null,
  otherSaid: Facts,
): Consents | null {
  const inherited = Object.entries(others ?? {}).flatMap(([category, answer]) => {
    const said = otherSaid.get(aboutCategory(category))?.[0] as { given?: boolean } | undefined;
    const isSaid = said?.given === answer.given && answer.direct !== true;
    return isSaid ? [] : [[category, stricterCategory(own?.[category] ?? null, answer)] as const];
  });
  return inherited.length === 0 ? own : mergedConsents(own, Object.fromEntries(inherited));
}
