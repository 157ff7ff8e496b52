import { type Db, one, type Tx } from './db.ts';

export interface GuardMeasures {
  /** People at Meta now, as far as we were told. */
  readonly atMeta: number;
  /** People removed on evidence in the last 24 hours, and people added. */
  readonly removedInWindow: number;
  readonly addedInWindow: number;
}

const windowBegin = `muster_now() - interval '24 hours'`;

/**
 * What the guard weighs (protocol.md §6); counting who is at Meta costs a pass over the ledger. A link
 * to a Meta audience that was linked to before goes on with what that one told, and with its day.
 */
export async function measureGuard(tx: Db, linkId: number): Promise<GuardMeasures> {
  return await one<GuardMeasures>(
    tx,
    `select
       (select count(distinct mr.profile_id) from ledger_state s
        join match_row mr on mr.id = s.match_row_id
        where s.link_id = $1 and (s.state = 'in' or (s.state = 'unknown' and s.kind = 'add')))
         as "atMeta",
       -- Who opted out, was erased, typed out or released by name: no evidence that may be thin.
       coalesce(sum(evidence_people) filter (where kind = 'remove' and not lane), 0)::bigint
         as "removedInWindow",
       -- Not again by each repeat of a request whose answer got lost.
       coalesce(sum(evidence_people) filter (where kind = 'add'), 0)::bigint as "addedInWindow"
     from operation
     where link_id in (select former.id from link l join link former
         on former.meta_audience_id = l.meta_audience_id and former.database_id = l.database_id
         where l.id = $1)
       and sent_at > ${windowBegin} and outcome is distinct from 'refused'`,
    [linkId],
  );
}

/** Positions in rowKeys of the keys by which Meta finds a person. */
const keyBits = { EXTERN_ID: 0, EMAIL: 1, PHONE: 2, MADID: 14, APPUID: 15, PAGEUID: 16 } as const;

const bitsOf = (cells: string) =>
  `(get_byte(${cells}, 0) | (get_byte(${cells}, 1) << 8) | (get_byte(${cells}, 2) << 16))`;

export interface KeyLoss {
  readonly key: string;
  /** Members whose value Meta had a day ago. */
  readonly people: number;
  /** Of them, who no longer have one. */
  readonly lost: number;
}

/** A loss of fewer people, of an audience that large, is no fifth of a value that a tenth of it has. */
const LOSS_MATTERS = 1 / 50;

/**
 * Which identifying values people who stay lose by the removals in `difference`, and lost by those of
 * the last 24 hours. Reads everything told, but only where there may be enough of them.
 */
export async function measureLosses(
  tx: Tx,
  scope: { readonly linkId: number; readonly audienceId: number; readonly databaseId: number },
): Promise<KeyLoss[]> {
  const { suspects, least } = await one<{ suspects: number; least: number }>(
    tx,
    `select (select count(*) from difference d where d.kind = 'remove' and exists (
         select 1 from member m where m.audience_id = $2 and m.profile_id = d.profile_id))
       + (select coalesce(sum(o.row_count), 0) from operation o where o.link_id = $1
          and o.kind = 'remove' and not o.lane and o.sent_at > ${windowBegin}) as suspects,
       (select a.member_count - l.not_enough_count
          - (select count(distinct profile_id) from difference where kind = 'add' and not stays)
        from audience a join link l on l.id = $1 where a.id = $2) as least`,
    [scope.linkId, scope.audienceId],
  );
  if (suspects === 0 || suspects < least * LOSS_MATTERS) return [];
  const keys = Object.entries(keyBits);
  const counted = await one<Record<string, number>>(
    tx,
    `with told as (
       select mr.profile_id, s.match_row_id, ${bitsOf('mr.cells')} as bits,
         s.kind = 'remove' as has_left
       from ledger_state s
       join match_row mr on mr.database_id = $3 and mr.id = s.match_row_id
       left join operation o on o.id = s.op_id
       where s.link_id = $1 and (s.state = 'in' or (s.state = 'unknown' and s.kind = 'add')
         or s.kind = 'remove' and o.sent_at > ${windowBegin} and not o.lane
           and o.outcome is distinct from 'refused')
     ), had as (
       select profile_id, bit_or(bits) as bits,
         bool_or(has_left or match_row_id in (
           select d.match_row_id from difference d where d.kind = 'remove')) as loses
       from told group by profile_id
     ), held as (
       select h.profile_id, h.bits, case when not h.loses then 0 else h.bits & ~coalesce((select bit_or(${bitsOf('mr.cells')}) from profile p
           cross join lateral unnest(p.match_row_ids) r (id)
           join match_row mr on mr.database_id = $3 and mr.id = r.id
           where p.database_id = $3 and p.id = h.profile_id), 0) end as lost
       from had h join member m on m.audience_id = $2 and m.profile_id = h.profile_id
     )
     select ${keys
       .flatMap(([key, bit]) => [
         `count(*) filter (where bits & ${1 << bit} <> 0) as "${key}"`,
         `count(*) filter (where lost & ${1 << bit} <> 0) as "${key} lost"`,
       ])
       .join(', ')}
     from held`,
    [scope.linkId, scope.audienceId, scope.databaseId],
  );
  return keys.map(([key]) => ({
    key,
    people: counted[key] ?? 0,
    lost: counted[`${key} lost`] ?? 0,
  }));
}

/** The name of the database, if it has no people any more. */
export async function emptiedDatabase(db: Db, databaseId: number): Promise<string | null> {
  const [emptied] = await db.query<{ name: string }>(
    `select d.name from database d
     where d.id = $1 and not exists (select from profile p where p.database_id = d.id)`,
    [databaseId],
  );
  return emptied?.name ?? null;
}

export interface Lateness {
  readonly database: string;
  readonly everyMinutes: number;
  /** When people last came in; null: never. */
  readonly lastAt: Date | null;
}

/** The database, where people last came in longer ago than twice as often as they are expected. */
export async function lateDatabase(db: Db, databaseId: number): Promise<Lateness | null> {
  const [late] = await db.query<Lateness>(
    `select d.name as database, d.expected_every_minutes as "everyMinutes", x.at as "lastAt"
     from database d
     cross join lateral (select greatest(
       (select max(i.finished_at) from import i where i.database_id = d.id and i.state = 'done'),
       (select c.at from recent_call c where c.database_id = d.id and c.accepted
        order by c.id desc limit 1)) as at) x
     where d.id = $1 and d.expected_every_minutes is not null
       and coalesce(x.at, '-infinity')
         < muster_now() - make_interval(mins => 2 * d.expected_every_minutes)`,
    [databaseId],
  );
  return late ?? null;
}
