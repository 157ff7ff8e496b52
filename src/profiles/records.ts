import type { IdentifierField, RawIdentifiers } from '#domain/identifier-keys.ts';

/** One record of a source, before it is a profile. Blank values are in `cleared`, not in the rest. */
export interface SourceRecord {
  readonly externalId: string;
  readonly identifiers: RawIdentifiers;
  readonly traits: Readonly<Record<string, string>>;
  /** Fields and traits that the record says are empty. */
  readonly clearedFields: readonly IdentifierField[];
  readonly clearedTraits: readonly string[];
  /** Null: unknown, or the source says nothing about it. */
  readonly consent: boolean | null;
}

/** What a profile says after a record: what the record does not speak of stays. */
export function mergeRecord(
  stored: { identifiers: Record<string, string | string[]>; traits: Record<string, string> },
  record: SourceRecord,
): { identifiers: RawIdentifiers; traits: Record<string, string> } {
  const identifiers = { ...stored.identifiers, ...record.identifiers };
  for (const field of record.clearedFields) delete identifiers[field];
  const traits = { ...stored.traits, ...record.traits };
  for (const name of record.clearedTraits) delete traits[name];
  return { identifiers, traits };
}
