import { expect } from 'vitest';
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
  readonly events?: readonly PersonEvent[];
  /** Traits of the groups that they are in. */
  readonly groups?: readonly Readonly<Record<string, unknown>>[];
}

export interface PersonEvent {
  readonly name: string;
  readonly at: string;
  readonly properties?: Readonly<Record<string, unknown>>;
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
export async function openPeople(
  catalogue: TraitCatalogue,
  now: string,
  audiences: ReadonlyMap<string, number> = new Map(),
): Promise<People> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set timezone = 'America/St_Johns'; set datestyle = 'SQL, DMY'`);
  // For the largest rules, a server that has LLVM would compile for a minute and run for 0.1 s.
  await client.query('set jit = off');
  await client.query(`select set_config('muster.now', $1, false)`, [now]);
  await client.query(
    `create temporary table person
       (database_id integer not null default 1, id bigint, position integer, external_id text, consent boolean, traits jsonb not null,
        identifiers jsonb not null)`,
  );
  // What a rule asks about everybody it asks about them.
  await client.query('create temporary view profile as select * from person');
  const known = { databaseId: 1, traits: catalogue, audiences };
  return {
    client,
    async hold(people) {
      await client.query('truncate person, event, event_summary, people_group, group_member');
      await client.query(
        `insert into person (id, position, external_id, consent, traits, identifiers)
         select position, position, coalesce(one ->> 'externalId', ''), (one -> 'consent')::boolean,
           coalesce(one -> 'traits', '{}'),
           coalesce(one -> 'identifiers', '{}')
         from jsonb_array_elements($1::jsonb) with ordinality as given (one, position)`,
        [JSON.stringify(people)],
      );
      await client.query(
        `insert into event (database_id, profile_id, bucket, name, at, received_at, message_id,
           identity_id, properties)
         select 1, x.of, 0, x.name, x.at, x.at, '', 0, coalesce(x.properties, '{}')
         from jsonb_to_recordset($1::jsonb) x (of bigint, name text, at timestamptz, properties jsonb)`,
        [
          JSON.stringify(
            people.flatMap(({ events = [] }, i) => events.map((e) => ({ ...e, of: i + 1 }))),
          ),
        ],
      );
      await holdGroups(client, people);
      await client.query(
        `insert into event_summary select 1, profile_id, 0, name, min(at), max(at), count(*)
         from event group by profile_id, name`,
      );
    },
    async matching(json) {
      const rule = parseRule(json);
      const each = await ask(client, compileRule(rule, known, 1));
      const all = await ask(client, compileRule(rule, known, 1, 'all'));
      expect([json, all]).toEqual([json, each]);
      return each;
    },
    async [Symbol.asyncDispose]() {
      await client.end();
      await database.drop();
    },
  };
}

async function holdGroups(client: pg.Client, people: readonly Person[]): Promise<void> {
  const told = people.flatMap(({ groups = [] }, i) =>
    groups.map((traits) => ({ of: i + 1, traits })),
  );
  await client.query(
    `with told as (
       select row_number() over () as number, x.of, x.traits
       from jsonb_to_recordset($1::jsonb) x (of bigint, traits jsonb)
     ), made as (
       insert into people_group (id, database_id, external_id, facts, traits)
       overriding system value select number, 1, number::text, '{}', traits from told
     )
     insert into group_member (database_id, group_id, identity_id, profile_id)
     select 1, number, number, of from told`,
    [JSON.stringify(told)],
  );
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
