import { type AudienceState, stateNow, type Way } from './audiences.ts';
import type { Db } from './db.ts';

/** Which audiences a list wants; what is absent or undefined leaves out nothing. */
export interface AudienceFilters {
  readonly databaseIds?: readonly number[] | undefined;
  readonly name?: string | undefined;
  /** In name or description, whatever the case. */
  readonly search?: string | undefined;
  readonly integrationId?: string | undefined;
  readonly state?: AudienceState | undefined;
  readonly way?: Way | undefined;
  readonly folder?: string | undefined;
  readonly label?: string | undefined;
}

/** What a list is sorted by; moments to the millisecond, as they are told. */
const sortedBy = {
  name: `a.name collate "C"`,
  createdAt: `date_trunc('milliseconds', a.created_at)`,
  members: 'a.member_count',
  state: `${stateNow} collate "C"`,
  synchronizedAt: `date_trunc('milliseconds', a.synchronized_at)`,
} as const;

export type AudienceSort = keyof typeof sortedBy;

export interface AudienceOrder {
  readonly by: AudienceSort;
  readonly isDown: boolean;
  /** Where the page before ended; null: the first page. */
  readonly after: { readonly value: string | number | null; readonly id: string } | null;
  readonly limit: number;
}

/**
 * Ids of the audiences of one page, in its order: by value, then by id, so that a page goes on where the
 * one before ended whatever came or went meanwhile; null comes last, whichever way it goes.
 */
export async function audiencePage(
  db: Db,
  wanted: AudienceFilters,
  { by, isDown, after, limit }: AudienceOrder,
): Promise<string[]> {
  const value = sortedBy[by];
  const [sign, way] = isDown ? ['<', 'desc'] : ['>', 'asc'];
  // In place of a value that is not there stands one that is compared with nothing.
  const isAfter =
    after === null
      ? '$10::integer is null and $11::text is null'
      : after.value === null
        ? `x.value is null and x.id ${sign} $10 and $11::text is null`
        : `(x.value ${sign} $11 or (x.value = $11 and x.id ${sign} $10) or x.value is null)`;
  const found = await db.query<{ id: string }>(
    `select x.id::text from (
       select a.id, ${value} as value from audience a
       where ($1::bigint[] is null or a.database_id = any($1))
         and ($2::text is null or a.name = $2)
         and ($3::text is null
           or position(lower($3) in lower(a.name || E'\\n' || a.description)) > 0)
         and ($4::bigint is null or a.integration_id = $4)
         and ($5::text is null or ${stateNow} = $5)
         and ($6::text is null or a.way = $6)
         and ($7::text is null or a.folder = $7)
         and ($8::text is null or $8 = any(a.labels))
     ) x where ${isAfter}
     order by x.value ${way} nulls last, x.id ${way} limit $9`,
    [
      wanted.databaseIds,
      wanted.name,
      wanted.search,
      wanted.integrationId,
      wanted.state,
      wanted.way,
      wanted.folder,
      wanted.label,
      limit,
      after?.id,
      after?.value,
    ],
  );
  return found.map(({ id }) => id);
}
