import { one, type Store, type Tx } from './db.ts';
import { readProfiles, type StoredProfile } from './imports.ts';

/**
 * Deletes the profiles whose external id is not in the staging table; they leave every audience, and
 * what was told about them is looked at by the next run.
 */
export async function deleteProfilesNotIn(
  tx: Tx,
  databaseId: number,
  stage: string,
): Promise<number> {
  const { deleted } = await one<{ deleted: number }>(
    tx,
    `with gone as (
       delete from profile p where p.database_id = $1
         and not exists (select 1 from ${stage} s where s.external_id = p.external_id)
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
     ), counted as (
       update audience a set member_count = a.member_count - c.left_count,
         members_changed_at = muster_now(), synchronized_at = null
       from (select audience_id, count(*) as left_count from left_members group by audience_id) c
       where a.id = c.audience_id
     )
     select count(*) as deleted from gone`,
    [databaseId],
  );
  return deleted;
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
