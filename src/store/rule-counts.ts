import type { Db } from './db.ts';
import { isAmong, SAMPLE_PLACES } from './tallies.ts';

const isSampled = ` and ${isAmong({ from: 0, to: SAMPLE_PLACES })}`;

/**
 * What is asked of those for whom `found` holds, as conditions over profile p: their consent (yes, no,
 * unknown), what there is to match by (enough, an external id alone, nothing), whether they have each of the
 * fields, whether they are members of each of the audiences.
 */
export function ofThose(
  found: string,
  asked: { readonly fields: readonly string[]; readonly audienceIds: readonly number[] },
): string[] {
  return [
    ...['is true', 'is false', 'is null'].map((is) => `p.consent ${is}`),
    ...['= 2', '= 1', '= 0'].map((is) => `p.sufficiency ${is}`),
    ...asked.fields.map((field) => `p.identifiers ? '${field.replaceAll("'", '')}'`),
    ...asked.audienceIds.map(
      (id) =>
        `exists (select from member m where m.audience_id = ${Number(id)} and m.profile_id = p.id)`,
    ),
  ].map((condition) => `${found} and ${condition}`);
}

/** A few of those who are found: the same ones as long as nobody changes. Of many people only a sample is looked at. */
export async function sampleMatching(
  db: Db,
  databaseId: number,
  membership: { readonly sql: string; readonly params: readonly unknown[] },
  { limit, ofSample }: { readonly limit: number; readonly ofSample: boolean },
): Promise<{ externalId: string; identifiers: Record<string, string | string[]> }[]> {
  return await db.query(
    `select p.external_id as "externalId", p.identifiers from profile p
     where p.database_id = $1 and ${membership.sql}${ofSample ? isSampled : ''}
     order by ${ofSample ? 'sample_place(p.id)' : 'p.id'} limit ${Number(limit)}`,
    [databaseId, ...membership.params],
  );
}
