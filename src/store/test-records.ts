import type { Consents } from '#domain/consent.ts';
import { one, type Tx } from './db.ts';
import { isSuppressed } from './suppressions.ts';

/** What speaks against sending one record. */
export interface Objections {
  /** What the database holds about the person; null: nothing, or unknown. */
  readonly consent: boolean | null;
  readonly consents: Consents | null;
  /** A value of theirs was withdrawn: by an opt-out, or an erasure. */
  readonly isSuppressed: boolean;
}

/** A value counts as withdrawn where it is so for everything, whatever an integration asks for. */
const everything = `'{"required": {}}'`;

/** `keys`: the identifying values, as decimal bigints. Callers hold what keeps opt-outs away. */
export async function readObjections(
  tx: Tx,
  databaseId: number,
  { externalId, keys }: { readonly externalId: string; readonly keys: readonly string[] },
): Promise<Objections> {
  return await one<Objections>(
    tx,
    `select (select consent from profile where database_id = $1 and external_id = $2) as consent,
       (select consents from profile where database_id = $1 and external_id = $2) as consents,
       exists (select from unnest($3::bigint[]) k (key) where ${isSuppressed('k.key', '$1', everything)})
         as "isSuppressed"`,
    [databaseId, externalId, keys],
  );
}
