import type { Db } from './db.ts';

export interface StoredTrait {
  readonly name: string;
  /** The identifier field that holds it, or null when it is an ordinary trait. */
  readonly field: string | null;
  readonly type: 'number' | 'date' | 'boolean' | 'text';
  /** Somebody has several values for it, as a JSON list. */
  readonly isList: boolean;
}

export async function listTraits(db: Db, databaseId: number): Promise<StoredTrait[]> {
  return await db.query<StoredTrait>(
    'select name, field, type, is_list as "isList" from trait where database_id = $1 order by name',
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
    `insert into trait (database_id, name, field, type, is_list)
     select $1, x.name, min(x.field),
       case when count(distinct x.type) = 1 then min(x.type) else 'text' end, bool_or(x."isList")
     from jsonb_to_recordset($2) x (name text, field text, type text, "isList" boolean) group by x.name
     on conflict (database_id, name) do update set
       type = case when trait.type = excluded.type then trait.type else 'text' end,
       is_list = trait.is_list or excluded.is_list
       where (trait.type <> excluded.type and trait.type <> 'text')
         or (excluded.is_list and not trait.is_list)`,
    [databaseId, JSON.stringify(traits)],
  );
}
