import { toBigints } from './bigints.ts';
import { type Db, one, type Tx } from './db.ts';
import { type DifferenceScope, scopeParams, scopeSuppression, wantedOfAll } from './difference.ts';
import { isWithheld } from './suppressions.ts';

/** One exchange of all members of a Meta audience (docs/delivery.md §9). */
export interface Replacement {
  readonly id: number;
  readonly linkId: number;
  readonly planId: number;
  /** Rows of the sealed list. */
  readonly rows: number;
  readonly sessionId: string;
  /** Of every request, as bits of rowKeys. */
  readonly columns: number;
  /** Meta still takes requests of the session. */
  readonly isOpen: boolean;
}

export type ReplacementEnd = 'done' | 'in part' | 'lost' | 'refused';

const columns = `id, link_id as "linkId", plan_id as "planId", rows, session_id as "sessionId",
  columns, muster_now() < closes_at as "isOpen"`;

export async function openReplacement(db: Db, linkId: number): Promise<Replacement | null> {
  const [found] = await db.query<Replacement>(
    `select ${columns} from replacement where link_id = $1 and state = 'under way'`,
    [linkId],
  );
  return found ?? null;
}

export interface WantedList {
  /** Rows, and people, of the list. */
  readonly rows: number;
  readonly people: number;
  /** Rows whose shape a session cannot have beside the others; they are added afterwards. */
  readonly afterwards: number;
  readonly columns: number;
}

const bits = '(get_byte(c.cells, 0) | (get_byte(c.cells, 1) << 8) | (get_byte(c.cells, 2) << 16))';
const PAGE_USER_BIT = 1 << 16;

/**
 * Fills the temporary table `difference` with every row that Meta should have and a session can hold:
 * all with an External ID, or all without, and none of a page's user, which needs a request a page.
 */
export async function listWanted(tx: Tx, scope: DifferenceScope): Promise<WantedList> {
  await tx.query('drop table if exists difference');
  await tx.query(
    `create temp table difference on commit drop as
     select p.id as profile_id, mr.id as match_row_id, mr.wire_bytes::integer as wire_bytes,
       mr.has_external_id, 'add' as kind, s.match_row_id is not null as told,
       coalesce(s.state in ('in', 'unknown'), false) as repeated,
       coalesce(s.state in ('in', 'unknown'), false) as stays, null::text as cause, false as held,
       null::timestamptz as due_at, ${bits} as bits
     from ${wantedOfAll(scope).replace(
       'where m.audience_id',
       `
       cross join lateral (select x.keys, x.cells from match_row x
         where x.database_id = $3 and x.id = mr.id offset 0) c
       left join ledger_state s on s.link_id = $1 and s.match_row_id = mr.id
       where m.audience_id`,
     )}
       and s.state is distinct from 'rejected'
       ${scope.suppressing ? `and not ${isWithheld('c', scopeSuppression)}` : ''}`,
    scopeParams(scope),
  );
  const { afterwards } = await one<{ afterwards: number }>(
    tx,
    `with other as (
       delete from difference where bits & ${PAGE_USER_BIT} <> 0
         or has_external_id <> (select coalesce(bool_or(has_external_id), false) from difference)
       returning 1
     ) select count(*) as afterwards from other`,
  );
  return await one<WantedList>(
    tx,
    `select count(*) as rows, count(distinct profile_id) as people, $1::bigint as afterwards,
       coalesce(bit_or(bits), 0) as columns from difference`,
    [afterwards],
  );
}

/** Until when earlier requests may still land; null: nothing can. */
export async function unsettledUntil(db: Db, linkId: number): Promise<number | null> {
  const { waitMs } = await one<{ waitMs: number | null }>(
    db,
    `select extract(epoch from max(settles_at) - muster_now())::float8 * 1000 as "waitMs"
     from operation where link_id = $1 and not covered and outcome is distinct from 'refused'
       and settles_at > muster_now()`,
    [linkId],
  );
  return waitMs;
}

/** Meta closes a session after so long (usersreplace reference, read 2026-09-12). */
const SESSION_MINUTES = 90;

/**
 * Writes a replacement down before anything of it leaves: whatever Meta was told may be gone from here
 * on, until it is said in the session or the session can no longer take effect.
 */
export async function beginReplacement(
  tx: Tx,
  wish: {
    readonly linkId: number;
    readonly planId: number;
    readonly sessionId: string;
    readonly list: WantedList;
    /** How long after the end of the session it may still take effect. */
    readonly lagMs: number;
  },
): Promise<void> {
  await tx.query(
    `with begun as (
       insert into replacement
         (link_id, plan_id, session_id, columns, rows, began_at, closes_at, settles_at)
       select $1, $2, $3, $4, $5, t.now, t.now + interval '${SESSION_MINUTES} minutes',
         t.now + interval '${SESSION_MINUTES} minutes' + make_interval(secs => $6)
       from (select muster_now() as now) t returning settles_at
     )
     update ledger l set remove_until = b.settles_at from begun b
     where l.link_id = $1 and exists (select 1 from ledger_state s
       where s.link_id = l.link_id and s.match_row_id = l.match_row_id
         and s.state in ('in', 'unknown'))`,
    [
      ...[wish.linkId, wish.planId, wish.sessionId, wish.list.columns, wish.list.rows],
      wish.lagMs / 1000,
    ],
  );
}

/** The last request of a replacement, whatever became of it; null: none was written down. */
export interface LastBatch {
  readonly operationId: number;
  readonly batch: number;
  readonly chunkNumber: number;
  readonly outcome: 'clean' | 'refused' | 'uncertain' | null;
}

export async function lastBatch(db: Db, replacementId: number): Promise<LastBatch | null> {
  const [found] = await db.query<LastBatch>(
    `select id as "operationId", batch, chunk_number as "chunkNumber", outcome from operation
     where replacement_id = $1 order by id desc limit 1`,
    [replacementId],
  );
  return found ?? null;
}

/** A session knows its own order: what it clears it clears before it adds. */
export async function exemptFromClearing(
  tx: Tx,
  linkId: number,
  matchRowIds: readonly number[],
): Promise<void> {
  await tx.query(
    'update ledger set remove_until = null where link_id = $1 and match_row_id = any($2)',
    [linkId, toBigints(matchRowIds)],
  );
}

/** Meta took the request after all: it shows it in the session. */
export async function confirmBatch(db: Db, operationId: number): Promise<void> {
  await db.query(`update operation set outcome = 'clean' where id = $1`, [operationId]);
}

/** Rows among those that Meta counted as invalid and nobody could name: they are said again. */
export async function doubtRows(
  db: Db,
  linkId: number,
  matchRowIds: readonly number[],
): Promise<void> {
  await db.query(
    `update ledger set remove_until = muster_now() + interval '1 microsecond'
     where link_id = $1 and match_row_id = any($2)`,
    [linkId, toBigints(matchRowIds)],
  );
}

/**
 * What a replacement means for everything that it did not say. Done: it is out. Refused: as before.
 * In part: it may be out, now or when Meta closes the session. Lost: so may what it did say. Everybody
 * is compared by the next plan, and whoever opted out meanwhile leaves before anything else.
 * @returns people who are out by it.
 */
export async function endReplacement(
  tx: Tx,
  { id, linkId }: Replacement,
  end: ReplacementEnd,
  runId: number,
): Promise<number> {
  await tx.query('update replacement set state = $2, ended_at = muster_now() where id = $1', [
    id,
    end,
  ]);
  const said = `exists (select 1 from operation o where o.id = l.op_id and o.replacement_id = $2)`;
  let people = 0;
  if (end === 'done') people = await takeOut(tx, { id, linkId }, runId);
  else if (end === 'refused') {
    await tx.query(
      `update ledger l set remove_until = null where l.link_id = $1
         and l.remove_until = (select r.settles_at from replacement r where r.id = $2)`,
      [linkId, id],
    );
  } else if (end === 'lost') {
    await tx.query(
      `update ledger l set remove_until = (select r.settles_at from replacement r where r.id = $2)
       where l.link_id = $1 and ${said}`,
      [linkId, id],
    );
  }
  await tx.query('update link set compare_all = true where id = $1', [linkId]);
  await tx.query(
    'update opt_out set next_at = muster_now() where link_id = $1 and done_at is null',
    [linkId],
  );
  return people;
}

/** Rows that Meta had and the session did not say: a removal without a request of its own. */
async function takeOut(
  tx: Tx,
  { id, linkId }: Pick<Replacement, 'id' | 'linkId'>,
  runId: number,
): Promise<number> {
  const { people } = await one<{ people: number }>(
    tx,
    `with gone as materialized (
       select s.match_row_id as id, s.add_until, mr.profile_id from ledger_state s
       join link k on k.id = s.link_id
       join match_row mr on mr.database_id = k.database_id and mr.id = s.match_row_id
       left join operation o on o.id = s.op_id
       where s.link_id = $1 and s.state in ('in', 'unknown')
         and o.replacement_id is distinct from $2
     ), counted as (
       select count(*) as rows, count(distinct g.profile_id) filter (where not exists (
         select 1 from match_row mr join ledger l on l.link_id = $1 and l.match_row_id = mr.id
         join operation o on o.id = l.op_id and o.replacement_id = $2
         where mr.profile_id = g.profile_id)) as people from gone g
     ), operated as (
       insert into operation (link_id, run_id, kind, covered, schema, row_count, people, sent_at,
         settles_at, outcome, finished_at)
       select $1, $3, 'remove', true, '{}', c.rows, c.people, t.now, t.now, 'clean', t.now
       from counted c, (select muster_now() as now) t where c.rows > 0 returning id
     ), moved as (
       update ledger l set op_id = o.id, base = 2, remove_until = null
       from operated o, gone g where l.link_id = $1 and l.match_row_id = g.id
     )
     select people from counted`,
    [linkId, id, runId],
  );
  return people;
}
