import type { Db } from './db.ts';

export interface StoredTrait {
  readonly name: string;
  /** The identifier field that holds it, or null when it is an ordinary trait. */
  readonly field: string | null;
  readonly type: 'number' | 'date' | 'boolean' | 'text';
}

export async function listTraits(db: Db, databaseId: number): Promise<StoredTrait[]> {
  return await db.query<StoredTrait>(
    'select name, field, type from trait where database_id = $1 order by name',
    [databaseId],
  );
}

export type NewTrait = StoredTrait;

/** Makes names known to rules. One whose values are of several types is text. */
export async function addTraits(
  db: Db,
  databaseId: number,
  traits: readonly NewTrait[],
): Promise<void> {
  if (traits.length === 0) return;
  await db.query(
    `insert into trait (database_id, name, field, type)
     select $1, x.name, min(x.field), case when count(distinct x.type) = 1 then min(x.type) else 'text' end
     from jsonb_to_recordset($2) x (name text, field text, type text) group by x.name
     on conflict (database_id, name) do update set type = 'text'
       where trait.type <> excluded.type and trait.type <> 'text'`,
    [databaseId, JSON.stringify(traits)],
  );
}
