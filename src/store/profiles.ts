import { lockEvaluations } from './audiences.ts';
import type { Consents } from '#domain/consent.ts';
import { type Db, one, type Store, type Tx } from './db.ts';

/** The caller typed it: the guard does not count them (protocol.md §6). */
type Typed = { readonly typed: boolean };

/** What is known of a profile before its new record is worked on. */
export interface KnownProfile {
  readonly id: number;
  /** Of the last record received, as a decimal bigint. */
  readonly fingerprint: string;
}

/**
 * Deletes the profiles whose external id is not in the staging table; they leave every audience, and
 * what was told about them is looked at by the next run.
 */
export async function deleteProfilesNotIn(
  tx: Tx,
  databaseId: number,
  stage: string,
): Promise<number> {
  const isAbsent = `not exists (select 1 from ${stage} s where s.external_id = p.external_id)`;
  return await deleteWhere(tx, databaseId, isAbsent, []);
}

/**
 * Deletes the profiles of rows that a model gave and gives no more, which stand in the temporary
 * table model_gone, but for those that another model of the database still gives.
 */
export async function deleteProfilesGone(
  tx: Tx,
  databaseId: number,
  modelId: number,
): Promise<number> {
  return await deleteWhere(
    tx,
    databaseId,
    `p.external_id in (select external_id from model_gone) and not exists (
       select 1 from model_row o join model m on m.id = o.model_id
       where m.database_id = $1 and m.id <> $2 and m.mode <> 'delete'
         and o.external_id = p.external_id)`,
    [modelId],
  );
}

/** Deletes profiles that turned out to be somebody else; they leave every audience too. */
export async function deleteProfiles(
  tx: Tx,
  databaseId: number,
  ids: readonly number[],
  { typed }: Typed = { typed: false },
): Promise<number> {
  if (ids.length === 0) return 0;
  await noteGone(tx, databaseId, ids);
  return await deleteWhere(tx, databaseId, 'p.id = any($2)', [ids], { typed });
}

/** An import that is under way has read of these people and would write about them. */
export async function noteGone(tx: Tx, databaseId: number, ids: readonly number[]): Promise<void> {
  await tx.query(
    `insert into gone_beside_import (database_id, profile_id) select $1, unnest($2::bigint[])
     where exists (select from import where database_id = $1 and state = 'reading')
     on conflict do nothing`,
    [databaseId, ids],
  );
}

/** The database is the first of the condition's parameters. */
async function deleteWhere(
  tx: Tx,
  databaseId: number,
  condition: string,
  params: readonly unknown[],
  { typed }: Typed = { typed: false },
): Promise<number> {
  await lockEvaluations(tx, databaseId);
  const { deleted } = await one<{ deleted: number }>(
    tx,
    `with gone as (
       delete from profile p where p.database_id = $1 and ${condition}
       returning p.id
     ), left_members as (
       delete from member m using gone, audience a
       where a.database_id = $1 and m.audience_id = a.id and m.profile_id = gone.id
       returning m.audience_id, m.profile_id
     ), unblocked as (
       delete from blocked b using gone, audience a
       where a.database_id = $1 and b.audience_id = a.id and b.profile_id = gone.id
     ), marked as (
       insert into dirty (link_id, profile_id)
       select l.id, m.profile_id from left_members m
       join link l on l.audience_id = m.audience_id and l.ended_at is null
     ), departed as (
       insert into departure (audience_id, profile_id, cause, at)
       select audience_id, profile_id, 'hand', muster_now() from left_members where ${typed}
       on conflict (audience_id, profile_id) do update set cause = excluded.cause
     ), counted as (
       update audience a set member_count = a.member_count - c.left_count,
         members_changed_at = muster_now(), synchronized_at = null
       from (select audience_id, count(*) as left_count from left_members group by audience_id) c
       where a.id = c.audience_id
     )
     select count(*) as deleted from gone`,
    [databaseId, ...params],
  );
  return deleted;
}

export async function hasProfiles(db: Db, databaseId: number): Promise<boolean> {
  const { exists } = await one<{ exists: boolean }>(
    db,
    'select exists (select 1 from profile where database_id = $1)',
    [databaseId],
  );
  return exists;
}

const PAGE_ROWS = 5_000;

/** Everybody, a page at a time in the order of profile ids. */
export async function* profilePages(
  store: Store,
  databaseId: number,
): AsyncGenerator<(StoredProfile & { readonly externalId: string })[]> {
  for (let after = 0; ; ) {
    const ids = await store.query<{ id: number; externalId: string }>(
      `select id, external_id as "externalId" from profile
       where database_id = $1 and id > $2 order by id limit ${PAGE_ROWS}`,
      [databaseId, after],
    );
    const last = ids.at(-1);
    if (last === undefined) return;
    const profiles = await readProfiles(
      store,
      databaseId,
      ids.map(({ id }) => id),
    );
    yield ids.flatMap(({ id, externalId }) => {
      const profile = profiles.get(id);
      return profile === undefined ? [] : [{ ...profile, externalId }];
    });
    after = last.id;
  }
}

/** Profiles already there, by position in `externalIds`. */
export async function lookUpProfiles(
  store: Db,
  databaseId: number,
  externalIds: readonly string[],
): Promise<(KnownProfile | undefined)[]> {
  const found = await store.query<{ position: number; id: number; fingerprint: string }>(
    `select x.position, p.id, p.fingerprint::text
     from unnest($2::text[]) with ordinality x (external_id, position)
     join profile p on p.database_id = $1 and p.external_id = x.external_id`,
    [databaseId, externalIds],
  );
  const known: (KnownProfile | undefined)[] = new Array(externalIds.length).fill(undefined);
  for (const { position, id, fingerprint } of found) known[position - 1] = { id, fingerprint };
  return known;
}

/** What a changed record is merged with. */
export interface StoredProfile {
  readonly id: number;
  readonly externalId: string;
  readonly consent: boolean | null;
  readonly consents: Consents | null;
  readonly identifiers: Record<string, string | string[]>;
  readonly traits: Record<string, string>;
  readonly rows: readonly { readonly id: number; readonly cells: Buffer }[];
}

export async function readProfiles(
  store: Db,
  databaseId: number,
  ids: readonly number[],
): Promise<Map<number, StoredProfile>> {
  if (ids.length === 0) return new Map();
  const profiles = await store.query<Omit<StoredProfile, 'rows'> & { rowIds: string[] }>(
    `select id, external_id as "externalId", consent, consents, identifiers, traits, match_row_ids::text[] as "rowIds"
     from profile where database_id = $1 and id = any($2)`,
    [databaseId, ids],
  );
  const rows = await store.query<{ id: number; cells: Buffer }>(
    'select id, cells from match_row where database_id = $1 and id = any($2)',
    [databaseId, profiles.flatMap(({ rowIds }) => rowIds)],
  );
  const cellsOf = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    profiles.map(({ rowIds, ...profile }) => [
      profile.id,
      {
        ...profile,
        rows: rowIds.map((id) => cellsOf.get(Number(id))).filter((row) => row !== undefined),
      },
    ]),
  );
}
