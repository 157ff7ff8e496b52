import { MusterError } from '#domain/errors/muster-error.ts';
import { snakeCase } from '#domain/snake-case.ts';
import { type Db, one, type Tx } from './db.ts';

export type AudienceState = 'never' | 'pending' | 'up to date' | 'error' | 'deactivated';

/** How an audience is filled; exactly one each (docs/decisions/0044-one-way-an-audience.md). */
export type Way = 'rule' | 'events' | 'hand' | 'automation' | 'scenario';

/** Whether a rule says who belongs, or only who joins, or only who leaves. */
export const ruleModes = ['match', 'add', 'remove'] as const;
export type RuleMode = (typeof ruleModes)[number];

export interface Audience {
  readonly id: number;
  readonly databaseId: number;
  readonly integrationId: number | null;
  readonly name: string;
  readonly way: Way;
  /** Null: it is not filled by a rule. */
  readonly rule: unknown;
  readonly ruleMode: RuleMode;
  /** The rule is applied once a day. */
  readonly ruleDaily: boolean;
  /** That day is over, or nobody has applied the rule yet. */
  readonly ruleDue: boolean;
  readonly ruleVersion: string;
  readonly customerFileSource: string;
  /** Its rows carry LOOKALIKE_VALUE; fixed when it is made. */
  readonly valueBased: boolean;
  /** Told to Meta; '' where nobody wrote one. */
  readonly description: string;
  readonly optOutLink: string | null;
  /** At Meta it is called CA_ and its name. */
  readonly connector: boolean;
  /** Another account than its integration's; null: that one. */
  readonly adAccount: string | null;
  readonly folder: string | null;
  readonly labels: readonly string[];
  /** The property of calls that fills it. */
  readonly eventKey: string | null;
  /** Moves with every edit. */
  readonly version: number;
  readonly state: AudienceState;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly memberCount: number;
  readonly membersChangedAt: Date | null;
  readonly synchronizedAt: Date | null;
  readonly nextRunAt: Date | null;
  /** Its people are being removed, and then it is deactivated: nobody belongs to it. */
  readonly emptying: boolean;
  /** As text: a pg_snapshot; null: everybody has to be evaluated. */
  readonly feedPosition: string | null;
}

/** What an audience is called and where it is filed, of audience a. */
const ownColumns = `a.description, a.opt_out_link as "optOutLink", a.connector,
  a.ad_account as "adAccount", a.folder, a.labels, a.version,
  a.event_key as "eventKey"`;

/** Up to date is only who has a moment of it: any change of members empties that (features.md §8). */
export const stateNow = `case when a.state = 'up to date' and a.synchronized_at is null then 'pending'
  else a.state end`;

/** The daily rule of audience a has to be applied again. */
export const isRuleDue = `(a.rule_daily
  and coalesce(a.ruled_at + interval '1 day' <= muster_now(), true))`;

const columns = `a.id, a.database_id as "databaseId", a.integration_id as "integrationId", a.name,
  a.way, a.rule, a.rule_mode as "ruleMode", a.rule_daily as "ruleDaily",
  not a.rule_daily or ${isRuleDue} as "ruleDue", a.rule_version as "ruleVersion", a.customer_file_source as "customerFileSource",
  a.value_based as "valueBased", ${ownColumns},
  ${stateNow} as state,
  a.created_at as "createdAt", a.activated_at as "activatedAt", a.member_count as "memberCount",
  a.members_changed_at as "membersChangedAt", a.synchronized_at as "synchronizedAt",
  a.next_run_at as "nextRunAt", a.emptying_at is not null as emptying,
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

export async function readAudience(db: Db, id: number): Promise<Audience> {
  return await one<Audience>(
    db,
    `select ${columns} from audience a, installation i where a.id = $1`,
    [id],
  );
}

export async function listAudiences(db: Db): Promise<Audience[]> {
  return await db.query<Audience>(
    `select ${columns} from audience a, installation i order by a.id`,
  );
}

/** What decides who is in an audience. */
export interface Filling {
  /** Without: by the rule, or by calls where there is an event key. */
  readonly way?: Way;
  /** Null for ways that have none. */
  readonly rule: object | null;
  readonly ruleVersion: string;
  readonly ruleMode?: RuleMode;
  readonly ruleDaily?: boolean;
  /** The property of calls that fills it. */
  readonly eventKey?: string | null;
}

/** What people say of an audience besides who belongs. */
export type OwnWords = Pick<
  Audience,
  'description' | 'optOutLink' | 'connector' | 'adAccount' | 'folder' | 'labels'
>;

/** @throws MusterError AUDIENCE_EXISTS, AUDIENCE_KEY_TAKEN */
export async function createAudience(
  db: Db,
  audience: {
    databaseId: number;
    integrationId: number | null;
    name: string;
    customerFileSource: string;
    valueBased?: boolean;
  } & Filling &
    Partial<OwnWords>,
): Promise<Audience> {
  await refuseTakenKey(db, audience.databaseId, audience.name);
  const made = await db.query<{ id: number }>(
    `insert into audience (database_id, integration_id, name, rule, rule_version,
       customer_file_source, event_key, way, rule_mode, rule_daily, value_based,
       description, opt_out_link, connector, ad_account, folder, labels)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (name) do nothing returning id`,
    [
      audience.databaseId,
      audience.integrationId,
      audience.name,
      audience.rule === null ? null : JSON.stringify(audience.rule),
      audience.ruleVersion,
      audience.customerFileSource,
      audience.eventKey ?? null,
      audience.way ?? wayOf(audience.eventKey),
      audience.ruleMode ?? 'match',
      audience.ruleDaily ?? false,
      audience.valueBased ?? false,
      audience.description ?? '',
      audience.optOutLink ?? null,
      audience.connector ?? false,
      audience.adAccount ?? null,
      audience.folder ?? null,
      audience.labels ?? [],
    ],
  );
  if (made.length === 0) throw new MusterError('AUDIENCE_EXISTS', `“${audience.name}”`);
  return await findAudience(db, audience.name);
}

/**
 * A key that calls carry is somebody's for good, also after that audience was renamed or deactivated: no
 * other audience may have a name that makes the same key (features.md A-14).
 * @throws MusterError AUDIENCE_KEY_TAKEN
 */
export async function refuseTakenKey(
  db: Db,
  databaseId: number,
  name: string,
  exceptId: number | null = null,
): Promise<void> {
  const key = snakeCase(name);
  const [taken] = await db.query<{ name: string; deactivated: boolean }>(
    `select name, state = 'deactivated' as deactivated from audience
     where database_id = $1 and event_key = $2 and name <> $3 and id is distinct from $4`,
    [databaseId, key, name, exceptId],
  );
  if (taken === undefined) return;
  const was = taken.deactivated ? ' (deactivated)' : '';
  const measured = `“${name}” makes the key ${key}, by which “${taken.name}”${was} is filled`;
  throw new MusterError('AUDIENCE_KEY_TAKEN', measured);
}

function wayOf(eventKey: string | null | undefined): Way {
  return typeof eventKey === 'string' ? 'events' : 'rule';
}

/** *Activated on* is set once. False: it was active already. */
export async function markActivated(db: Db, id: number): Promise<boolean> {
  const activated = await db.query(
    `update audience set activated_at = muster_now(), state = 'pending'
     where id = $1 and activated_at is null and state <> 'deactivated' returning id`,
    [id],
  );
  return activated.length > 0;
}

/** Everybody is looked at anew, and nobody counts as synchronised. */
export async function forgetWhoBelongs(db: Db, id: number): Promise<void> {
  await db.query(
    `update audience set feed_position = null, covered_at = null, synchronized_at = null
     where id = $1`,
    [id],
  );
}

/** The rules of a database's audiences, by name. */
export async function rulesOf(
  db: Db,
  databaseId: number,
): Promise<Map<string, { id: number; rule: unknown }>> {
  const rows = await db.query<{ id: number; name: string; rule: unknown }>(
    'select id, name, rule from audience where database_id = $1',
    [databaseId],
  );
  return new Map(rows.map(({ id, name, rule }) => [name, { id, rule }]));
}

/**
 * The rules of a database's audiences stay as they are until the transaction ends, but for what it does
 * itself. Whoever changes a rule, or a name that rules may ask about, takes this before it looks.
 */
export async function lockRules(tx: Tx, databaseId: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [RULES_LOCK, databaseId]);
}

const RULES_LOCK = 7_278_317;

/** The same people in other words: nobody has to be looked at for it. */
export async function rewordRule(
  tx: Tx,
  id: number,
  { rule, ruleVersion }: { rule: object; ruleVersion: string },
): Promise<void> {
  await tx.query('update audience set rule = $2, rule_version = $3 where id = $1', [
    id,
    JSON.stringify(rule),
    ruleVersion,
  ]);
}

/** Whoever evaluates an audience does so alone, until the transaction ends; beside others it may. */
export async function lockEvaluation(tx: Tx, id: number): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock($1, a.id), pg_advisory_xact_lock_shared($2, a.database_id)
     from audience a where a.id = $3`,
    [EVALUATION_LOCK, LEAVING_LOCK, id],
  );
}

/**
 * No audience of the database is evaluated until the transaction ends. Whoever deletes people takes this
 * first: an evaluation that still saw them would make them members after they left all audiences.
 */
export async function lockEvaluations(tx: Tx, databaseId: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [LEAVING_LOCK, databaseId]);
}

const EVALUATION_LOCK = 7_278_316;
const LEAVING_LOCK = 7_278_318;

export async function setIntegration(db: Db, id: number, integrationId: number): Promise<void> {
  await db.query('update audience set integration_id = $2 where id = $1', [id, integrationId]);
}

/**
 * What a run leaves on its audience. *Synchronized on* is filled only by a run that ended well, and
 * only if no member has changed since it looked at them.
 */
export async function markSynchronized(
  tx: Db,
  id: number,
  run: { id: number; complete: boolean; failed: boolean },
): Promise<void> {
  await tx.query(
    `update audience a set
       covered_at = case when $3 then x.evaluated_at else a.covered_at end,
       answers_xid = pg_current_xact_id(),
       synchronized_at = case when $3 and x.unchanged then muster_now() else a.synchronized_at end,
       state = case when $4 then 'error' when $3 and x.unchanged then 'up to date' else 'pending' end
     from (select r.evaluated_at, coalesce(b.members_changed_at <= r.evaluated_at, true)
         and not exists (select 1 from dirty d where d.link_id = r.link_id) as unchanged
       from run r join audience b on b.id = r.audience_id where r.id = $2) x
     where a.id = $1 and a.state <> 'deactivated'`,
    [id, run.id, run.complete, run.failed],
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

/** Meta would not take the opt-out address. */
export async function noteOptOutRefused(db: Db, id: number): Promise<void> {
  await db.query('update audience set opt_out_refused = true where id = $1', [id]);
}

/** The properties by which calls fill audiences of a database. */
export async function eventKeysOf(db: Db, databaseId: number): Promise<string[]> {
  const rows = await db.query<{ eventKey: string }>(
    `select event_key as "eventKey" from audience
     where database_id = $1 and event_key is not null order by id`,
    [databaseId],
  );
  return rows.map(({ eventKey }) => eventKey);
}

export async function audienceName(db: Db, id: number): Promise<string> {
  return (await one<{ name: string }>(db, 'select name from audience where id = $1', [id])).name;
}
