import type { Db, Tx } from './db.ts';
import { columnsOf, type EventMove } from './events.ts';

/** Of a group of people, what calls said of it. */
export interface StoredGroup {
  readonly groupId: string;
  /** As profiles/facts.ts has them. */
  readonly facts: object;
}

/** The groups of these ids that are known. */
export async function readGroups(
  tx: Tx,
  databaseId: number,
  groupIds: readonly string[],
): Promise<StoredGroup[]> {
  return await tx.query<StoredGroup>(
    `select external_id as "groupId", facts from people_group
     where database_id = $1 and external_id = any($2)`,
    [databaseId, groupIds],
  );
}

/** Writes groups that are new or of which something was said; it is news only if other traits hold now. */
export async function writeGroups(
  tx: Tx,
  databaseId: number,
  groups: readonly (StoredGroup & { readonly traits: object })[],
): Promise<void> {
  if (groups.length === 0) return;
  await tx.query(
    `insert into people_group as g (database_id, external_id, facts, traits)
     select $1, x."groupId", x.facts, x.traits
     from jsonb_to_recordset($2) x ("groupId" text, facts jsonb, traits jsonb)
     on conflict (database_id, external_id) do update set facts = excluded.facts,
       traits = excluded.traits,
       changed_xid = case when g.traits = excluded.traits then g.changed_xid
         else excluded.changed_xid end`,
    [databaseId, JSON.stringify(groups)],
  );
}

/** That an id of somebody said to be in a group. */
export interface NewGroupMember {
  readonly groupId: string;
  readonly identityId: number;
  readonly profileId: number;
}

/** Takes people into groups that are there. */
export async function joinGroups(
  tx: Tx,
  databaseId: number,
  members: readonly NewGroupMember[],
): Promise<void> {
  if (members.length === 0) return;
  await tx.query(
    `insert into group_member (database_id, group_id, identity_id, profile_id)
     select distinct $1::integer, g.id, x.identity_id, x.profile_id
     from unnest($2::text[], $3::bigint[], $4::bigint[]) x (group_id, identity_id, profile_id)
     join people_group g on g.database_id = $1 and g.external_id = x.group_id
     on conflict do nothing`,
    [
      databaseId,
      members.map(({ groupId }) => groupId),
      members.map(({ identityId }) => identityId),
      members.map(({ profileId }) => profileId),
    ],
  );
}

/** Ids that turned out to be somebody else's take their groups along. */
export async function moveGroups(
  tx: Tx,
  databaseId: number,
  moves: readonly EventMove[],
): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(
    `update group_member m set profile_id = x.to_id, changed_xid = pg_current_xact_id()
     from unnest($2::bigint[], $3::bigint[], $4::bigint[]) x (identity_id, from_id, to_id)
     where m.database_id = $1 and m.profile_id = x.from_id and m.identity_id = x.identity_id`,
    [databaseId, ...columnsOf(moves)],
  );
}

const NAMES_MAX = 200;

/** Names of the traits that the groups told of last have, in order. */
export async function listGroupTraits(db: Db, databaseId: number): Promise<string[]> {
  const rows = await db.query<{ key: string }>(
    `select distinct key from (
       select traits from people_group where database_id = $1 order by changed_xid desc limit $2
     ) g cross join lateral jsonb_object_keys(g.traits) key order by key limit $2`,
    [databaseId, NAMES_MAX],
  );
  return rows.map(({ key }) => key);
}
