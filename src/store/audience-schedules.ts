import { type Db, one } from './db.ts';

/** Whether an audience (a) may be sent through its integration (i) now. */
export const maySend = `(a.state <> 'deactivated' and coalesce(i.enabled, true)
  and (a.emptying_at is not null or (a.paused_at is null
    and (a.runs_from is null or a.runs_from <= muster_now())
    and (a.runs_until is null or a.runs_until > muster_now()))))`;

/** When an audience runs; the schedule as it is stored. */
export interface AudienceSchedule {
  readonly audienceId: number;
  readonly name: string;
  readonly schedule: unknown;
  readonly runsFrom: Date | null;
  readonly runsUntil: Date | null;
  readonly periodZone: string | null;
  readonly activatedAt: Date | null;
  readonly nextRunAt: Date | null;
  readonly pausedAt: Date | null;
  readonly enabled: boolean;
  readonly deactivated: boolean;
  /** Its people are being removed first, whatever its schedule. */
  readonly emptying: boolean;
  /** By the database's clock. */
  readonly now: Date;
}

const columns = `a.id as "audienceId", a.name, a.schedule, a.runs_from as "runsFrom",
  a.runs_until as "runsUntil", a.period_zone as "periodZone", a.activated_at as "activatedAt",
  a.next_run_at as "nextRunAt", a.paused_at as "pausedAt", coalesce(i.enabled, true) as enabled,
  a.state = 'deactivated' as deactivated, a.emptying_at is not null as emptying,
  muster_now() as now`;

const joined = 'audience a left join integration i on i.id = a.integration_id';

export async function readSchedule(db: Db, audienceId: number): Promise<AudienceSchedule> {
  return await one<AudienceSchedule>(db, `select ${columns} from ${joined} where a.id = $1`, [
    audienceId,
  ]);
}

/**
 * The audiences whose planned run has come, locked until the transaction ends; each is somebody's
 * for that time. Paused and disabled ones keep their turn until they go on.
 */
export async function dueSchedules(tx: Db, limit: number): Promise<AudienceSchedule[]> {
  return await tx.query<AudienceSchedule>(
    `select ${columns} from ${joined}
     where a.next_run_at <= muster_now() and a.emptying_at is null and a.paused_at is null and a.state <> 'deactivated'
       and coalesce(i.enabled, true)
     order by a.next_run_at limit $1 for update of a skip locked`,
    [limit],
  );
}

export async function setNextRun(db: Db, audienceId: number, at: Date | null): Promise<void> {
  await db.query('update audience set next_run_at = $2 where id = $1', [audienceId, at]);
}

export async function storeSchedule(
  db: Db,
  audienceId: number,
  wish: {
    schedule: object;
    runsFrom: Date | null;
    runsUntil: Date | null;
    periodZone: string | null;
    replayAt: Date | null;
    nextRunAt: Date | null;
  },
): Promise<void> {
  await db.query(
    `update audience set schedule = $2, runs_from = $3, runs_until = $4, period_zone = $5,
       replay_at = coalesce($6, replay_at), next_run_at = $7 where id = $1`,
    [
      audienceId,
      JSON.stringify(wish.schedule),
      wish.runsFrom,
      wish.runsUntil,
      wish.periodZone,
      wish.replayAt,
      wish.nextRunAt,
    ],
  );
}

/** Takes the wish to send every member again, if its moment has come. */
export async function takeReplay(tx: Db, audienceId: number): Promise<boolean> {
  const taken = await tx.query(
    `update audience set replay_at = null where id = $1 and replay_at <= muster_now() returning id`,
    [audienceId],
  );
  return taken.length > 0;
}

/** False: it was paused, or went on, already. */
export async function setPaused(db: Db, audienceId: number, paused: boolean): Promise<boolean> {
  const changed = await db.query(
    `update audience set paused_at = case when $2 then muster_now() end
     where id = $1 and (paused_at is null) = $2 returning id`,
    [audienceId, paused],
  );
  return changed.length > 0;
}
