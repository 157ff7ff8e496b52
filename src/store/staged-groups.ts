import type { Db, Tx } from './db.ts';
import type { EventMove } from './events.ts';

/** The groups that a record names, and what it says of them. */
export interface StagedGroups {
  /** Where the record stands in its source; later ones win. */
  readonly sequence: number;
  readonly profileId: number;
  readonly groupIds: readonly string[];
  readonly traits: Readonly<Record<string, string>>;
}

/** Whatever a file or a model says hangs on no id of a call: a number that no identity has. */
const ofRecords = '-m.profile_id';

/** Where import `importId` keeps what it reads of groups until it becomes visible. */
const stageOf = (importId: number): string => `import_${importId}_group`;
/** And who is in them; no group: the record names none. */
const memberStageOf = (importId: number): string => `import_${importId}_group_member`;

export async function beginStagedGroups(db: Db, importId: number): Promise<void> {
  await db.query(
    `create unlogged table ${stageOf(importId)}
       (sequence bigint not null, group_id text not null, traits jsonb not null);
     create unlogged table ${memberStageOf(importId)}
       (sequence bigint not null, profile_id bigint not null, group_id text)`,
  );
}

export async function dropStagedGroups(db: Db, importId: number): Promise<void> {
  await db.query(`drop table if exists ${stageOf(importId)}, ${memberStageOf(importId)}`);
}

/** Of records one after another. */
export async function stageGroups(
  db: Db,
  importId: number,
  records: readonly StagedGroups[],
): Promise<void> {
  if (records.length === 0) return;
  const said = new Map<string, { sequence: number; traits: Map<string, string> }>();
  const members: (readonly [number, number, string | null])[] = [];
  for (const { sequence, profileId, groupIds, traits } of records) {
    if (groupIds.length === 0) members.push([sequence, profileId, null]);
    for (const groupId of groupIds) {
      members.push([sequence, profileId, groupId]);
      const known = said.get(groupId) ?? { sequence, traits: new Map<string, string>() };
      for (const [name, value] of Object.entries(traits)) known.traits.set(name, value);
      said.set(groupId, { ...known, sequence });
    }
  }
  await db.query(
    `insert into ${memberStageOf(importId)}
     select * from unnest($1::bigint[], $2::bigint[], $3::text[])`,
    [members.map(([at]) => at), members.map(([, who]) => who), members.map(([, , of]) => of)],
  );
  const groups = [...said].map(([groupId, { sequence, traits }]) => ({
    ...{ groupId, sequence, traits: Object.fromEntries(traits) },
  }));
  await db.query(
    `insert into ${stageOf(importId)} select x.sequence, x."groupId", x.traits
     from jsonb_to_recordset($1) x (sequence bigint, "groupId" text, traits jsonb)`,
    [JSON.stringify(groups)],
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
     with last as (
       select distinct on (s.group_id, t.key) s.group_id as id, t.key, t.value
       from ${stageOf(importId)} s, jsonb_each(s.traits) t
       order by s.group_id, t.key, s.sequence desc
     ), word as (select id, jsonb_object_agg(key, value) as traits from last group by id)
     select n.id, coalesce(w.traits, '{}') as traits
     from (select distinct group_id as id from ${stageOf(importId)}) n left join word w using (id)`,
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
 * said stays. The groups have to be there, by saidGroups in the same transaction, and the people.
 */
export async function settleSaidMembers(
  tx: Tx,
  databaseId: number,
  importId: number,
): Promise<void> {
  // Planned by what is there: all of it was written a moment ago.
  await tx.query(`analyze ${memberStageOf(importId)}`);
  await tx.query('analyze people_group');
  await tx.query(
    `create temp table said_member on commit drop as
     with last as (
       select profile_id, max(sequence) as sequence from ${memberStageOf(importId)} group by 1)
     select s.profile_id, g.id as group_id
     from ${memberStageOf(importId)} s join last using (profile_id, sequence)
     -- Of an id that stands in several rows the last one became the person.
     join profile p on p.database_id = $1 and p.id = s.profile_id
     left join people_group g on g.database_id = $1 and g.external_id = s.group_id`,
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
    // A row that a later one of the same id took the place of may have named one, too.
    `delete from people_group g where g.database_id = $1
       and (g.id = any($2) or g.external_id in (select id from said_group))
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
