import type { Db } from './db.ts';
import { reportOfRun, type RunState } from './runs.ts';
import type { WaitingFor } from './run-queue.ts';

/** One run with what it did. People for added and removed, rows for the rest. */
export interface RunRecord {
  readonly runId: string;
  readonly audienceId: string;
  readonly audience: string;
  readonly trigger: string;
  /** Who else asked for it while it was active. */
  readonly alsoAskedBy: readonly string[];
  readonly state: RunState;
  readonly queuedAt: Date | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly seconds: number | null;
  /** How often a process took it: once, and again after each wait and each crash. */
  readonly attempts: number;
  readonly added: number;
  readonly removed: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  /** Invalid by Meta's count, and nobody could say which. */
  readonly unknown: number;
  /** Left to be done when it failed. */
  readonly failed: number;
  /** Members held back, which is no error. */
  readonly filtered: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly error: { readonly code: string; readonly message: string; readonly next: string } | null;
  readonly waitingFor: WaitingFor | null;
  readonly dueAt: Date | null;
  readonly releasedBy: string | null;
  readonly cancelledBy: string | null;
  readonly cancelReason: string | null;
  readonly progress: RunProgress | null;
}

/** How far an active run has come, and when it will be done if it goes on as it went. */
export interface RunProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly requestsDone: number;
  readonly requestsTotal: number;
  readonly rowsPerSecond: number | null;
  readonly expectedFinishAt: Date | null;
}

type Row = Omit<RunRecord, 'progress'> & {
  readonly planned: { readonly rows: number; readonly requests: number } | null;
  readonly rowsDone: number;
  readonly requestsDone: number;
  readonly paceRows: number;
  readonly paceSeconds: number | null;
  readonly now: Date;
};

const isActive = `r.state in ('queued', 'running', 'waiting')`;

const columns = `r.id::text as "runId", a.id::text as "audienceId", a.name as audience, r.trigger, r.joined as "alsoAskedBy",
  r.state, r.queued_at as "queuedAt", r.started_at as "startedAt", r.finished_at as "finishedAt",
  extract(epoch from r.finished_at - r.started_at)::float8 as seconds, r.attempts,
  coalesce((r.counts->>'added')::bigint, 0) as added,
  coalesce((r.counts->>'removed')::bigint, 0) as removed,
  coalesce((r.counts->>'accepted')::bigint, 0) as accepted,
  coalesce((r.counts->>'rejected')::bigint, 0) as rejected,
  coalesce(r.counts->'rejectedBy', '{}') as "rejectedBy",
  coalesce((r.counts->>'unattributed')::bigint, 0) as unknown,
  case when r.state = 'failed' then coalesce((r.counts->>'left')::bigint, 0) else 0 end as failed,
  coalesce(r.report->'heldBack', '{}') - 'noConsentBy' as filtered,
  coalesce((r.counts->>'requests')::bigint, 0) as requests,
  r.error, case when r.state = 'waiting' then r.waiting_for end as "waitingFor",
  case when r.state in ('queued', 'waiting') then r.due_at end as "dueAt",
  r.released_by as "releasedBy", r.cancelled_by as "cancelledBy",
  r.cancel_reason as "cancelReason", r.planned, o.*, muster_now() as now`;

/** The pace is that of the last minutes: what was before may have been another network, or night. */
const sums = `left join lateral (
  select coalesce(sum(o.row_count) filter (where o.outcome = 'clean'), 0)::bigint as "rowsDone",
    count(*) filter (where o.outcome = 'clean') as "requestsDone",
    coalesce(sum(o.row_count) filter (where o.recent), 0)::bigint as "paceRows",
    extract(epoch from max(o.finished_at) filter (where o.recent)
      - min(o.sent_at) filter (where o.recent))::float8 as "paceSeconds"
  from (select o.*, o.outcome = 'clean' and o.sent_at > muster_now() - interval '5 minutes' as recent
    from operation o where o.run_id = r.id) o
) o on ${isActive}`;

export interface RunsWanted {
  /** Null: of all. */
  readonly audienceId: number | null;
  readonly activeOnly: boolean;
  readonly limit: number;
  /** Absent: of all databases. */
  readonly databaseIds?: readonly number[];
  readonly states?: readonly string[];
  /** Only older ones than this. */
  readonly beforeId?: number;
}

/** Runs of an audience, or of all; the newest first. */
export async function listRuns(db: Db, wish: RunsWanted): Promise<RunRecord[]> {
  const rows = await db.query<Row>(
    `select ${columns} from run r join audience a on a.id = r.audience_id ${sums}
     where ($1::integer is null or r.audience_id = $1) and (not $2::boolean or ${isActive})
       and ($4::integer[] is null or a.database_id = any($4))
       and ($5::text[] is null or r.state = any($5)) and ($6::bigint is null or r.id < $6)
     order by r.id desc limit $3`,
    [wish.audienceId, wish.activeOnly, wish.limit, wish.databaseIds, wish.states, wish.beforeId],
  );
  return rows.map(recordOf);
}

export async function readRun(db: Db, id: number): Promise<RunRecord | null> {
  const [row] = await db.query<Row>(
    `select ${columns} from run r join audience a on a.id = r.audience_id ${sums} where r.id = $1`,
    [id],
  );
  return row === undefined ? null : recordOf(row);
}

/** As it was stored when the run ended or began to wait; null: under way, or it broke off. */
export async function readRunReport(db: Db, id: number): Promise<object | null> {
  const [row] = await db.query<{ report: object | null }>(
    `select ${reportOfRun} from run r where id = $1 and state not in ('queued', 'running')`,
    [id],
  );
  return row?.report ?? null;
}

function recordOf(row: Row): RunRecord {
  const { planned, rowsDone, requestsDone, paceRows, paceSeconds, now, ...record } = row;
  if (planned === null || record.finishedAt !== null) return { ...record, progress: null };
  const rowsPerSecond =
    paceRows > 0 && paceSeconds !== null && paceSeconds > 0 ? paceRows / paceSeconds : null;
  const left = Math.max(0, planned.rows - rowsDone);
  const beginsMs = Math.max(now.getTime(), record.dueAt?.getTime() ?? 0);
  return {
    ...record,
    progress: {
      ...{ rowsDone, rowsTotal: planned.rows, requestsDone, requestsTotal: planned.requests },
      rowsPerSecond,
      expectedFinishAt:
        rowsPerSecond === null ? null : new Date(beginsMs + (left / rowsPerSecond) * 1000),
    },
  };
}

/** One request and what Meta answered. */
export interface OperationRecord {
  readonly operationId: string;
  readonly kind: 'add' | 'remove';
  /** Nothing was sent: others hold all its values. */
  readonly covered: boolean;
  readonly rows: number;
  readonly people: number;
  readonly bytes: number;
  readonly schema: readonly string[];
  readonly sessionId: string | null;
  readonly sentAt: Date;
  readonly answeredAt: Date | null;
  readonly settlesAt: Date;
  /** Null: not answered yet. */
  readonly outcome: 'clean' | 'refused' | 'uncertain' | null;
  /** Numbers and words; never a row. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly rejected: number;
}

export async function operationsOfRun(
  db: Db,
  runId: number,
  limit: number,
  afterId = 0,
): Promise<OperationRecord[]> {
  return await db.query<OperationRecord>(
    `select o.id::text as "operationId", o.kind, o.covered, o.row_count as rows, o.people,
       o.body_bytes as bytes, o.schema, o.session_id as "sessionId", o.sent_at as "sentAt",
       o.finished_at as "answeredAt", o.settles_at as "settlesAt", o.outcome, o.answer,
       (select count(*) from rejection j where j.link_id = o.link_id and j.op_id = o.id) as rejected
     from operation o where o.run_id = $1 and o.id > $3 order by o.id limit $2`,
    [runId, limit, afterId],
  );
}

/** A row of a run: whom it was about, and what became of it. */
export interface RowRecord {
  /** Null: the person is no longer known. */
  readonly externalId: string | null;
  readonly matchRowId: string;
  readonly operationId: string;
  readonly kind: 'add' | 'remove';
  readonly state: 'accepted' | 'invalid' | 'refused' | 'unknown';
  /** The field that Meta objected to, where it said so. */
  readonly key: string | null;
  readonly reason: string | null;
}

const rowState = `case when j.match_row_id is not null then 'invalid' when o.outcome = 'clean' then 'accepted'
  when o.outcome = 'refused' then 'refused' else 'unknown' end`;

/**
 * The rows whose last request was one of this run's, a page at a time; what a later request carried
 * again is with that one.
 */
export async function* rowsOfRun(
  db: Db,
  runId: number,
  {
    states,
    pageRows = 5_000,
    afterRow = 0,
  }: { states: readonly RowRecord['state'][] | null; pageRows?: number; afterRow?: number },
): AsyncGenerator<RowRecord[]> {
  let after = afterRow;
  for (;;) {
    const page = await db.query<RowRecord>(
      `select p.external_id as "externalId", l.match_row_id::text as "matchRowId",
         o.id::text as "operationId", o.kind, x.state, j.key, j.reason
       from operation o
       join ledger l on l.link_id = o.link_id and l.op_id = o.id
       join link k on k.id = l.link_id
       left join match_row mr on mr.database_id = k.database_id and mr.id = l.match_row_id
       left join profile p on p.database_id = k.database_id and p.id = mr.profile_id
       left join rejection j on j.link_id = l.link_id and j.match_row_id = l.match_row_id
       cross join lateral (select ${rowState} as state) x
       where o.run_id = $1 and l.match_row_id > $2 and ($3::text[] is null or x.state = any($3))
       order by l.match_row_id limit $4`,
      [runId, after, states, pageRows],
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = Number(last.matchRowId);
  }
}
