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
