import type { Tx } from './db.ts';

/**
 * Everything that counts as being at Meta is to be said once more: whatever happened there counts
 * as a removal that may have taken place until now. Done once for a run, however often it is taken.
 */
export async function sayAllAgain(tx: Tx, runId: number, linkId: number): Promise<void> {
  const wished = await tx.query(
    'update run set replay = false where id = $1 and replay returning id',
    [runId],
  );
  if (wished.length === 0) return;
  await tx.query(
    `update ledger l set remove_until = greatest(l.remove_until, t.now)
     from operation o, (select muster_now() as now) t
     where l.link_id = $1 and o.id = l.op_id and o.kind = 'add' and o.outcome = 'clean'`,
    [linkId],
  );
  await tx.query('update link set compare_all = true where id = $1', [linkId]);
}
