import type { Db } from './db.ts';
import type { OperationRecord } from './run-history.ts';

/** A request as somebody may watch it go: numbers and names of keys, never a value. */
export interface OutgoingRequest extends Omit<OperationRecord, 'operationId' | 'settlesAt'> {
  readonly id: string;
  readonly audienceId: string;
  readonly audience: string;
  readonly adAccount: string;
  /** Null: nobody's run; people who said no leave at once. */
  readonly runId: string | null;
}

export interface OutgoingWish {
  /** Null: of all. */
  readonly databaseIds: readonly number[] | null;
  readonly audienceId: number | null;
  /** Only older ones than this; null: from the newest on. */
  readonly beforeId: number | null;
  readonly limit: number;
}

/** What was sent to Meta lately, the newest first. */
export async function readOutgoing(db: Db, wish: OutgoingWish): Promise<OutgoingRequest[]> {
  return await db.query<OutgoingRequest>(
    `select o.id::text, a.id::text as "audienceId", a.name as audience, k.ad_account as "adAccount",
       o.run_id::text as "runId", o.kind, o.covered, o.row_count as rows, o.people,
       o.body_bytes as bytes, o.schema, o.session_id as "sessionId", o.sent_at as "sentAt",
       o.finished_at as "answeredAt", o.outcome, o.answer,
       (select count(*) from rejection j where j.link_id = o.link_id and j.op_id = o.id) as rejected
     from operation o join link k on k.id = o.link_id join audience a on a.id = k.audience_id
     where ($1::integer[] is null or a.database_id = any($1))
       and ($2::integer is null or a.id = $2) and ($3::bigint is null or o.id < $3)
     order by o.id desc limit $4`,
    [wish.databaseIds, wish.audienceId, wish.beforeId, wish.limit],
  );
}
