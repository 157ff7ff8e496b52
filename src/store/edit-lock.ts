import type { Tx } from './db.ts';

/** Until the commit nobody else edits it by the API. @param what such as `model 3` */
export async function lockEdit(tx: Tx, what: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`edit ${what}`]);
}
