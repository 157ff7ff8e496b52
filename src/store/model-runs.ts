import { MusterError } from '#domain/errors/muster-error.ts';
import type { Db, Tx } from './db.ts';
import type { ClaimedModelRun, ModelTrigger } from './model-queue.ts';
import type { ModelMode } from './models.ts';

export type ModelRunState = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled';

export interface ModelRun {
  readonly id: string;
  readonly model: string;
  readonly mode: ModelMode;
  readonly database: string;
  readonly state: ModelRunState;
  readonly trigger: ModelTrigger;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** What it did; null for whatever took nothing over. */
  readonly counts: ModelCounts | null;
  readonly errorCode: string | null;
  readonly errorMeasured: string | null;
  readonly cancelAskedAt: Date | null;
  readonly cancelReason: string | null;
}

/** Rows of a model in one run, and the people behind them. */
export interface ModelCounts {
  readonly rows: number;
  readonly new: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
  readonly profiles: {
    readonly created: number;
    readonly updated: number;
    readonly deleted: number;
  };
  /** The file that was taken, or the pattern of several; null: it is a query, or no file was new. */
  readonly file: string | null;
  /** New files that come in runs after this one. */
  readonly filesLeft: number;
  /** Files that somebody may still be writing. */
  readonly filesWaiting: number;
  /** Nobody was removed: a row's id could not be read, and it may be anybody's. */
  readonly deletionsSkipped: boolean;
  /** Values of changed rows that were left out: key → reason → how many. */
  readonly unusable: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * Ends a run that took its rows over, in the transaction that does so.
 * @throws MusterError MODEL_RUN_CANCELLED when somebody cancelled it meanwhile, or it was given up for dead
 */
export async function concludeModelRun(tx: Tx, id: string, counts: ModelCounts): Promise<void> {
  const ended = await tx.query(
    `update model_run set state = $2, counts = $3, finished_at = muster_now()
     where id = $1 and state = 'running' and cancel_asked_at is null returning id`,
    [id, counts.failed > 0 ? 'partial' : 'succeeded', JSON.stringify(counts)],
  );
  if (ended.length === 0) throw new MusterError('MODEL_RUN_CANCELLED', `run ${id}`);
}

/** Ends a run that took nothing over; `code` null: it was cancelled. */
export async function failModelRun(
  db: Db,
  id: string,
  error: { readonly code: string; readonly measured: string } | null,
): Promise<void> {
  await db.query(
    `update model_run set state = case when $2::text is null then 'cancelled' else 'failed' end,
       error_code = $2, error_measured = $3, finished_at = muster_now()
     where id = $1 and state = 'running'`,
    [id, error?.code ?? null, error?.measured ?? null],
  );
}

const runs = `select r.id::text, m.name as model, m.mode, d.name as database, r.state, r.trigger,
    r.queued_at as "queuedAt", case when r.state <> 'queued' then r.started_at end as "startedAt",
    r.finished_at as "finishedAt", r.counts, r.error_code as "errorCode",
    r.error_measured as "errorMeasured", r.cancel_asked_at as "cancelAskedAt",
    r.cancel_reason as "cancelReason"
  from model_run r join model m on m.id = r.model_id join database d on d.id = m.database_id`;

/** The newest first. */
export async function listModelRuns(
  db: Db,
  model: string | null,
  limit: number,
): Promise<ModelRun[]> {
  return await db.query<ModelRun>(
    `${runs} where $1::text is null or m.name = $1 order by r.id desc limit $2`,
    [model, limit],
  );
}

/** The newest run of each model that had one. */
export async function lastModelRuns(db: Db): Promise<ModelRun[]> {
  return await db.query<ModelRun>(
    `${runs} where r.id = (select max(l.id) from model_run l where l.model_id = m.id)`,
  );
}

/** @throws MusterError MODEL_RUN_UNKNOWN */
export async function readModelRun(db: Db, id: string): Promise<ModelRun> {
  const [found] = /^\d{1,18}$/.test(id)
    ? await db.query<ModelRun>(`${runs} where r.id = $1`, [id])
    : [];
  if (found === undefined) throw new MusterError('MODEL_RUN_UNKNOWN', `“${id}”`);
  return found;
}

export interface FailedRow {
  readonly externalId: string | null;
  readonly rowNumber: number;
  readonly reason: string;
}

/** With the run that found it. */
export type KeptFailure = FailedRow & { readonly runId: string };

/** So many are listed; how many there were is in the counts of the run. */
export const FAILED_ROWS_KEPT = 10_000;

/** In place of those of the run before. */
export async function replaceFailedRows(
  tx: Tx,
  { modelId, id: runId }: Pick<ClaimedModelRun, 'id' | 'modelId'>,
  rows: readonly FailedRow[],
): Promise<void> {
  await tx.query('delete from model_failed_row where model_id = $1', [modelId]);
  await tx.query(
    `insert into model_failed_row (model_id, run_id, external_id, row_number, reason)
     select $1, $2, * from unnest($3::text[], $4::bigint[], $5::text[])`,
    [
      ...[modelId, runId],
      rows.map(({ externalId }) => externalId),
      rows.map(({ rowNumber }) => rowNumber),
      rows.map(({ reason }) => reason),
    ],
  );
}

export async function listFailedRows(db: Db, modelId: number): Promise<KeptFailure[]> {
  return await db.query<KeptFailure>(
    `select run_id::text as "runId", external_id as "externalId", row_number as "rowNumber", reason from model_failed_row
     where model_id = $1 order by row_number`,
    [modelId],
  );
}
