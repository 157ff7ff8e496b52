import type { Db } from './db.ts';

/** A change smaller than this, or than a tenth of the table, leaves the planner's beliefs good. */
const CHANGED_ROWS_MIN = 500;
const CHANGED_SHARE_MIN = 0.1;

type Grown =
  | 'profile'
  | 'match_row'
  | 'match_key'
  | 'member'
  | 'ledger'
  | 'operation'
  | 'model_row'
  | 'recheck';

/**
 * Tells the planner about tables that were just filled. Autovacuum would, a minute later; until then
 * joins are planned as if the tables were as empty as before.
 */
export async function analyzeAfter(
  db: Db,
  changedRows: number,
  tables: readonly Grown[],
): Promise<void> {
  if (changedRows < CHANGED_ROWS_MIN) return;
  const grown = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where oid = any($1::regclass[]) and reltuples * $2 < $3`,
    [tables, CHANGED_SHARE_MIN, changedRows],
  );
  if (grown.length === 0) return;
  // Counts and ranges of keys are all that is wanted of these tables; a small sample has them.
  const names = grown.map(({ name }) => name).join(', ');
  await db.query(
    `set default_statistics_target = 10; analyze ${names}; reset default_statistics_target`,
  );
}
