import pg from 'pg';
import { testDatabase } from './postgres.ts';
import { type CompiledRule, compileRule, type TraitCatalogue } from '#audiences/compile.ts';
import { parseRule } from '#audiences/rule.ts';

/** What a rule can see of somebody. */
export interface Person {
  readonly externalId?: string;
  /** Absent: unknown. */
  readonly consent?: boolean;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly identifiers?: Readonly<Record<string, string | readonly string[]>>;
}

/** People in a table of a real Postgres, for tests that ask rules about them. */
export interface People extends AsyncDisposable {
  readonly client: pg.Client;
  /** These people instead of the ones before. */
  hold(people: readonly Person[]): Promise<void>;
  /** Positions of those who match; fails if the answer for anybody is neither yes nor no. */
  matching(json: unknown): Promise<number[]>;
}

/** `now` is the database's clock for rules; the session's own zone is far from UTC on purpose. */
export async function openPeople(catalogue: TraitCatalogue, now: string): Promise<People> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set timezone = 'America/St_Johns'; set datestyle = 'SQL, DMY'`);
  // For the largest rules, a server that has LLVM would compile for a minute and run for 0.1 s.
  await client.query('set jit = off');
  await client.query(`select set_config('muster.now', $1, false)`, [now]);
  await client.query(
    `create temporary table person
       (position integer, external_id text, consent boolean, traits jsonb not null,
        identifiers jsonb not null)`,
  );
  return {
    client,
    async hold(people) {
      await client.query('truncate person');
      await client.query(
        `insert into person
         select position, coalesce(one ->> 'externalId', ''), (one -> 'consent')::boolean,
           coalesce(one -> 'traits', '{}'),
           coalesce(one -> 'identifiers', '{}')
         from jsonb_array_elements($1::jsonb) with ordinality as given (one, position)`,
        [JSON.stringify(people)],
      );
    },
    matching: async (json) => await ask(client, compileRule(parseRule(json), catalogue, 1)),
    async [Symbol.asyncDispose]() {
      await client.end();
      await database.drop();
    },
  };
}

async function ask(client: pg.Client, { sql, params }: CompiledRule): Promise<number[]> {
  const { rows } = await client.query<{ position: number; matches: boolean | null }>(
    `select position - 1 as position, ${sql} as matches from person p order by position`,
    [...params],
  );
  const undecided = rows.filter(({ matches }) => matches === null);
  if (undecided.length > 0) throw new Error(`NULL for ${JSON.stringify(undecided)}`);
  return rows.filter(({ matches }) => matches).map(({ position }) => position);
}
