import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one } from './db.ts';

export type AudienceState = 'never' | 'pending' | 'up to date' | 'error' | 'deactivated';

export interface Audience {
  readonly id: number;
  readonly databaseId: number;
  readonly integrationId: number | null;
  readonly name: string;
  readonly rule: unknown;
  readonly ruleVersion: string;
  readonly customerFileSource: string;
  readonly state: AudienceState;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly memberCount: number;
  readonly membersChangedAt: Date | null;
  readonly synchronizedAt: Date | null;
  readonly nextRunAt: Date | null;
  /** As text: a pg_snapshot; null: everybody has to be evaluated. */
  readonly feedPosition: string | null;
}

const columns = `a.id, a.database_id as "databaseId", a.integration_id as "integrationId", a.name,
  a.rule, a.rule_version as "ruleVersion", a.customer_file_source as "customerFileSource", a.state,
  a.created_at as "createdAt", a.activated_at as "activatedAt", a.member_count as "memberCount",
  a.members_changed_at as "membersChangedAt", a.synchronized_at as "synchronizedAt",
  a.next_run_at as "nextRunAt",
  case when a.feed_restore_epoch = i.restore_epoch then a.feed_position::text end as "feedPosition"`;

/** @throws MusterError AUDIENCE_UNKNOWN */
export async function findAudience(db: Db, name: string): Promise<Audience> {
  const [found] = await db.query<Audience>(
    `select ${columns} from audience a, installation i where a.name = $1`,
    [name],
  );
  if (found === undefined) throw new MusterError('AUDIENCE_UNKNOWN', `“${name}”`);
  return found;
}

export async function listAudiences(db: Db): Promise<Audience[]> {
  return await db.query<Audience>(
    `select ${columns} from audience a, installation i order by a.id`,
  );
}

/** @throws MusterError AUDIENCE_EXISTS */
export async function createAudience(
  db: Db,
  audience: {
    databaseId: number;
    integrationId: number | null;
    name: string;
    rule: object;
    ruleVersion: string;
    customerFileSource: string;
  },
): Promise<Audience> {
  const made = await db.query<{ id: number }>(
    `insert into audience (database_id, integration_id, name, rule, rule_version,
       customer_file_source)
     values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing returning id`,
    [
      audience.databaseId,
      audience.integrationId,
      audience.name,
      JSON.stringify(audience.rule),
      audience.ruleVersion,
      audience.customerFileSource,
    ],
  );
  if (made.length === 0) throw new MusterError('AUDIENCE_EXISTS', `“${audience.name}”`);
  return await findAudience(db, audience.name);
}

/** *Activated on* is set once; the first run is one period later. */
export async function markActivated(db: Db, id: number, periodMs: number): Promise<void> {
  await db.query(
    `update audience set activated_at = t.now, next_run_at = t.now + make_interval(secs => $2),
       state = 'pending'
     from (select muster_now() as now) t where id = $1 and activated_at is null`,
    [id, periodMs / 1000],
  );
}

export async function setIntegration(db: Db, id: number, integrationId: number): Promise<void> {
  await db.query('update audience set integration_id = $2 where id = $1', [id, integrationId]);
}

/**
 * What a finished run leaves on its audience. *Synchronized on* is filled only if no member has
 * changed since the run looked at them.
 */
export async function markSynchronized(
  tx: Db,
  id: number,
  run: { id: number; complete: boolean; failed: boolean },
): Promise<void> {
  const { unchangedSince } = await one<{ unchangedSince: boolean }>(
    tx,
    `select coalesce(a.members_changed_at <= r.evaluated_at, true) as "unchangedSince"
     from audience a, run r where a.id = $1 and r.id = $2`,
    [id, run.id],
  );
  await tx.query(
    `update audience set
       synchronized_at = case when $3 and $2 then muster_now() else synchronized_at end,
       state = case when $4 then 'error' when $3 and $2 then 'up to date' else 'pending' end
     where id = $1`,
    [id, unchangedSince, run.complete, run.failed],
  );
}

/** Writes down that a Meta audience is about to be made. True: an earlier attempt is unaccounted for. */
export async function beginCreation(db: Db, id: number): Promise<boolean> {
  const { again } = await one<{ again: boolean }>(
    db,
    `update audience a set creation_began_at = muster_now() from audience old
     where a.id = $1 and old.id = a.id returning old.creation_began_at is not null as again`,
    [id],
  );
  return again;
}

export async function audienceName(db: Db, id: number): Promise<string> {
  return (await one<{ name: string }>(db, 'select name from audience where id = $1', [id])).name;
}
