import type { EventHappening, Known } from './happening.ts';

/** The values that a person has of a trait or an identifier, as text; blank ones are none. */
export function valuesOf(known: Known | null, name: string): string[] {
  if (known === null) return [];
  const held = Object.hasOwn(known.traits, name) ? known.traits[name] : known.identifiers[name];
  return textsOf(held);
}

/** A property of an event by its name, or by names with dots between for what is inside of another. */
export function propertyOf({ properties }: EventHappening, name: string): string[] {
  if (Object.hasOwn(properties, name)) return textsOf(properties[name]);
  let part: unknown = properties;
  for (const step of name.split('.')) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) return [];
    part = (part as Record<string, unknown>)[step];
  }
  return textsOf(part);
}

function textsOf(held: unknown): string[] {
  if (held === null || held === undefined || held === '') return [];
  if (Array.isArray(held)) return held.flatMap(textsOf);
  return [typeof held === 'string' ? held : JSON.stringify(held)];
}

/** Tags are a list, or one text with commas; of two that differ in case there is one. */
export function tagsOf(known: Known | null, name: string): Set<string> {
  const parts = valuesOf(known, name).flatMap((text) => text.split(','));
  return new Set(parts.map((tag) => tag.trim().toUpperCase()).filter((tag) => tag !== ''));
}

export function numberIn(texts: readonly string[]): number | null {
  const value = texts[0] === undefined ? Number.NaN : Number(texts[0]);
  return Number.isFinite(value) ? value : null;
}

export function isYes(texts: readonly string[]): boolean {
  return texts.some((text) => /^(true|yes|1)$/i.test(text));
}

export function isNo(texts: readonly string[]): boolean {
  return texts.some((text) => /^(false|no|0)$/i.test(text));
}
