import { type Db, one } from './db.ts';

/** When a model runs; the schedule as it is stored. */
export interface ModelSchedule {
  readonly modelId: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly schedule: unknown;
  /** When it was set: intervals are counted from here. */
  readonly scheduledAt: Date;
  readonly nextRunAt: Date | null;
  /** Planned runs that failed, one after another. */
  readonly failures: number;
  /** By the database's clock. */
  readonly now: Date;
}

const columns = `id as "modelId", name, enabled, schedule, scheduled_at as "scheduledAt",
  next_run_at as "nextRunAt", failures, muster_now() as now`;

export async function readModelSchedule(db: Db, modelId: number): Promise<ModelSchedule> {
  return await one<ModelSchedule>(db, `select ${columns} from model where id = $1`, [modelId]);
}

/** Counts from now; the first run is at `nextRunAt`. */
export async function storeModelSchedule(
  db: Db,
  modelId: number,
  wish: { readonly schedule: object; readonly scheduledAt: Date; readonly nextRunAt: Date | null },
): Promise<void> {
  await db.query(
    `update model set schedule = $2, scheduled_at = $3, next_run_at = $4, failures = 0 where id = $1`,
    [modelId, JSON.stringify(wish.schedule), wish.scheduledAt, wish.nextRunAt],
  );
}

/**
 * The models whose planned run has come, locked until the transaction ends. One that is off keeps its
 * turn until it is on.
 */
export async function dueModels(tx: Db, limit: number): Promise<ModelSchedule[]> {
  return await tx.query<ModelSchedule>(
    `select ${columns} from model where next_run_at <= muster_now() and enabled
     order by next_run_at limit $1 for update skip locked`,
    [limit],
  );
}

export async function setNextModelRun(
  db: Db,
  modelId: number,
  next: { readonly at: Date | null; readonly failures: number },
): Promise<void> {
  await db.query('update model set next_run_at = $2, failures = $3 where id = $1', [
    ...[modelId, next.at, next.failures],
  ]);
}
