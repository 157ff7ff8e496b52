import { type AudienceState, type RuleMode, stateNow, type Way } from './audiences.ts';
import { type Db, one } from './db.ts';
import { blockedBy } from './links.ts';
import type { Run } from './runs.ts';

/** One audience with all that people ask about it at a glance. */
export interface AudienceOverview {
  readonly id: string;
  readonly name: string;
  readonly databaseId: string;
  readonly database: string;
  readonly integrationId: string | null;
  readonly integration: string | null;
  readonly adAccount: string | null;
  /** Null while it has no integration. */
  readonly sandbox: boolean | null;
  readonly state: AudienceState;
  readonly members: number;
  readonly metaAudienceId: string | null;
  readonly customerFileSource: string;
  /** Its rows carry LOOKALIKE_VALUE. */
  readonly valueBased: boolean;
  /** What the people of its database are called. */
  readonly entity: string;
  readonly schedule: unknown;
  readonly runsFrom: Date | null;
  readonly runsUntil: Date | null;
  readonly paused: boolean;
  /** Names of the lookalikes that were made of it here. */
  readonly lookalikes: readonly string[];
  readonly description: string;
  readonly optOutLink: string | null;
  /** Meta would not take that address. */
  readonly optOutRefused: boolean;
  readonly connector: boolean;
  readonly folder: string | null;
  readonly labels: readonly string[];
  /** Moves with every edit. */
  readonly version: number;
  readonly way: Way;
  /** Null: it is not filled by a rule. */
  readonly rule: unknown;
  readonly ruleMode: RuleMode;
  readonly ruleDaily: boolean;
  /** The property of calls that fills it; null: none does. */
  readonly eventKey: string | null;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly nextRunAt: Date | null;
  readonly membersChangedAt: Date | null;
  readonly synchronizedAt: Date | null;
  /** Whether somebody has ever looked who belongs. */
  readonly evaluated: boolean;
  /** Members: a “no” to marketing, nothing good enough to match by, a value that cannot be used. */
  readonly heldBack: {
    readonly noConsent: number;
    /** The same by why: no, saleSharing, unknown, category; those that are 0 left out. */
    readonly noConsentBy: Readonly<Record<string, number>>;
    readonly notEnoughIdentifiers: number;
    readonly badRequest: number;
    /** Of a value-based audience: no lookalike value. */
    readonly noValue: number;
  };
  readonly lastRun: RunOverview | null;
  /** Rows told long ago are not said again for it: somebody switched that off. */
  readonly sweepOff: boolean;
  /** A run whose removals wait for somebody. */
  readonly heldRunId: string | null;
  /** Why, in words. */
  readonly heldBecause: readonly string[];
  /** Its additions wait too: for a second person. */
  readonly heldForApproval: boolean;
}

/** The run whose numbers an audience shows. */
type RunBasics = Pick<Run, 'trigger' | 'state' | 'error' | 'startedAt' | 'finishedAt'>;

interface RunOverview extends RunBasics {
  readonly runId: string;
  /** People. */
  readonly added: number;
  readonly removed: number;
  /** Rows. */
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  /** People told without a value that cannot be used, or not told for it. */
  readonly badRequests: number;
  readonly badRequestsBy: Readonly<Record<string, number>>;
  readonly requestsUsed: number;
  readonly releasedBy: string | null;
}

export interface AudiencesWanted {
  readonly name?: string;
  readonly ids?: readonly string[];
  /** Absent: of all databases. */
  readonly databaseIds?: readonly number[];
}

/** All audiences, or those wanted, in the order in which they were made. */
export async function overviewAudiences(
  db: Db,
  { name, ids, databaseIds }: AudiencesWanted = {},
): Promise<AudienceOverview[]> {
  const audiences = await db.query<AudienceRow>(
    `select a.id::text, a.name, d.id::text as "databaseId", d.name as database,
       i.id::text as "integrationId", i.name as integration, coalesce(a.ad_account, i.ad_account) as "adAccount",
       a.description, a.opt_out_link as "optOutLink", a.opt_out_refused as "optOutRefused", a.connector,
       a.folder, a.labels, a.version, d.entity, a.schedule, a.runs_from as "runsFrom",
       a.runs_until as "runsUntil", a.paused_at is not null as paused,
       array(select k.name from lookalike k where k.audience_id = a.id
         and k.meta_audience_id is not null order by k.id) as lookalikes,
       c.sandbox, ${stateNow} as state, a.member_count as members, l.meta_audience_id as "metaAudienceId",
       a.customer_file_source as "customerFileSource", a.value_based as "valueBased", a.way, a.rule,
       a.rule_mode as "ruleMode", a.rule_daily as "ruleDaily", a.event_key as "eventKey", a.created_at as "createdAt",
       a.activated_at as "activatedAt", a.next_run_at as "nextRunAt",
       a.members_changed_at as "membersChangedAt", a.synchronized_at as "synchronizedAt",
       a.feed_position is not null as evaluated, a.sweep_off_at is not null as "sweepOff",
       (select count(*) from blocked b where b.audience_id = a.id) as "noConsent",
       coalesce((select jsonb_object_agg(o.reason, o.people) from (
         select b.reason, count(*) as people from blocked b
         where b.audience_id = a.id and b.reason <> 'no' group by 1) o), '{}') as "noConsentBy",
       coalesce(l.not_enough_count, 0) as "notEnoughIdentifiers",
       coalesce(l.bad_request_count, 0) as "badRequest",
       (select count(*) from valueless v where v.link_id = l.id) as "noValue",
       h.id::text as "heldRunId", coalesce(h.counts->'heldBecause', '[]') as "heldBecause",
       coalesce(h.error->>'code' like 'APPROVAL%', false) as "heldForApproval"
     from audience a
     left join lateral (select h.id, h.counts, h.error from run h
       where h.audience_id = a.id and h.state = 'held' order by h.id desc limit 1) h on true
     join database d on d.id = a.database_id
     left join integration i on i.id = a.integration_id
     left join connection c on c.id = i.connection_id
     left join link l on l.audience_id = a.id and l.ended_at is null
     where ($1::text is null or a.name = $1) and ($2::integer[] is null or a.id = any($2))
       and ($3::integer[] is null or a.database_id = any($3))
     order by a.id`,
    [name, ids, databaseIds],
  );
  const lastRuns = await readLastRuns(
    db,
    audiences.map(({ id }) => id),
  );
  return audiences.map(({ noConsent, noConsentBy, ...rest }) => {
    const { notEnoughIdentifiers, badRequest, noValue, ...audience } = rest;
    return {
      ...audience,
      heldBack: {
        noConsent,
        noConsentBy: blockedBy(noConsent, noConsentBy),
        notEnoughIdentifiers,
        badRequest,
        noValue,
      },
      lastRun: lastRuns.get(audience.id) ?? null,
    };
  });
}

/** By the id of its audience; one that has never run has none. */
async function readLastRuns(
  db: Db,
  audienceIds: readonly string[],
): Promise<ReadonlyMap<string, RunOverview>> {
  const runs = await db.query<RunOverview & { audienceId: string }>(
    `select audience_id::text as "audienceId", run.id::text as "runId", trigger,
       state, error, started_at as "startedAt", finished_at as "finishedAt",
       released_by as "releasedBy",
       coalesce((counts->>'added')::int, 0) as added,
       coalesce((counts->>'removed')::int, 0) as removed,
       coalesce((counts->>'accepted')::int, 0) as accepted,
       coalesce((counts->>'rejected')::int, 0) as rejected,
       coalesce(counts->'rejectedBy', '{}') as "rejectedBy",
       coalesce((counts->>'badRequests')::int, 0) as "badRequests",
       coalesce(counts->'badRequestsBy', '{}') as "badRequestsBy",
       coalesce((counts->>'requests')::int, 0) as "requestsUsed"
     from unnest($1::integer[]) wanted (id)
     -- Said by >= and <=, it goes by the index of runs by audience: PostgreSQL would look for the first of
     -- an audience that has none among all runs where most are of a few audiences.
     cross join lateral (select * from run
       where audience_id >= wanted.id and audience_id <= wanted.id
       order by audience_id, run.id desc limit 1) run`,
    [audienceIds],
  );
  return new Map(runs.map(({ audienceId, ...run }) => [audienceId, run]));
}

type AudienceRow = Omit<AudienceOverview, 'heldBack' | 'lastRun'> & AudienceOverview['heldBack'];

export interface ImportOverview {
  readonly database: string;
  readonly file: string;
  readonly state: 'reading' | 'done' | 'failed';
  readonly counts: Record<string, unknown> | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The newest imports, the newest first. */
export async function overviewImports(db: Db, limit: number): Promise<ImportOverview[]> {
  return await db.query<ImportOverview>(
    `select d.name as database, i.file, i.state, i.counts, i.started_at as "startedAt",
       i.finished_at as "finishedAt"
     from import i join database d on d.id = i.database_id order by i.id desc limit $1`,
    [limit],
  );
}

export interface ServerOverview {
  /** `18.4`. */
  readonly version: string;
  readonly bytes: number;
}

export async function overviewServer(db: Db): Promise<ServerOverview> {
  return await one<ServerOverview>(
    db,
    `select split_part(current_setting('server_version'), ' ', 1) as version,
       pg_database_size(current_database()) as bytes`,
  );
}

/** The clock by which everything is written down. */
export async function databaseNow(db: Db): Promise<Date> {
  const { now } = await one<{ now: Date }>(db, 'select muster_now() as now');
  return now;
}
