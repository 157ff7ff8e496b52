import type { Db, Tx } from './db.ts';

/** Somebody who is to start on a scenario. */
export interface NewWalk {
  readonly profileId: number;
  /** The same cause starts the same person once. */
  readonly cause: string;
}

/**
 * Starts people, as often as the scenario lets each of them; call it with the scenario locked.
 * @param limit.intervalSeconds since the last start of the same person
 * @returns the walks that began.
 */
export async function beginWalks(
  tx: Tx,
  scenarioId: number,
  walks: readonly NewWalk[],
  limit: {
    readonly atMost: number | null;
    readonly intervalSeconds: number | null;
    readonly unasked: boolean;
  },
): Promise<number[]> {
  if (walks.length === 0) return [];
  const begun = await tx.query<{ id: number }>(
    `with wanted as (
       select x.profile_id, x.cause,
         row_number() over (partition by x.profile_id order by x.place) as number
       from unnest($2::bigint[], $3::text[]) with ordinality x (profile_id, cause, place)
       join profile p on p.id = x.profile_id
       join scenario s on s.id = $1 and s.database_id = p.database_id
       where not exists (select 1 from walk w where w.scenario_id = $1
         and w.profile_id = x.profile_id and w.cause = x.cause)
     )
     insert into walk (scenario_id, profile_id, cause, unasked, started_at, step, due_at)
     select $1, profile_id, cause, $6, muster_now(), 0, muster_now() from wanted n
     where ($4::integer is null or n.number + (select count(*) from walk w
         where w.scenario_id = $1 and w.profile_id = n.profile_id) <= $4)
       and ($5::float8 is null or n.number = 1 and not exists (select 1 from walk w
         where w.scenario_id = $1 and w.profile_id = n.profile_id
           and w.started_at > muster_now() - $5 * interval '1 second'))
     on conflict do nothing returning id`,
    [
      scenarioId,
      walks.map(({ profileId }) => profileId),
      walks.map(({ cause }) => cause),
      limit.atMost,
      limit.intervalSeconds,
      limit.unasked,
    ],
  );
  return begun.map(({ id }) => id);
}

/** People who are on their way. */
export interface Walker {
  readonly id: number;
  readonly profileId: number;
  readonly step: number;
  readonly unasked: boolean;
}

export async function readWalkers(tx: Tx, ids: readonly number[]): Promise<Walker[]> {
  return await tx.query<Walker>(
    `select id, profile_id as "profileId", step, unasked from walk where id = any($1) order by id`,
    [ids],
  );
}

/** A scenario of which somebody's moment has come; null: nobody's has. */
export async function scenarioDue(db: Db): Promise<number | null> {
  const [found] = await db.query<{ scenarioId: number }>(
    `select w.scenario_id as "scenarioId" from walk w join scenario s on s.id = w.scenario_id
     where w.ended_at is null and w.due_at <= muster_now() and s.state = 'active'
     order by w.due_at limit 1`,
  );
  return found?.scenarioId ?? null;
}

/** Those whose moment has come; another worker does not get them as long as this transaction runs. */
export async function takeDue(tx: Tx, scenarioId: number, limit: number): Promise<number[]> {
  const taken = await tx.query<{ id: number }>(
    `select id from walk where scenario_id = $1 and ended_at is null and due_at <= muster_now()
     order by due_at, id limit $2 for update skip locked`,
    [scenarioId, limit],
  );
  return taken.map(({ id }) => id);
}

/** Those whose moment has come are tried again later. */
export async function postpone(db: Db, scenarioId: number, seconds: number): Promise<void> {
  await db.query(
    `update walk set due_at = muster_now() + $2 * interval '1 second'
     where scenario_id = $1 and ended_at is null and due_at <= muster_now()`,
    [scenarioId, seconds],
  );
}

/** Of these people those whom a condition over profiles (p) finds; its parameters begin with $3. */
export async function matchingAmong(
  tx: Tx,
  databaseId: number,
  profileIds: readonly number[],
  condition: { readonly sql: string; readonly params: readonly unknown[] },
): Promise<Set<number>> {
  const found = await tx.query<{ id: number }>(
    `select p.id from profile p
     where p.database_id = $1 and p.id = any($2) and ${condition.sql}`,
    [databaseId, profileIds, ...condition.params],
  );
  return new Set(found.map(({ id }) => id));
}

/** Everybody whom a condition finds; its parameters begin with $2. */
export async function everybodyMatching(
  tx: Tx,
  databaseId: number,
  condition: { readonly sql: string; readonly params: readonly unknown[] },
): Promise<number[]> {
  const found = await tx.query<{ id: number }>(
    `select p.id from profile p where p.database_id = $1 and ${condition.sql}`,
    [databaseId, ...condition.params],
  );
  return found.map(({ id }) => id);
}

/** What these people have for a trait, as text. */
export async function traitValues(
  tx: Tx,
  databaseId: number,
  profileIds: readonly number[],
  name: string,
): Promise<{ readonly profileId: number; readonly value: string }[]> {
  return await tx.query(
    `select p.id as "profileId", p.traits ->> $3 as value from profile p
     where p.database_id = $1 and p.id = any($2) and p.traits ->> $3 is not null`,
    [databaseId, profileIds, name],
  );
}

/** A step was done; a second time is refused by the table. */
export async function noteSteps(
  tx: Tx,
  walkIds: readonly number[],
  step: number,
  outcome: string,
): Promise<void> {
  await tx.query(
    `insert into walk_step (walk_id, step, at, outcome)
     select unnest($1::bigint[]), $2, muster_now(), $3`,
    [walkIds, step, outcome],
  );
}

/** Where they stand now; null: at the end. */
export async function moveWalkers(
  tx: Tx,
  walkIds: readonly number[],
  to: { readonly step: number; readonly waitSeconds: number } | null,
): Promise<void> {
  if (to === null) {
    await tx.query('update walk set ended_at = muster_now() where id = any($1)', [walkIds]);
    return;
  }
  await tx.query(
    `update walk set step = $2, due_at = muster_now() + $3 * interval '1 second' where id = any($1)`,
    [walkIds, to.step, to.waitSeconds],
  );
}

/** One person's way, as it is shown. */
export interface WalkRecord {
  readonly walkId: string;
  readonly externalId: string;
  readonly cause: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** The step that comes next and when; of no use once it ended. */
  readonly step: number;
  readonly dueAt: Date;
  readonly steps: readonly {
    readonly step: number;
    readonly at: string;
    readonly outcome: string;
  }[];
}

/** The newest first; of one person, or of everybody. */
export async function listWalks(
  db: Db,
  scenario: { readonly id: number; readonly databaseId: number },
  externalId: string | null,
  limit: number,
): Promise<WalkRecord[]> {
  return await db.query<WalkRecord>(
    `select w.id::text as "walkId", p.external_id as "externalId", w.cause,
       w.started_at as "startedAt", w.ended_at as "endedAt", w.step, w.due_at as "dueAt",
       (select coalesce(jsonb_agg(jsonb_build_object('step', t.step, 'at', t.at, 'outcome', t.outcome)
          order by t.step), '[]') from walk_step t where t.walk_id = w.id) as steps
     from walk w join profile p on p.database_id = $2 and p.id = w.profile_id
     where w.scenario_id = $1 and ($3::text is null or p.external_id = $3)
     order by w.id desc limit $4`,
    [scenario.id, scenario.databaseId, externalId, limit],
  );
}

export interface WalkCounts {
  readonly started: number;
  readonly underWay: number;
  readonly ended: number;
}

export async function countWalks(db: Db, scenarioId: number): Promise<WalkCounts> {
  const [counts] = await db.query<WalkCounts>(
    `select count(*) as started, count(*) filter (where ended_at is null) as "underWay",
       count(*) filter (where ended_at is not null) as ended from walk where scenario_id = $1`,
    [scenarioId],
  );
  return counts ?? { started: 0, underWay: 0, ended: 0 };
}

/** How many people wait before each step, counted from 0; steps with nobody are left out. */
export async function countOnSteps(
  db: Db,
  scenarioId: number,
): Promise<{ readonly step: number; readonly people: number }[]> {
  return await db.query(
    `select step, count(*)::integer as people from walk
     where scenario_id = $1 and ended_at is null group by step order by step`,
    [scenarioId],
  );
}

/** Profiles that turned out to be somebody else: what was placed, and who is on a way, goes along. */
export async function carryWays(
  tx: Tx,
  moves: readonly { readonly from: number; readonly to: number }[],
): Promise<void> {
  if (moves.length === 0) return;
  const params = [moves.map(({ from }) => from), moves.map(({ to }) => to)];
  await tx.query(
    `insert into placed (audience_id, profile_id, at)
     select d.audience_id, x.new_id, min(d.at) from placed d
     join unnest($1::bigint[], $2::bigint[]) x (old_id, new_id) on d.profile_id = x.old_id
     group by 1, 2 on conflict do nothing`,
    params,
  );
  await tx.query(
    `update walk w set profile_id = x.new_id
     from unnest($1::bigint[], $2::bigint[]) x (old_id, new_id)
     where w.profile_id = x.old_id and not exists (select 1 from walk o
       where o.scenario_id = w.scenario_id and o.profile_id = x.new_id and o.cause = w.cause)
       -- Of two that become one person and were started by the same, one goes on.
       and not exists (select 1 from walk o
         join unnest($1::bigint[], $2::bigint[]) y (old_id, new_id) on o.profile_id = y.old_id
         where y.new_id = x.new_id and o.scenario_id = w.scenario_id and o.cause = w.cause
           and o.id < w.id)`,
    params,
  );
}
