import { type Db, one, type Tx } from './db.ts';

export interface ModelRun {
  readonly id: string;
  readonly model: string;
  readonly state: 'running' | 'succeeded' | 'partial' | 'failed';
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly counts: ModelCounts | null;
  readonly errorCode: string | null;
  readonly errorMeasured: string | null;
}

/** Rows of a model in one run. */
export interface ModelCounts {
  readonly rows: number;
  readonly new: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
}

/** Callers hold the import lock: whatever still says running was killed. */
export async function beginModelRun(db: Db, modelId: number): Promise<string> {
  await db.query(
    `update model_run set state = 'failed', finished_at = muster_now(), error_code = 'MODEL_RUN_LOST'
     where model_id = $1 and state = 'running'`,
    [modelId],
  );
  const { id } = await one<{ id: string }>(
    db,
    'insert into model_run (model_id) values ($1) returning id::text',
    [modelId],
  );
  return id;
}

export async function endModelRun(
  db: Db,
  id: string,
  end: {
    readonly state: 'succeeded' | 'partial' | 'failed';
    readonly counts: ModelCounts | null;
    readonly errorCode: string | null;
    readonly errorMeasured: string | null;
  },
): Promise<void> {
  await db.query(
    `update model_run set state = $2, counts = $3, error_code = $4, error_measured = $5,
       finished_at = muster_now()
     where id = $1`,
    [
      ...[id, end.state, end.counts === null ? null : JSON.stringify(end.counts)],
      ...[end.errorCode, end.errorMeasured],
    ],
  );
}

/** The newest first. */
export async function listModelRuns(
  db: Db,
  model: string | null,
  limit: number,
): Promise<ModelRun[]> {
  return await db.query<ModelRun>(
    `select r.id::text, m.name as model, r.state, r.started_at as "startedAt",
       r.finished_at as "finishedAt", r.counts, r.error_code as "errorCode",
       r.error_measured as "errorMeasured"
     from model_run r join model m on m.id = r.model_id
     where $1::text is null or m.name = $1 order by r.id desc limit $2`,
    [model, limit],
  );
}

export interface FailedRow {
  readonly externalId: string | null;
  readonly rowNumber: number;
  readonly reason: string;
}

/** So many are listed; how many there were is in the counts of the run. */
export const FAILED_ROWS_KEPT = 10_000;

/** In place of those of the run before. */
export async function replaceFailedRows(
  tx: Tx,
  modelId: number,
  rows: readonly FailedRow[],
): Promise<void> {
  await tx.query('delete from model_failed_row where model_id = $1', [modelId]);
  await tx.query(
    `insert into model_failed_row (model_id, external_id, row_number, reason)
     select $1, * from unnest($2::text[], $3::bigint[], $4::text[])`,
    [
      modelId,
      rows.map(({ externalId }) => externalId),
      rows.map(({ rowNumber }) => rowNumber),
      rows.map(({ reason }) => reason),
    ],
  );
}

export async function listFailedRows(db: Db, modelId: number): Promise<FailedRow[]> {
  return await db.query<FailedRow>(
    `select external_id as "externalId", row_number as "rowNumber", reason from model_failed_row
     where model_id = $1 order by row_number`,
    [modelId],
  );
}
