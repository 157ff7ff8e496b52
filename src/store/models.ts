import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';
import { dropSeen } from './model-rows.ts';

export const modelModes = ['mirror', 'upsert', 'delete'] as const;
/** What a changed row does: see the table in docs/guide/sources.md. */
export type ModelMode = (typeof modelModes)[number];

/** A query whose rows are people. */
export interface Model {
  readonly id: number;
  readonly name: string;
  readonly databaseId: number;
  readonly database: string;
  readonly sourceId: number;
  readonly source: string;
  readonly sql: string;
  readonly idColumn: string;
  readonly map: string | null;
  readonly mode: ModelMode;
  /** A copy is off until somebody looked at it. */
  readonly enabled: boolean;
  /** The audience of its people; null: none was made for it. */
  readonly audience: string | null;
}

/** features.md C-11 */
const MODELS_MAX = 50;

const models = `select m.id, m.name, m.database_id as "databaseId", d.name as database,
    m.source_id as "sourceId", s.name as source, m.sql, m.id_column as "idColumn", m.map, m.mode, m.enabled,
    a.name as audience
  from model m join database d on d.id = m.database_id join source s on s.id = m.source_id
  left join audience a on a.id = m.audience_id`;

export async function listModels(db: Db): Promise<Model[]> {
  return await db.query<Model>(`${models} order by m.name`);
}

/** @throws MusterError MODEL_UNKNOWN */
export async function findModel(db: Db, name: string): Promise<Model> {
  const [found] = await db.query<Model>(`${models} where m.name = $1`, [name]);
  if (found === undefined) throw new MusterError('MODEL_UNKNOWN', `“${name}”`);
  return found;
}

export async function readModel(db: Db, id: number): Promise<Model> {
  return await one<Model>(db, `${models} where m.id = $1`, [id]);
}

/** @throws MusterError MODEL_EXISTS, MODEL_TOO_MANY */
export async function addModel(
  tx: Tx,
  wish: Omit<Model, 'id' | 'database' | 'source' | 'audience'>,
): Promise<Model> {
  // Two at once wait for each other here, so that there is never one too many.
  await tx.query('select 1 from database where id = $1 for update', [wish.databaseId]);
  const { count } = await one<{ count: number }>(
    tx,
    'select count(*) as count from model where database_id = $1',
    [wish.databaseId],
  );
  if (count >= MODELS_MAX) throw new MusterError('MODEL_TOO_MANY', `there are ${count}`);
  const made = await tx.query(
    `insert into model (name, database_id, source_id, sql, id_column, map, mode, enabled)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do nothing returning id`,
    [
      ...[wish.name, wish.databaseId, wish.sourceId, wish.sql],
      ...[wish.idColumn, wish.map, wish.mode, wish.enabled],
    ],
  );
  if (made.length === 0) throw new MusterError('MODEL_EXISTS', `“${wish.name}”`);
  return await findModel(tx, wish.name);
}

export async function setModelEnabled(db: Db, id: number, enabled: boolean): Promise<void> {
  await db.query('update model set enabled = $2 where id = $1', [id, enabled]);
}

/** The next run takes its rows by what it is now. */
export async function updateModel(
  db: Db,
  { id, sql, map, mode }: Pick<Model, 'id' | 'sql' | 'map' | 'mode'>,
): Promise<void> {
  await db.query('update model set sql = $2, map = $3, mode = $4 where id = $1', [
    ...[id, sql, map, mode],
  ]);
}

export async function setModelAudience(db: Db, id: number, audienceId: number): Promise<void> {
  await db.query('update model set audience_id = $2 where id = $1', [id, audienceId]);
}

/** Its people stay. */
export async function removeModel(db: Db, id: number): Promise<void> {
  // What a run that was killed left behind.
  await dropSeen(db, id);
  await db.query('delete from model where id = $1', [id]);
}
