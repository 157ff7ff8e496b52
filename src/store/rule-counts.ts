import type { Db } from './db.ts';
import { one } from './db.ts';

/** The lines of a rule as columns, compiled by the audiences room. */
export interface LineColumns {
  readonly joins: string;
  readonly columns: readonly string[];
  readonly steps: readonly (readonly string[])[];
  readonly params: readonly unknown[];
}

export interface RuleCounts {
  /** Everybody in the database. */
  readonly people: number;
  /** In the order of the columns. */
  readonly lines: readonly number[];
  readonly steps: readonly number[];
  readonly consent: { readonly yes: number; readonly no: number; readonly unknown: number };
  readonly enough: number;
  readonly externalIdOnly: number;
  readonly nothing: number;
  /** How many of those who are found have a value, by field; fields that nobody has are left out. */
  readonly fields: Readonly<Record<string, number>>;
  /** In the order of the audiences. */
  readonly overlap: readonly number[];
}

/** The parameters of the statement come first; those of the rule start behind them. */
export const firstLineParam = 4;

/** Counts every line of a rule and what is known of whom it finds, in one look at everybody. */
export async function countLines(
  db: Db,
  databaseId: number,
  lines: LineColumns,
  asked: { readonly fields: readonly string[]; readonly audienceIds: readonly number[] },
): Promise<RuleCounts> {
  const found = lines.columns[0] ?? 'true';
  const tally = (condition: string): string => `count(*) filter (where ${condition})`;
  const figures = [
    'count(*)',
    ...lines.columns.map(tally),
    ...lines.steps.map((step) => tally(step.join(' and '))),
    ...['is true', 'is false', 'is null'].map((is) => tally(`${found} and p.consent ${is}`)),
    ...['= 2', '= 1', '= 0'].map((is) => tally(`${found} and p.sufficiency ${is}`)),
    ...asked.fields.map((_, i) => tally(`${found} and p.identifiers ? ($2::text[])[${i + 1}]`)),
    ...asked.audienceIds.map((_, i) =>
      tally(`${found} and exists (select from member m
        where m.audience_id = ($3::integer[])[${i + 1}] and m.profile_id = p.id)`),
    ),
  ];
  const { counts } = await one<{ counts: number[] }>(
    db,
    `select array[${figures.join(', ')}]::float8[] as counts
     from profile p${lines.joins}
     where p.database_id = $1 and $2::text[] is not null and $3::integer[] is not null`,
    [databaseId, asked.fields, asked.audienceIds, ...lines.params],
  );
  const rest = [...counts];
  const take = (amount: number): number[] => rest.splice(0, amount);
  const [people = 0] = take(1);
  const ofLines = take(lines.columns.length);
  const ofSteps = take(lines.steps.length);
  const [yes = 0, no = 0, unknown = 0] = take(3);
  const [enough = 0, externalIdOnly = 0, nothing = 0] = take(3);
  const ofFields = take(asked.fields.length).map((count, i) => [asked.fields[i], count] as const);
  return {
    ...{ people, lines: ofLines, steps: ofSteps, consent: { yes, no, unknown } },
    ...{ enough, externalIdOnly, nothing },
    fields: Object.fromEntries(ofFields.filter(([, count]) => count > 0)),
    overlap: rest,
  };
}

/** A few of those who are found: the same ones as long as nobody changes. */
export async function sampleMatching(
  db: Db,
  databaseId: number,
  membership: { readonly sql: string; readonly params: readonly unknown[] },
  limit: number,
): Promise<{ externalId: string; identifiers: Record<string, string | string[]> }[]> {
  return await db.query(
    `select p.external_id as "externalId", p.identifiers from profile p
     where p.database_id = $1 and ${membership.sql} order by p.id limit ${Number(limit)}`,
    [databaseId, ...membership.params],
  );
}
