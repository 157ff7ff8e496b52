import type { Db } from './db.ts';

/** Fewer changed rows than this do not change what the planner should believe. */
const CHANGED_ROWS_MIN = 20_000;

/**
 * Tells the planner about tables that were just filled. Autovacuum would, a minute later; until then
 * ten thousand look-ups by key are planned as if the table were empty, and read all of it.
 */
export async function analyzeAfter(
  db: Db,
  changedRows: number,
  tables: readonly ('profile' | 'match_row' | 'match_key' | 'member' | 'ledger' | 'operation')[],
): Promise<void> {
  if (changedRows >= CHANGED_ROWS_MIN) await db.query(`analyze ${tables.join(', ')}`);
}
