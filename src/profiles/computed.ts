import type { IdentifierField } from '#domain/identifier-keys.ts';
import type { Tx } from '#store/db.ts';
import { readProfiles } from '#store/profiles.ts';
import { type ReceivedProfile, writeReceivedProfiles } from '#store/received-profiles.ts';
import type { NewMatchRow } from '#store/staged-rows.ts';
import { makeRows } from './change-profiles.ts';
import type { Receiving } from './receive-calls.ts';

/** A trait that was worked out, and the identifier that it feeds. */
interface Written {
  readonly name: string;
  readonly field: IdentifierField | null;
}

/**
 * Writes worked-out values (null: none) where they differ from what is there, with the match rows that
 * follow. The caller's transaction holds the profiles of the database.
 * @returns how many people changed.
 */
export async function writeComputed(
  tx: Tx,
  databaseId: number,
  receiving: Receiving,
  { name, field }: Written,
  values: ReadonlyMap<number, string | null>,
): Promise<number> {
  const stored = await readProfiles(tx, databaseId, [...values.keys()]);
  const profiles: ReceivedProfile[] = [];
  const matchRows: NewMatchRow[] = [];
  for (const [id, value] of values) {
    const old = stored.get(id);
    if (old === undefined) continue;
    const traits = withValue(old.traits, name, value);
    const identifiers = field === null ? old.identifiers : withValue(old.identifiers, field, value);
    if (traits === old.traits && identifiers === old.identifiers) continue;
    const { consent, consents, externalId } = old;
    const holding = { ...old, traits, identifiers };
    const place = { profileId: id, externalId, linkedMs: null };
    const made = await makeRows(tx, receiving, place, old, holding);
    matchRows.push(...made.matchRows);
    const isNew = false;
    profiles.push({
      ...{ id, isNew, externalId, consent, consents, identifiers, traits, rows: made.rows },
    });
  }
  await writeReceivedProfiles(tx, databaseId, 'computed', profiles, matchRows);
  return profiles.length;
}

/** The same object when nothing is different. */
function withValue<T extends Record<string, unknown>>(
  of: T,
  name: string,
  value: string | null,
): T {
  if ((of[name] ?? null) === value) return of;
  const { [name]: _, ...others } = of;
  return (value === null ? others : { ...others, [name]: value }) as T;
}
