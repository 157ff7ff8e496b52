import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

export const sourceKinds = [
  ...(['postgres', 'redshift', 'mysql', 'sqlite'] as const),
  ...(['clickhouse', 'bigquery', 'snowflake', 'databricks'] as const),
  ...(['folder', 'https', 's3', 'sftp'] as const),
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Another database, or a place of files, to read from; what leads there is sealed and read apart. */
export interface Source {
  readonly id: number;
  readonly name: string;
  readonly kind: SourceKind;
  /** Host and database, or the file: never a user or a password. */
  readonly place: string;
  readonly allowPrivate: boolean;
  /** What is no secret, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

const sources = `select id, name, kind, place, allow_private as "allowPrivate", settings, created_at as "createdAt"
  from source`;

export async function listSources(db: Db): Promise<Source[]> {
  return await db.query<Source>(`${sources} order by name`);
}

/** @throws MusterError SOURCE_UNKNOWN */
export async function findSource(db: Db, name: string): Promise<Source> {
  const [found] = await db.query<Source>(`${sources} where name = $1`, [name]);
  if (found === undefined) throw new MusterError('SOURCE_UNKNOWN', `“${name}”`);
  return found;
}

/** @throws MusterError SOURCE_UNKNOWN */
export async function readSource(db: Db, id: number): Promise<Source> {
  const [found] = await db.query<Source>(`${sources} where id = $1`, [id]);
  if (found === undefined) throw new MusterError('SOURCE_UNKNOWN', `number ${id}`);
  return found;
}

/** Where a sealed URL stands: what it is sealed with is bound to this place. */
export interface SourcePlace {
  readonly installationId: string;
  readonly sourceId: number;
}

/** @throws MusterError SOURCE_EXISTS */
export async function addSource(
  tx: Tx,
  wish: Omit<Source, 'id' | 'createdAt'> & { readonly seal: (place: SourcePlace) => Buffer },
): Promise<Source> {
  const [made] = await tx.query<{ id: number }>(
    `insert into source (name, kind, place, allow_private, settings, url_sealed)
     values ($1, $2, $3, $4, $5, '') on conflict (name) do nothing returning id`,
    [wish.name, wish.kind, wish.place, wish.allowPrivate, JSON.stringify(wish.settings)],
  );
  if (made === undefined) throw new MusterError('SOURCE_EXISTS', `“${wish.name}”`);
  const { id: installationId } = await one<{ id: string }>(tx, 'select id from installation');
  await tx.query('update source set url_sealed = $2 where id = $1', [
    ...[made.id, wish.seal({ installationId, sourceId: made.id })],
  ]);
  return await readSource(tx, made.id);
}

/** @throws MusterError SOURCE_IN_USE */
export async function removeSource(tx: Tx, { id, name }: Source): Promise<void> {
  const models = await tx.query<{ name: string }>(
    'select name from model where source_id = $1 order by name',
    [id],
  );
  if (models.length > 0) {
    const names = models.map((model) => `“${model.name}”`).join(', ');
    throw new MusterError('SOURCE_IN_USE', `“${name}” by ${names}`);
  }
  await tx.query('delete from source where id = $1', [id]);
}

export async function readSealedUrl(
  db: Db,
  sourceId: number,
): Promise<{ place: SourcePlace; sealed: Buffer }> {
  const { installationId, sealed } = await one<{ installationId: string; sealed: Buffer }>(
    db,
    `select i.id as "installationId", s.url_sealed as sealed from source s, installation i
     where s.id = $1`,
    [sourceId],
  );
  return { place: { installationId, sourceId }, sealed };
}

/** Seals every URL anew, for another key. */
export async function resealSources(
  tx: Tx,
  reseal: (place: SourcePlace, sealed: Buffer) => Buffer,
): Promise<void> {
  const rows = await tx.query<{ id: number }>('select id from source order by id for update');
  for (const { id } of rows) {
    const { place, sealed } = await readSealedUrl(tx, id);
    await tx.query('update source set url_sealed = $2 where id = $1', [id, reseal(place, sealed)]);
  }
}
