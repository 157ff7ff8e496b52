import type { Db } from './db.ts';

/** The version of a file that a model took last. */
export interface PickedFile {
  readonly name: string;
  /** As its place tells it; null where it tells nothing. */
  readonly version: string | null;
  readonly sha256: Buffer;
}

export async function readPickedFiles(
  db: Db,
  modelId: number,
): Promise<ReadonlyMap<string, PickedFile>> {
  const files = await db.query<PickedFile>(
    'select name, version, sha256 from picked_file where model_id = $1',
    [modelId],
  );
  return new Map(files.map((file) => [file.name, file]));
}

export async function notePickedFile(db: Db, modelId: number, file: PickedFile): Promise<void> {
  await db.query(
    `insert into picked_file (model_id, name, version, sha256) values ($1, $2, $3, $4)
     on conflict (model_id, name) do update
       set version = excluded.version, sha256 = excluded.sha256, taken_at = muster_now()`,
    [modelId, file.name, file.version, file.sha256],
  );
}

/** The files that have to be read again for everything to be read: changes all, of whole lists the last. */
export async function forgetPickedFiles(db: Db, modelId: number): Promise<void> {
  await db.query(
    `delete from picked_file p using model m
     where p.model_id = $1 and m.id = $1 and (m.mode = 'upsert' or p.taken_at =
       (select max(l.taken_at) from picked_file l where l.model_id = $1))`,
    [modelId],
  );
}
