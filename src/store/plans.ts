import { must } from '#domain/errors/assert.ts';
import { fromBigints } from './bigints.ts';
import type { Db, Tx } from './db.ts';

export interface StoredPlan {
  readonly id: number;
  readonly audienceId: number;
  readonly linkId: number | null;
  readonly checksum: string;
  readonly madeFrom: Record<string, unknown>;
  /** What was stored with it: a Plan of the plan room. */
  readonly counts: unknown;
  readonly state: 'sealed' | 'applied' | 'held' | 'stale';
}

export interface PlanChunk {
  readonly number: number;
  readonly kind: 'add' | 'remove' | 'cover';
  /** The guard keeps it back until somebody lets it go. */
  readonly held: boolean;
  readonly matchRowIds: readonly number[];
  /** So many of the first ids are of people who are new to Meta. */
  readonly joining: number;
}

export async function openPlan(
  tx: Tx,
  plan: { audienceId: number; linkId: number | null; runId: number | null; madeFrom: object },
): Promise<number> {
  const [made] = await tx.query<{ id: number }>(
    `insert into plan (audience_id, link_id, run_id, checksum, made_from, counts, guard, created_at)
     values ($1, $2, $3, '', $4, '{}', '{}', muster_now()) returning id`,
    [plan.audienceId, plan.linkId, plan.runId, JSON.stringify(plan.madeFrom)],
  );
  return must(made, 'an insert gives its id').id;
}

export async function sealPlan(
  tx: Tx,
  id: number,
  sealed: { checksum: string; counts: object; guard: object; state: 'sealed' | 'held' },
): Promise<void> {
  await tx.query(
    'update plan set checksum = $2, counts = $3, guard = $4, state = $5 where id = $1',
    [
      id,
      sealed.checksum,
      JSON.stringify(sealed.counts),
      JSON.stringify(sealed.guard),
      sealed.state,
    ],
  );
}

export interface ChunkDigest extends Pick<PlanChunk, 'kind' | 'held'> {
  readonly rows: number;
  readonly bytes: number;
  readonly digest: string;
}

/** What the checksum is made over: one digest a chunk, in order. */
export async function chunkDigests(tx: Tx, planId: number): Promise<ChunkDigest[]> {
  return await tx.query(
    `select kind, held, cardinality(match_row_ids) as rows, bytes,
       encode(sha256(convert_to(match_row_ids::text, 'UTF8')), 'hex') as digest
     from plan_chunk where plan_id = $1 order by number`,
    [planId],
  );
}

export async function findPlan(db: Db, checksum: string): Promise<StoredPlan | null> {
  const [plan] = await db.query<StoredPlan>(
    `select id, audience_id as "audienceId", link_id as "linkId", checksum,
       made_from as "madeFrom", counts, state
     from plan where checksum = $1 order by id desc limit 1`,
    [checksum],
  );
  return plan ?? null;
}

export async function chunkNumbers(
  db: Db,
  planId: number,
): Promise<Pick<PlanChunk, 'number' | 'kind' | 'held'>[]> {
  return await db.query(
    'select number, kind, held from plan_chunk where plan_id = $1 order by number',
    [planId],
  );
}

export async function readChunk(db: Db, planId: number, number: number): Promise<PlanChunk> {
  const [chunk] = await db.query<Omit<PlanChunk, 'number' | 'matchRowIds'> & { ids: string }>(
    `select kind, held, joining, match_row_ids::text as ids from plan_chunk where plan_id = $1 and number = $2`,
    [planId, number],
  );
  const { ids, ...rest } = must(chunk, 'a chunk of a plan is there until the plan is dropped');
  return { number, ...rest, matchRowIds: fromBigints(ids) };
}

export async function markPlan(db: Db, id: number, state: StoredPlan['state']): Promise<void> {
  await db.query('update plan set state = $2 where id = $1', [id, state]);
}

/** A listed row that another operation carried since the plan was made (protocol.md §6). */
export async function carriedSince(db: Db, plan: { id: number; linkId: number }): Promise<number> {
  const [found] = await db.query<{ count: number }>(
    `select count(*) as count
     from plan_chunk c cross join unnest(c.match_row_ids) x (id)
     join ledger l on l.link_id = $2 and l.match_row_id = x.id
     join operation o on o.id = l.op_id
     where c.plan_id = $1 and o.sent_at > (select created_at from plan where id = $1)`,
    [plan.id, plan.linkId],
  );
  return found?.count ?? 0;
}

/** Sealed lists of finished plans are large and have done their work. */
export async function dropChunks(db: Db, planId: number): Promise<void> {
  await db.query('delete from plan_chunk where plan_id = $1', [planId]);
}
