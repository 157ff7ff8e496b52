import { one, type Tx } from './db.ts';

export interface GuardMeasures {
  /** People at Meta now, as far as we were told. */
  readonly atMeta: number;
  /** People removed on evidence in the last 24 hours, and people added. */
  readonly removedInWindow: number;
  readonly addedInWindow: number;
}

/** What the guard weighs (protocol.md §6); counting who is at Meta costs a pass over the ledger. */
export async function measureGuard(tx: Tx, linkId: number): Promise<GuardMeasures> {
  return await one<GuardMeasures>(
    tx,
    `select
       (select count(distinct mr.profile_id) from ledger_state s
        join match_row mr on mr.id = s.match_row_id
        where s.link_id = $1 and (s.state = 'in' or (s.state = 'unknown' and s.kind = 'add')))
         as "atMeta",
       -- Who opted out or was erased said so: that is no evidence that may turn out thin.
       coalesce(sum(people) filter (where kind = 'remove' and not lane), 0)::bigint
         as "removedInWindow",
       coalesce(sum(people) filter (where kind = 'add'), 0)::bigint as "addedInWindow"
     from operation
     where link_id = $1 and sent_at > muster_now() - interval '24 hours'
       and outcome is distinct from 'refused'`,
    [linkId],
  );
}
