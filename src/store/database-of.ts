import type { Db } from './db.ts';

/** One statement a kind of thing: the database that it is in. */
const statements = {
  database: 'select id from database where id = $1',
  audience: 'select database_id as id from audience where id = $1',
  integration: 'select database_id as id from integration where id = $1',
  run: 'select a.database_id as id from run r join audience a on a.id = r.audience_id where r.id = $1',
  plan: 'select a.database_id as id from plan p join audience a on a.id = p.audience_id where p.checksum = $1 limit 1',
  model: 'select database_id as id from model where id = $1',
  modelRun:
    'select m.database_id as id from model_run r join model m on m.id = r.model_id where r.id = $1',
  upload: 'select database_id as id from upload where id = $1',
  scenario: 'select database_id as id from scenario where id = $1',
} as const;

/**
 * Whose people a thing is about; null: there is no such thing. `id` is a whole number below 10^9, of a plan
 * its checksum.
 */
export async function databaseOf(
  db: Db,
  kind: keyof typeof statements,
  id: string,
): Promise<number | null> {
  const [found] = await db.query<{ id: number }>(statements[kind], [id]);
  return found?.id ?? null;
}

/** The same by what people call it. */
const statementsByName = {
  databases: 'select id from database where name = $1',
  audiences: 'select database_id as id from audience where name = $1',
  integrations: 'select database_id as id from integration where name = $1',
  models: 'select database_id as id from model where name = $1',
  scenarios: 'select database_id as id from scenario where name = $1',
  runs: 'select a.database_id as id from run r join audience a on a.id = r.audience_id where r.id::text = $1',
} as const;

/** Null: there is no such thing, or it is of no one database. */
export async function databaseOfNamed(db: Db, kind: string, name: string): Promise<number | null> {
  const statement = (statementsByName as Readonly<Record<string, string>>)[kind];
  if (statement === undefined) return null;
  const [found] = await db.query<{ id: number }>(statement, [name]);
  return found?.id ?? null;
}
