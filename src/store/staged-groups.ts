import type { Db, Tx } from './db.ts';
import type { EventMove } from './events.ts';

/** The groups that a record names, and what it says of them. */
export interface StagedGroups {
  /** Where the record stands in its source; later ones win. */
  readonly sequence: number;
  readonly externalId: string;
  readonly groupIds: readonly string[];
  readonly traits: Readonly<Record<string, string>>;
}

/** Whatever a file or a model says hangs on no id of a call: a number that no identity has. */
const ofRecords = '-m.profile_id';

const stageOf = (importId: number): string => `import_${importId}_group`;

/** Where import `importId` keeps what it reads of groups until it becomes visible. */
export async function beginStagedGroups(db: Db, importId: number): Promise<void> {
  await db.query(
    `create unlogged table ${stageOf(importId)} (
       sequence bigint not null, external_id text not null, group_ids jsonb not null, traits jsonb not null)`,
  );
}

export async function dropStagedGroups(db: Db, importId: number): Promise<void> {
  await db.query(`drop table if exists ${stageOf(importId)}`);
}

export async function stageGroups(
  db: Db,
  importId: number,
  records: readonly StagedGroups[],
): Promise<void> {
  if (records.length === 0) return;
  await db.query(
    `insert into ${stageOf(importId)}
     select x.sequence, x."externalId", x."groupIds", x.traits
     from jsonb_to_recordset($1)
       x (sequence bigint, "externalId" text, "groupIds" jsonb, traits jsonb)`,
    [JSON.stringify(records)],
  );
}

/** What the records of an import say of one group. */
export interface SaidGroup {
  readonly groupId: string;
  readonly traits: Readonly<Record<string, string>>;
}

const PAGE = 1_000;

/** Every group that was named, with the last word on each of its traits; some at a time. */
export async function* saidGroups(
  tx: Tx,
  importId: number,
): AsyncGenerator<SaidGroup[], void, undefined> {
  await tx.query(
    `create temp table said_group on commit drop as
     with named as (
       select s.sequence, s.traits, g.id from ${stageOf(importId)} s,
         jsonb_array_elements_text(s.group_ids) g (id)
     ), last as (
       select distinct on (n.id, t.key) n.id, t.key, t.value
       from named n, jsonb_each(n.traits) t order by n.id, t.key, n.sequence desc
     ), word as (select id, jsonb_object_agg(key, value) as traits from last group by id)
     select n.id, coalesce(w.traits, '{}') as traits
     from (select distinct id from named) n left join word w using (id)`,
  );
  await tx.query('create index on said_group (id)');
  for (let after: string | null = null; ; ) {
    const page: SaidGroup[] = await tx.query<SaidGroup>(
      `select id as "groupId", traits from said_group
       where $1::text is null or id > $1 order by id limit ${PAGE}`,
      [after],
    );
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.groupId;
  }
}

/**
 * Brings people into the groups that their records name, and out of those that earlier ones named. What calls
 * said stays. The groups have to be there, and the people.
 */
export async function settleSaidMembers(
  tx: Tx,
  databaseId: number,
  importId: number,
): Promise<void> {
  await tx.query(
    `create temp table said_member on commit drop as
     select p.id as profile_id, g.id as group_id
     from (select distinct on (external_id) external_id, group_ids
       from ${stageOf(importId)} order by external_id, sequence desc) s
     join profile p on p.database_id = $1 and p.external_id = s.external_id
     left join lateral (
       select g.id from jsonb_array_elements_text(s.group_ids) n (id)
       join people_group g on g.database_id = $1 and g.external_id = n.id) g on true`,
    [databaseId],
  );
  await tx.query('create index on said_member (profile_id)');
  await tx.query('analyze said_member');
  await tx.query(
    `insert into group_member (database_id, group_id, identity_id, profile_id)
     select $1, m.group_id, ${ofRecords}, m.profile_id from said_member m
     where m.group_id is not null on conflict do nothing`,
    [databaseId],
  );
  const left = await tx.query<{ id: number }>(
    `with gone as (
       delete from group_member m
       where m.database_id = $1 and m.identity_id = ${ofRecords}
         and m.profile_id in (select profile_id from said_member)
         and not exists (select from said_member s
           where s.profile_id = m.profile_id and s.group_id = m.group_id)
       returning m.group_id, m.profile_id
     ), news as (
       update profile p set changed_xid = pg_current_xact_id()
       where p.database_id = $1 and p.id in (select profile_id from gone)
     )
     select distinct group_id as id from gone`,
    [databaseId],
  );
  await tx.query(
    `delete from people_group g where g.database_id = $1 and g.id = any($2)
       and not exists (select from group_member m
         where m.database_id = $1 and m.group_id = g.id)`,
    [databaseId, left.map(({ id }) => id)],
  );
}

/** Whoever turned out to be somebody else takes along the groups that files and models said. */
export async function carrySaidGroups(
  tx: Tx,
  databaseId: number,
  moves: readonly Pick<EventMove, 'from' | 'to'>[],
): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(
    `insert into group_member (database_id, group_id, identity_id, profile_id)
     select distinct $1::integer, m.group_id, -x.to_id, x.to_id from group_member m
     join unnest($2::bigint[], $3::bigint[]) x (from_id, to_id) on m.profile_id = x.from_id
     where m.database_id = $1 and m.identity_id = ${ofRecords}
       -- As with traits: only where nothing is said of the one who stays.
       and not exists (select from group_member o
         where o.database_id = $1 and o.profile_id = x.to_id and o.identity_id = -x.to_id)
     on conflict do nothing`,
    [databaseId, moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
}
