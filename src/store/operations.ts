import { fromBigints, toBigints } from './bigints.ts';
import { countsUnder, mayBeSent } from './consent-rule.ts';
import { one, type Tx } from './db.ts';
import { type DifferenceScope, scopeParams, scopeSuppression } from './difference.ts';
import {
  isRemovalUnderWay,
  lowerNeighbours,
  type Raised,
  removalMayLandUntil,
} from './neighbours.ts';
import { andHasValue } from './lookalike-values.ts';
import { exemptFromClearing } from './replacements.ts';
import { isWithheld, suppressedOf } from './suppressions.ts';

/** A scope with a link: something can be told. */
export type LinkedScope = DifferenceScope & { readonly linkId: number };

/** The rows that one request will carry, after everything that became moot was dropped. */
export interface OperationRows {
  readonly operationId: number;
  readonly ids: readonly number[];
  /** The packed rows, one behind the other in the order of `ids`. */
  readonly cells: Buffer;
  /** For a removal, the keys it may carry: identifying values as decimal bigints, row by row. */
  readonly freeKeys: readonly (readonly string[])[];
  /** For an addition, the keys that it must not carry, row by row; null: none anywhere. */
  readonly suppressedKeys: readonly (readonly string[])[] | null;
  /** Rows of another shape, which this request could not take. */
  readonly leftIds: readonly number[];
  /** Rows that a removal may take along at Meta; the wanted ones are said again after it. */
  readonly neighbours: Raised;
  /** Who was not at Meta before, or leaves it now; changes and repeats do not count. */
  readonly people: number;
  /**
   * What the guard counts: of those who leave, people whom nobody took out by typing it; of those who
   * join, people whom no earlier request may have brought there.
   */
  readonly evidencePeople: number;
}

export interface SendTimes {
  /** How long a request may be under way at most. */
  readonly requestTimeoutMs: number;
  /** How long after an answer, or none, a request may still take effect. */
  readonly settleMs: number;
}

export interface NewOperation {
  readonly runId: number | null;
  readonly scope: LinkedScope;
  readonly sessionId: string;
  readonly matchRowIds: readonly number[];
  /** So many of the first ids are of people who are new to Meta. */
  readonly joining: number;
  /** Take rows that count as being there too. */
  readonly again: boolean;
  /** Of the lane of opt-outs and erasures: no run's, and not counted by the guard. */
  readonly lane: boolean;
  readonly times: SendTimes;
  /** One request of an exchange of all members. */
  readonly replacing: Replacing | null;
}

export interface Replacing {
  readonly replacementId: number;
  readonly batch: number;
  readonly chunkNumber: number;
}

export const nobody: Raised = { ids: [], before: [] };

/** What a ledger row keeps of its earlier operations when a new one takes it over. */
export const takeOver = `
  op_id = excluded.op_id,
  -- A refused row is what it was before that.
  base = (select case when s.state = 'rejected' then s.base
      else array_position(array['out', 'in', 'unknown'], s.state) - 1 end
    from ledger_state s
    where s.link_id = ledger.link_id and s.match_row_id = ledger.match_row_id),
  add_until = greatest(ledger.add_until, (select o.settles_at from operation o
    where o.id = ledger.op_id and o.kind = 'add' and o.outcome is distinct from 'refused')),
  remove_until = greatest(ledger.remove_until, excluded.remove_until, (select o.settles_at from operation o
    where o.id = ledger.op_id and o.kind = 'remove' and not o.covered
      and o.outcome is distinct from 'refused'))`;

export async function insertOperation(
  tx: Tx,
  operation: NewOperation,
  kind: 'add' | 'remove',
  covered: boolean,
): Promise<number> {
  const { id } = await one<{ id: number }>(
    tx,
    `insert into operation (link_id, run_id, kind, covered, schema, row_count, session_id, sent_at,
       settles_at, outcome, lane, replacement_id, batch, chunk_number)
     select $1, $2, $3, $4, '{}', 0, $5, t.now,
       case when $4 then t.now else t.now + make_interval(secs => $6) end,
       case when $4 then 'clean' end, $7, $8, $9, $10
     from (select muster_now() as now) t
     returning id`,
    [
      operation.scope.linkId,
      operation.runId,
      kind,
      covered,
      // The requests of an exchange share their session.
      covered || operation.replacing !== null ? null : operation.sessionId,
      (operation.times.requestTimeoutMs + operation.times.settleMs) / 1000,
      operation.lane,
      operation.replacing?.replacementId ?? null,
      operation.replacing?.batch ?? null,
      operation.replacing?.chunkNumber ?? null,
    ],
  );
  return id;
}

/** TX-send of an addition (protocol.md §4.1): rows still wanted and not yet there. */
export async function beginAddition(tx: Tx, operation: NewOperation): Promise<OperationRows> {
  const id = await insertOperation(tx, operation, 'add', false);
  const sendable = await findSendable(tx, operation);
  if (operation.replacing !== null) {
    await exemptFromClearing(tx, operation.scope.linkId, fromBigints(sendable.ids));
  }
  await tellRows(tx, operation.scope, id, sendable);
  // Who joins has nothing there that could be overtaken.
  const successors = operation.matchRowIds.slice(operation.joining);
  if (successors.length > 0) await overtake(tx, operation.scope, id, successors);
  return {
    operationId: id,
    ids: fromBigints(sendable.ids),
    cells: sendable.cells ?? Buffer.alloc(0),
    freeKeys: [],
    suppressedKeys: sendable.suppressed,
    leftIds: [],
    neighbours: nobody,
    people: sendable.people,
    evidencePeople: sendable.newPeople,
  };
}

interface Sendable {
  /** As Postgres writes a bigint[], in the same order. */
  readonly ids: string;
  readonly profileIds: string;
  readonly cells: Buffer | null;
  /** Values that stay out, row by row; null: there are none anywhere. */
  readonly suppressed: readonly (readonly string[])[] | null;
  readonly people: number;
  /** Of them, those whom no request with a lost answer may have brought there. */
  readonly newPeople: number;
  /** A removal has left that may still take some of these rows along. */
  readonly removalUnderWay: boolean;
}

/** $6 where the planner cannot see it: it would weigh each of ten thousand ids, for 20 ms. */
const listedIds = 'array(select unnest($6::bigint[]))';

/**
 * Of the listed rows those that may be sent now. Each table is read once by the list of its keys,
 * in order, and joined by hashes: half the price of as many look-ups, and a first load is little else.
 */
async function findSendable(tx: Tx, operation: NewOperation): Promise<Sendable> {
  const { suppressing } = operation.scope;
  const suppressed = suppressing
    ? `json_agg((select coalesce(json_agg(k::text), '[]')
         from unnest(${suppressedOf('s.keys', '$3', '$4')}) k) order by s.id)`
    : 'null';
  await tx.query('set local enable_nestloop = off');
  const sendable = await one<Sendable>(
    tx,
    `with listed as materialized (
       select mr.id, mr.profile_id, mr.keys, mr.cells from match_row mr
       where mr.database_id = $3 and mr.id = any(${listedIds}) and mr.sufficiency >= $5
         ${andHasValue(operation.scope, 'mr.cells')}
     ), holder as materialized (
       select p.id, p.match_row_ids from profile p
       where p.database_id = $3 and p.id = any(array(select l.profile_id from listed l))
         and ${mayBeSent('p', '$4')}
         -- Said no while an import held on to the profile, which still says what it said.
         and not exists (select from spoken_no s where s.database_id = $3 and s.profile_id = p.id
           and ${countsUnder('$4', 's.category')})
     ), belongs as materialized (
       select m.profile_id from member m
       where m.audience_id = $2 and m.profile_id = any(array(select h.id from holder h))
     ), told as materialized (
       select s.match_row_id, s.state from ledger_state s
       where s.link_id = $1 and s.match_row_id = any(${listedIds})
     ), sendable as (
       select l.id, l.profile_id, l.cells, l.keys, x.position <= $7 as joins,
         t.state = 'unknown' as repeats
       from listed l
       join unnest($6::bigint[]) with ordinality x (id, position) on x.id = l.id
       join holder h on h.id = l.profile_id and l.id = any(h.match_row_ids)
       join belongs b on b.profile_id = h.id
       left join told t on t.match_row_id = l.id
       where coalesce(t.state, 'out')
           <> all (case when $8 then array['rejected'] else array['rejected', 'in'] end)
         ${suppressing ? `and not ${isWithheld('l', scopeSuppression)}` : ''}
     )
     select coalesce(array_agg(s.id order by s.id), '{}')::text as ids,
       coalesce(array_agg(s.profile_id order by s.id), '{}')::text as "profileIds",
       string_agg(s.cells, ''::bytea order by s.id) as cells,
       ${suppressed} as suppressed,
       count(distinct s.profile_id) filter (where s.joins) as people,
       count(distinct s.profile_id) filter (where s.joins)
         - count(distinct s.profile_id) filter (where s.joins and s.repeats) as "newPeople",
       ${isRemovalUnderWay} as "removalUnderWay"
     from sendable s`,
    [
      ...scopeParams(operation.scope),
      toBigints(operation.matchRowIds),
      operation.joining,
      operation.again,
    ],
  );
  await tx.query('set local enable_nestloop = on');
  return sendable;
}

/** Points the ledger's rows at operation `id`. */
async function tellRows(
  tx: Tx,
  scope: LinkedScope,
  id: number,
  { ids, profileIds, removalUnderWay }: Sendable,
): Promise<void> {
  const told = `insert into ledger (link_id, match_row_id, bucket, op_id, base, remove_until)
    select $1, w.id, bucket_of(w.profile_id), $2, 0,`;
  if (!removalUnderWay) {
    await tx.query(
      `${told} null from unnest($3::bigint[], $4::bigint[]) w (id, profile_id)
       on conflict (link_id, match_row_id) do update set ${takeOver}`,
      [scope.linkId, id, ids, profileIds],
    );
    return;
  }
  await tx.query(
    `with endangered as materialized (
       select w.id, w.profile_id, ${removalMayLandUntil('$1', '$4')} as remove_until
       from unnest($3::bigint[]) x (id)
       cross join lateral (select mr.id, mr.profile_id, mr.keys from match_row mr
         where mr.database_id = $4 and mr.id = x.id offset 0) w
     ), taken as (
       ${told} w.remove_until from endangered w
       on conflict (link_id, match_row_id) do update set ${takeOver}
     )
     insert into dirty (link_id, profile_id)
     select distinct $1::integer, profile_id from endangered where remove_until is not null`,
    [scope.linkId, id, ids, scope.databaseId],
  );
}

/**
 * An addition takes the place of what Meta had of the same person under the same values: an earlier
 * name, for one. Should that be wanted again one day, it is no longer there. And an earlier one of which
 * nobody knows whether it has landed may still take the place of this one: which is said again after that.
 */
async function overtake(
  tx: Tx,
  { linkId, databaseId }: LinkedScope,
  id: number,
  successors: readonly number[],
): Promise<void> {
  await tx.query(
    `with earlier as materialized (
       select sent.id, sent.profile_id, l.match_row_id as earlier_id, greatest(l.add_until,
         case when o.kind = 'add' and coalesce(o.outcome, 'uncertain') = 'uncertain' then o.settles_at end)
         as lands_until
       from unnest($4::bigint[]) x (id)
       cross join lateral (select sent.id, sent.profile_id, sent.keys from match_row sent
         join ledger t on t.link_id = $1 and t.match_row_id = sent.id and t.op_id = $3
         where sent.database_id = $2 and sent.id = x.id offset 0) sent
       cross join lateral (select old.id from match_row old
         where old.database_id = $2 and old.profile_id = sent.profile_id and old.id <> sent.id
           and old.keys = sent.keys offset 0) old
       cross join lateral (select l.match_row_id, l.op_id, l.add_until from ledger l
         where l.link_id = $1 and l.match_row_id = old.id offset 0) l
       left join operation o on o.id = l.op_id
     ), overtaken as (
       update ledger l set remove_until = greatest(l.remove_until, muster_now())
       from earlier e where l.link_id = $1 and l.match_row_id = e.earlier_id
     ), endangered as (
       select id, profile_id, max(lands_until) as until from earlier
       where lands_until > muster_now() group by 1, 2
     ), marked as (
       insert into dirty (link_id, profile_id) select distinct $1::integer, profile_id from endangered
     )
     update ledger l set remove_until = greatest(l.remove_until, e.until)
     from endangered e where l.link_id = $1 and l.match_row_id = e.id`,
    [linkId, databaseId, id, toBigints(successors)],
  );
}

/** Completes what TX-send wrote, in the same transaction; null when nothing is left to send. */
export async function describeOperation(
  tx: Tx,
  id: number,
  request: {
    schema: readonly string[];
    rowCount: number;
    people: number;
    evidencePeople: number;
    swept: boolean;
    bodyBytes: number;
  } | null,
): Promise<void> {
  if (request === null) {
    await tx.query('delete from operation where id = $1', [id]);
    return;
  }
  await tx.query(
    `update operation set schema = $2, row_count = $3, people = $4, body_bytes = $5,
       evidence_people = $6, swept = $7
     where id = $1`,
    [
      ...[id, request.schema, request.rowCount, request.people, request.bodyBytes],
      ...[request.evidencePeople, request.swept],
    ],
  );
}

export type Outcome = 'clean' | 'refused' | 'uncertain';

/**
 * What became of a request; one update, whatever it held. A late answer never overwrites a verdict
 * that somebody else reached meanwhile.
 */
export async function endOperation(
  tx: Tx,
  ended: {
    id: number;
    linkId: number;
    outcome: Outcome;
    answer: object;
    neighbours: Raised;
  },
  settleMs: number,
): Promise<void> {
  const [before] = await tx.query<{ settles: string }>(
    `select settles_at::text as settles from operation where id = $1 and outcome is null for update`,
    [ended.id],
  );
  if (before === undefined) return;
  const { settles } = await one<{ settles: string }>(
    tx,
    `update operation set outcome = $2, answer = $3, finished_at = muster_now(),
       settles_at = case when $2 = 'refused' then sent_at
         else muster_now() + make_interval(secs => $4) end
     where id = $1 returning settles_at::text as settles`,
    [ended.id, ended.outcome, JSON.stringify(ended.answer), settleMs / 1000],
  );
  const { linkId, outcome, neighbours } = ended;
  const lasting = outcome === 'refused' ? null : settles;
  await lowerNeighbours(tx, linkId, neighbours, before.settles, lasting);
}

/**
 * Requests whose sender died: nobody knows what became of them, so they are uncertain from now on.
 * Runs adopt those of runs, and the lane those of the lane, each under its own lock.
 */
export async function adoptOrphans(
  tx: Tx,
  linkId: number,
  settleMs: number,
  lane: boolean,
): Promise<number> {
  const orphans = await tx.query<{ id: number; before: string; after: string }>(
    `update operation o set outcome = 'uncertain', finished_at = muster_now(),
       answer = '{"orphan": true}', settles_at = muster_now() + make_interval(secs => $2)
     from operation old
     where o.link_id = $1 and o.lane = $3 and o.outcome is null and old.id = o.id
     returning o.id, old.settles_at::text as before, o.settles_at::text as after`,
    [linkId, settleMs / 1000, lane],
  );
  for (const { before, after } of orphans) {
    await tx.query(
      `update ledger set remove_until = $3::timestamptz
       where link_id = $1 and remove_until = $2::timestamptz`,
      [linkId, before, after],
    );
  }
  return orphans.length;
}
