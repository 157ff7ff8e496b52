import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

export type ScenarioState = 'draft' | 'active' | 'stopped';

/** A scenario, or the automation of an audience. */
export interface Scenario {
  readonly id: number;
  readonly databaseId: number;
  /** Null: it is an automation. */
  readonly name: string | null;
  readonly audienceId: number | null;
  /** The name of that audience. */
  readonly audience: string | null;
  /** The audiences that it fills, by the names that it calls them by. */
  readonly audienceIds: Readonly<Record<string, number>>;
  readonly definition: unknown;
  readonly state: ScenarioState;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

const scenarios = `select s.id, s.database_id as "databaseId", s.name, s.audience_id as "audienceId",
    a.name as audience, s.definition, s.state, s.created_at as "createdAt",
    s.activated_at as "activatedAt",
    case when a.id is not null then jsonb_build_object(a.name, a.id)
      else (select coalesce(jsonb_object_agg(f.known_as, f.audience_id), '{}')
        from scenario_audience f where f.scenario_id = s.id) end as "audienceIds"
  from scenario s left join audience a on a.id = s.audience_id`;

/** @throws MusterError SCENARIO_UNKNOWN */
export async function findScenario(db: Db, name: string): Promise<Scenario> {
  const [found] = await db.query<Scenario>(`${scenarios} where s.name = $1`, [name]);
  if (found === undefined) throw new MusterError('SCENARIO_UNKNOWN', `“${name}”`);
  return found;
}

export async function readScenarioRow(db: Db, id: number): Promise<Scenario> {
  return await one<Scenario>(db, `${scenarios} where s.id = $1`, [id]);
}

/** @throws MusterError SCENARIO_UNKNOWN when the audience has no automation */
export async function automationOf(db: Db, audience: string): Promise<Scenario> {
  const [found] = await db.query<Scenario>(`${scenarios} where a.name = $1`, [audience]);
  if (found === undefined)
    throw new MusterError('SCENARIO_UNKNOWN', `“${audience}” has no automation`);
  return found;
}

export async function listScenarios(db: Db, kind: 'scenario' | 'automation'): Promise<Scenario[]> {
  return await db.query<Scenario>(
    `${scenarios} where (s.name is not null) = $1 order by coalesce(s.name, a.name)`,
    [kind === 'scenario'],
  );
}

/** Those that may start somebody, by number, which is the order in which they are locked. */
export async function activeScenarios(db: Db, databaseId: number): Promise<Scenario[]> {
  return await db.query<Scenario>(
    `${scenarios} where s.database_id = $1 and s.state = 'active' order by s.id`,
    [databaseId],
  );
}

/** @throws MusterError SCENARIO_EXISTS */
export async function addScenario(
  tx: Tx,
  wish: {
    readonly databaseId: number;
    readonly name: string | null;
    readonly audienceId: number | null;
    readonly definition: unknown;
    /** Of a scenario, by the names that it calls them by. */
    readonly audienceIds: Readonly<Record<string, number>>;
  },
): Promise<Scenario> {
  const [made] = await tx.query<{ id: number }>(
    `insert into scenario (database_id, name, audience_id, definition) values ($1, $2, $3, $4)
     on conflict (name) do nothing returning id`,
    [wish.databaseId, wish.name, wish.audienceId, JSON.stringify(wish.definition)],
  );
  if (made === undefined) throw new MusterError('SCENARIO_EXISTS', `“${wish.name}”`);
  await tx.query(
    `insert into scenario_audience (scenario_id, known_as, audience_id)
     select $1, x.name, x.id from unnest($2::text[], $3::integer[]) x (name, id)`,
    [made.id, Object.keys(wish.audienceIds), Object.values(wish.audienceIds)],
  );
  return await readScenarioRow(tx, made.id);
}

/**
 * An audience in it has another name; what it does stays what it is. So it may be written though it was
 * activated, which the table refuses: nobody sees the moment away.
 */
export async function rewordScenario(
  tx: Tx,
  id: number,
  wish: { readonly definition: unknown; readonly audienceId: number; readonly newName: string },
): Promise<void> {
  const { at } = await one<{ at: string | null }>(
    tx,
    'select activated_at::text as at from scenario where id = $1 for update',
    [id],
  );
  await tx.query('update scenario set activated_at = null where id = $1', [id]);
  await tx.query('update scenario set definition = $2 where id = $1', [
    id,
    JSON.stringify(wish.definition),
  ]);
  await tx.query('update scenario set activated_at = $2::timestamptz where id = $1', [id, at]);
  await tx.query(
    'update scenario_audience set known_as = $3 where scenario_id = $1 and audience_id = $2',
    [id, wish.audienceId, wish.newName],
  );
}

export async function setScenarioState(
  tx: Tx,
  id: number,
  state: 'active' | 'stopped',
  looks: boolean,
): Promise<void> {
  await tx.query(
    `update scenario set state = $2, activated_at = coalesce(activated_at, muster_now()),
       looks_at = case when $3 then muster_now() end where id = $1`,
    [id, state, looks && state === 'active'],
  );
}

export async function removeScenario(tx: Tx, id: number): Promise<void> {
  await tx.query('delete from scenario where id = $1', [id]);
}

/** Scenarios that have to look now whom they find, and look again in a day. Others leave them alone. */
export async function takeLooking(tx: Tx): Promise<number | null> {
  const [taken] = await tx.query<{ id: number }>(
    `update scenario set looks_at = looks_at + interval '1 day'
       * greatest(1, ceil(extract(epoch from muster_now() - looks_at) / 86400))
     where id = (select id from scenario where state = 'active' and looks_at <= muster_now()
       order by looks_at limit 1 for update skip locked) returning id`,
  );
  return taken?.id ?? null;
}

const SCENARIO_LOCK = 7_278_318;

/** Starts are counted one transaction after another; in the order of their numbers. */
export async function lockScenarios(tx: Tx, ids: readonly number[]): Promise<void> {
  for (const id of ids.toSorted((a, b) => a - b)) {
    await tx.query('select pg_advisory_xact_lock($1, $2)', [SCENARIO_LOCK, id]);
  }
}
