import type { Db, Store, Tx } from './db.ts';

/** Who did it: somebody who signed in, a key, whoever has this machine's terminal, or nobody known. */
export interface AuditActor {
  readonly kind: 'user' | 'key' | 'terminal' | 'nobody';
  readonly id: string | null;
  readonly name: string;
}

export interface AuditWish {
  readonly database?: number | null;
  /** What was changed or seen, such as `audiences/17`: never a value that is personal. */
  readonly subject?: string | null;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: Date;
  readonly actorKind: AuditActor['kind'];
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly databaseId: number | null;
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Hexadecimal. */
  readonly hash: string;
}

/** Entries are written one after the other, since each holds the hash of the one before. */
const AUDIT_LOCK = 7_278_321;

/** Writes one entry. In a transaction it becomes visible with the rest of it, or not at all. */
export async function recordAuditIn(
  tx: Tx,
  actor: AuditActor,
  action: string,
  { database = null, subject = null, detail = null }: AuditWish = {},
): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  await tx.query(
    `insert into audit_entry
     select e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.database_id, e.subject,
       e.detail, e.previous_hash, audit_hash(e)
     from (select coalesce(max(id), 0) + 1 as id from audit_entry) n
     cross join lateral jsonb_populate_record(null::audit_entry, jsonb_build_object(
       'id', n.id, 'at', muster_now(), 'actor_kind', $1::text, 'actor_id', $2::text,
       'actor_name', $3::text, 'action', $4::text, 'database_id', $5::integer,
       'subject', $6::text, 'detail', $7::jsonb,
       'previous_hash', coalesce((select a.hash from audit_entry a where a.id = n.id - 1),
         decode(repeat('00', 32), 'hex')))) e`,
    [
      ...[actor.kind, actor.id, actor.name, action, database, subject],
      detail === null ? null : JSON.stringify(detail),
    ],
  );
}

/** The same in a transaction of its own. */
export async function recordAudit(
  store: Store,
  actor: AuditActor,
  action: string,
  wish: AuditWish = {},
): Promise<void> {
  await store.tx((tx) => recordAuditIn(tx, actor, action, wish));
}

export interface AuditFilter {
  /** Only entries before this one; null: from the newest. */
  readonly beforeId: number | null;
  readonly limit: number;
  readonly action: string | null;
  readonly actorName: string | null;
  /** Null: all, and those that belong to none. */
  readonly databaseIds: readonly number[] | null;
}

const columns = `id, at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
  action, database_id as "databaseId", subject, detail, encode(hash, 'hex') as hash`;

/** The newest first. */
export async function listAudit(db: Db, filter: AuditFilter): Promise<AuditEntry[]> {
  return await db.query<AuditEntry>(
    `select ${columns} from audit_entry
     where ($1::bigint is null or id < $1) and ($2::text is null or action = $2)
       and ($3::text is null or actor_name = $3)
       and ($4::integer[] is null or database_id = any($4))
     order by id desc limit $5`,
    [filter.beforeId, filter.action, filter.actorName, filter.databaseIds, filter.limit],
  );
}

/** A page of the log from its beginning, for an export. */
export async function readAuditAfter(
  db: Db,
  afterId: number,
  limit: number,
): Promise<(AuditEntry & { readonly previousHash: string })[]> {
  return await db.query(
    `select ${columns}, encode(previous_hash, 'hex') as "previousHash"
     from audit_entry where id > $1 order by id limit $2`,
    [afterId, limit],
  );
}

export interface AuditVerdict {
  readonly entries: number;
  /** The number of the first entry that does not fit; null: all do. */
  readonly brokenAt: number | null;
  /** The hash of the newest entry, hexadecimal; null: there is none. Kept elsewhere, it shows later whether the end was cut off. */
  readonly head: string | null;
  /** Whether a hash that was asked about is that of an entry. */
  readonly knownHead: boolean | null;
}

/** The newest entry about what was cut off: verifying begins behind it. */
const cut = `select (detail->>'upTo')::bigint as up_to, decode(detail->>'hash', 'hex') as hash
  from audit_entry where action = 'audit.cut' order by id desc limit 1`;

/** Rows of the audit log (t) that somebody said are gone. SQL. */
export const isCutOff = `t.id <= (select c.up_to from (${cut}) c)`;

/**
 * Says in the log itself, before they go, that all entries older than `days` go: which is the last of them, and
 * its hash, so that the rest still shows whether anything was changed. False: there are none.
 */
export async function cutAudit(store: Store, days: number): Promise<boolean> {
  return await store.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
    const [last] = await tx.query<{ upTo: number; hash: string }>(
      `select id as "upTo", encode(hash, 'hex') as hash from audit_entry
       where id < coalesce((select min(id) from audit_entry
           where at >= muster_now() - make_interval(days => $1::integer)), 9223372036854775807)
         and id > coalesce((select c.up_to from (${cut}) c), 0)
       order by id desc limit 1`,
      [days],
    );
    if (last === undefined) return false;
    const actor = { kind: 'nobody', id: null, name: 'retention' } as const;
    await recordAuditIn(tx, actor, 'audit.cut', { detail: { ...last } });
    return true;
  });
}

/** Works every hash out again. `head` is one that an earlier call gave. */
export async function verifyAudit(db: Db, head: string | null = null): Promise<AuditVerdict> {
  const [verdict] = await db.query<AuditVerdict>(
    `with cut as (${cut}), link as (
       select e.id, e.hash, e.hash = audit_hash(e)
         and e.previous_hash = coalesce(lag(e.hash) over w, (select hash from cut), decode(repeat('00', 32), 'hex'))
         and e.id = coalesce(lag(e.id) over w, (select up_to from cut), 0) + 1 as fits
       from audit_entry e
       where e.id > coalesce((select up_to from cut), 0) window w as (order by e.id))
     select count(*)::integer as entries, min(id) filter (where fits is not true) as "brokenAt",
       (select encode(hash, 'hex') from link order by id desc limit 1) as head,
       case when $1::text is null then null
         else coalesce(bool_or(encode(hash, 'hex') = $1), false)
           or exists (select from cut where encode(cut.hash, 'hex') = $1) end as "knownHead"
     from link`,
    [head],
  );
  return verdict ?? { entries: 0, brokenAt: null, head: null, knownHead: null };
}
