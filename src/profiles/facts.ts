import type { CategoryConsent } from '#domain/consent.ts';
import { strictestConsent } from '#sources/consent.ts';

/**
 * One thing that a call said: the value (null: it is gone), when in ms, and a mark of the message, which
 * decides between equal times. The newer one holds, whichever arrives first.
 */
export type Fact = readonly [value: unknown, atMs: number, by: string];

/**
 * What was said, by what it is about: `f:` a field of identifiers, `t:` a trait, `c:` consent to a
 * category, `consent` (to marketing).
 */
export type Facts = Map<string, Fact>;

export const CONSENT = 'consent';

export function aboutField(field: string): string {
  return `f:${field}`;
}

export function aboutTrait(name: string): string {
  return `t:${name}`;
}

export function aboutCategory(name: string): string {
  return `c:${name}`;
}

/** The category that it is about consent to, or null. */
export function categoryOf(about: string): string | null {
  return about.startsWith('c:') ? about.slice(2) : null;
}

export function factsOf(stored: object | null): Facts {
  return new Map(Object.entries(stored ?? {}) as [string, Fact][]);
}

export function storedFacts(facts: Facts): object | null {
  return facts.size === 0 ? null : Object.fromEntries(facts);
}

/** Takes what is newer over; says whether anything was. */
export function addFacts(into: Facts, said: Facts): boolean {
  let changed = false;
  for (const [about, fact] of said) {
    const known = into.get(about);
    if (known !== undefined && !isNewer(fact, known)) continue;
    into.set(about, fact);
    changed = true;
  }
  return changed;
}

function isNewer(a: Fact, b: Fact): boolean {
  if (a[1] !== b[1]) return a[1] > b[1];
  return a[2] > b[2];
}

/** What was said under one id of a person, and since when that id is known to be theirs. */
export interface Speech {
  readonly facts: Facts;
  /** In ms; null: it is the id that the person goes by. */
  readonly linkedMs: number | null;
}

/** What all ids of one person said, however they are ordered. */
export function joinFacts(speeches: readonly Speech[]): Facts {
  const joined: Facts = new Map();
  for (const { facts } of speeches) addFacts(joined, facts);
  for (const about of joined.keys()) {
    const weigh = about === CONSENT ? stricterAnswer : stricterCategory;
    if (about === CONSENT || categoryOf(about) !== null) {
      const consent = joinConsent(speeches, about, weigh);
      if (consent !== null) joined.set(about, consent);
    }
  }
  return joined;
}

/**
 * Ids that come together keep the stricter of what they said before. What was said after they were
 * known to be one person was said by that person, and replaces all of it.
 */
function joinConsent(
  speeches: readonly Speech[],
  about: string,
  stricter: (a: unknown, b: unknown) => unknown,
): Fact | null {
  const said = speeches.flatMap(({ facts, linkedMs }) => {
    const fact = facts.get(about);
    return fact === undefined ? [] : [{ fact, linkedMs: linkedMs ?? -Infinity }];
  });
  const [first] = said;
  if (first === undefined) return null;
  const last = said.reduce((a, b) => (isNewer(b.fact, a.fact) ? b : a), first);
  const [, atMs, by] = last.fact;
  const verdict = said
    .filter((one) => one === last || atMs <= Math.max(one.linkedMs, last.linkedMs))
    .toSorted((a, b) => (isNewer(a.fact, b.fact) ? 1 : -1))
    .map(({ fact }) => fact[0])
    .reduce(stricter);
  return [verdict, atMs, by];
}

function stricterAnswer(a: unknown, b: unknown): boolean | null {
  return strictestConsent(a as boolean | null, b as boolean | null);
}

type CategoryAnswer = Partial<CategoryConsent> | null;

/** A no wins, then a yes; of two equal answers the later one, with what goes with it. */
export function stricterCategory(a: unknown, b: unknown): CategoryAnswer {
  const [earlier, later] = [a as CategoryAnswer, b as CategoryAnswer];
  if (earlier?.given === false && later?.given !== false) return earlier;
  return later ?? earlier;
}

/** What holds now and did not hold before; what nobody says any more is gone. */
export function changedFacts(before: Facts, after: Facts): Map<string, unknown> {
  const changed = new Map<string, unknown>();
  for (const [about, fact] of after) {
    const known = before.get(about);
    if (
      known === undefined ||
      known[1] !== fact[1] ||
      known[2] !== fact[2] ||
      known[0] !== fact[0]
    ) {
      changed.set(about, fact[0]);
    }
  }
  for (const about of before.keys()) if (!after.has(about)) changed.set(about, null);
  return changed;
}
