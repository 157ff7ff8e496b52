import { type Db, one } from './db.ts';

/** What is counted of people: conditions over the profile table under the alias p, never NULL. */
export interface Figures {
  /** What stands behind `from profile p`. */
  readonly joins: string;
  readonly conditions: readonly string[];
  readonly params: readonly unknown[];
}

/** Places of the sample: from the first, up to and without the second. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

/** Everybody has a place from 0 to here (migration 017). */
export const PLACES = 65_536;

/** So many of them are indexed, which makes a sample of a sixteenth. */
export const SAMPLE_PLACES = 4_096;

/** The parameters of the statement come first; those of the figures start behind them. */
export const firstFigureParam = 2;

/** For how many of everybody, or of those who have one of these places, each condition holds. */
export async function tallyPeople(
  db: Db,
  databaseId: number,
  { joins, conditions, params }: Figures,
  places: Places | null,
): Promise<{ looked: number; counts: readonly number[] }> {
  const tallies = conditions.map((condition) => `count(*) filter (where ${condition})`);
  const { looked, counts } = await one<{ looked: number; counts: number[] }>(
    db,
    `select count(*) as looked, array[${tallies.join(', ')}]::float8[] as counts
     from profile p${joins}
     where p.database_id = $1${places === null ? '' : ` and ${isAmong(places)}`}`,
    [databaseId, ...params],
  );
  return { looked, counts };
}

/** Numbers in the text, and not parameters: the index is of use only where they are seen to be small. */
export function isAmong({ from, to }: Places): string {
  return `sample_place(p.id) >= ${Number(from)} and sample_place(p.id) < ${Number(to)}`;
}

/** Everybody in a database. */
export async function countPeople(db: Db, databaseId: number): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*) as count from profile where database_id = $1',
    [databaseId],
  );
  return count;
}
