import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';

/** One population of profiles. */
export interface Database {
  readonly id: number;
  readonly name: string;
  readonly defaultCountry: string | null;
  /** A person whose consent is unknown may be sent (features.md §9 Q-9). */
  readonly unknownConsentPasses: boolean;
  /** The rules of docs/normalising.md that differ from their defaults; the identifiers room's `Chosen`. */
  readonly normalising: Readonly<Record<string, string>>;
  readonly rowVersion: string;
  readonly sourceVersion: number;
  /** So often people are expected to come in; null: nobody said. */
  readonly expectedEveryMinutes: number | null;
}

const columns = `id, name, default_country as "defaultCountry", unknown_consent_passes as "unknownConsentPasses", normalising, row_version as "rowVersion",
  source_version as "sourceVersion", expected_every_minutes as "expectedEveryMinutes"`;

/** @throws MusterError DATABASE_UNKNOWN */
export async function findDatabase(db: Db, name: string): Promise<Database> {
  const [found] = await db.query<Database>(`select ${columns} from database where name = $1`, [
    name,
  ]);
  if (found === undefined) throw new MusterError('DATABASE_UNKNOWN', `“${name}”`);
  return found;
}

export async function readDatabase(db: Db, id: number): Promise<Database> {
  const [found] = await db.query<Database>(`select ${columns} from database where id = $1`, [id]);
  if (found === undefined) throw new MusterError('DATABASE_UNKNOWN', `number ${id}`);
  return found;
}

/** Makes it if it is not there. */
export async function ensureDatabase(
  db: Db,
  name: string,
): Promise<{ database: Database; made: boolean }> {
  const made = await db.query(
    `insert into database (name) values ($1) on conflict (name) do nothing returning id`,
    [name],
  );
  return { database: await findDatabase(db, name), made: made.length > 0 };
}

/** Takes back a database that was made for a dry run. */
export async function dropEmptyDatabase(db: Db, id: number): Promise<void> {
  await db.query(
    'delete from database where id = $1 and not exists (select 1 from profile where database_id = $1)',
    [id],
  );
}

export async function listDatabases(db: Db): Promise<(Database & { profiles: number })[]> {
  return await db.query(
    `select ${columns}, (select count(*) from profile p where p.database_id = database.id) as profiles
     from database order by id`,
  );
}

export async function countProfiles(db: Db, id: number): Promise<number> {
  const { count } = await one<{ count: number }>(
    db,
    'select count(*) as count from profile where database_id = $1',
    [id],
  );
  return count;
}

/** Null: nobody knows how often people come in, so they are never late. */
export async function setExpectedEvery(db: Db, id: number, minutes: number | null): Promise<void> {
  await db.query('update database set expected_every_minutes = $2 where id = $1', [id, minutes]);
}

/** The rules under which this database's match rows are made from now on. */
export async function setRowRules(
  db: Db,
  id: number,
  rules: Pick<Database, 'defaultCountry' | 'normalising' | 'rowVersion'>,
): Promise<void> {
  await db.query(
    `update database set default_country = $2, normalising = $3, row_version = $4 where id = $1`,
    [id, rules.defaultCountry, JSON.stringify(rules.normalising), rules.rowVersion],
  );
}
