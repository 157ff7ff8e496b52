import { MusterError } from '#domain/errors/muster-error.ts';
import { beginKeyChange, followKeys } from './consent-changes.ts';
import { answerDirectly, type DirectAnswer, refusedOf } from './consents.ts';
import type { Db, Store, Tx } from './db.ts';
import { lockAlone } from './suppressions.ts';

/**
 * An import holds on to the profiles that it changes until it commits, which may take a minute, and
 * then asks for the lock that orders sending and opting out. So whoever changes somebody's consent
 * takes the profile first and that lock after it, as imports do, and a "no" that finds the profile
 * taken does not wait for it (docs/decisions/0034-a-no-does-not-wait-for-an-import.md).
 */

/**
 * False: somebody else holds on to the profile. It is ours until the commit.
 * @throws MusterError PROFILE_UNKNOWN: it is gone
 */
export async function takeProfile(tx: Tx, databaseId: number, profileId: number): Promise<boolean> {
  if (await holdsProfile(tx, databaseId, profileId)) return true;
  const there = await tx.query('select from profile where database_id = $1 and id = $2', [
    databaseId,
    profileId,
  ]);
  if (there.length === 0) throw new MusterError('PROFILE_UNKNOWN');
  return false;
}

/** False: somebody else holds on to it, or it is gone. */
async function holdsProfile(tx: Tx, databaseId: number, profileId: number): Promise<boolean> {
  const taken = await tx.query(
    'select from profile where database_id = $1 and id = $2 for update skip locked',
    [databaseId, profileId],
  );
  return taken.length > 0;
}

/** The same, and waits for it. */
export async function awaitProfile(tx: Tx, databaseId: number, profileId: number): Promise<void> {
  await tx.query('select from profile where database_id = $1 and id = $2 for update', [
    databaseId,
    profileId,
  ]);
}

/**
 * Everything that a "no" means for Meta, without touching the profile: its values are suppressed, who
 * was told with one of them is in the lane, and the person is in no addition from here on.
 */
export async function speakNo(
  tx: Tx,
  databaseId: number,
  profileId: number,
  answer: DirectAnswer,
): Promise<void> {
  const refused = refusedOf(answer);
  await lockAlone(tx, databaseId);
  await tx.query(
    `insert into spoken_no (database_id, profile_id, category, answer, at)
     values ($1, $2, $3, $4, muster_now())
     on conflict (database_id, profile_id, category) do update set answer = excluded.answer,
       inbox_id = null`,
    [databaseId, profileId, refused, JSON.stringify(answer)],
  );
  await suppressAll(tx, databaseId, profileId, { refused, reason: 'opt-out' });
}

/**
 * The same of a "no" in a call that waits in the inbox: it holds until the call is received, and what all
 * calls say together takes its place then.
 */
export async function speakForCall(
  tx: Tx,
  databaseId: number,
  profileId: number,
  said: { readonly category: string; readonly inboxId: number },
): Promise<void> {
  const refused = refusedOf(said);
  await lockAlone(tx, databaseId);
  const spoken = await tx.query(
    `insert into spoken_no (database_id, profile_id, category, at, inbox_id)
     values ($1, $2, $3, muster_now(), $4)
     on conflict (database_id, profile_id, category) do nothing returning 1`,
    [databaseId, profileId, refused, said.inboxId],
  );
  if (spoken.length === 0) return;
  await suppressAll(tx, databaseId, profileId, { refused, reason: 'consent' });
}

/** Of calls that are received by now: whoever did not say no in the end gets their values back. */
export async function endSpokenCalls(tx: Tx, databaseId: number): Promise<void> {
  await tx.query(
    `with ended as (
       delete from spoken_no s where s.database_id = $1 and s.inbox_id is not null
         and not exists (select from inbox i where i.id = s.inbox_id) returning s.profile_id
     )
     insert into consent_change (database_id, profile_id) select distinct $1::integer, profile_id from ended`,
    [databaseId],
  );
}

/** Every value that the person has is suppressed, and whoever was told with one is in the lane. */
async function suppressAll(
  tx: Tx,
  databaseId: number,
  profileId: number,
  { refused, reason }: { readonly refused: string; readonly reason: 'opt-out' | 'consent' },
): Promise<void> {
  await beginKeyChange(tx);
  await tx.query(
    `insert into key_change
     select distinct k.key, $3, true from match_row mr cross join unnest(mr.keys) k (key)
     where mr.database_id = $1 and mr.profile_id = $2`,
    [databaseId, profileId, refused],
  );
  await tx.query(
    `insert into suppression (database_id, key, category, reason, at)
     select $1, key, category, '${reason}', muster_now() from key_change on conflict do nothing`,
    [databaseId],
  );
  await followKeys(tx, databaseId, null);
}

/** Profiles that are free by now take over what was said about them; the others wait on. */
export async function settleSpoken(store: Store): Promise<void> {
  const spoken = await store.query<{
    databaseId: number;
    profileId: number;
    answer: DirectAnswer;
  }>(
    `select database_id as "databaseId", profile_id as "profileId", answer from spoken_no
     where inbox_id is null`,
  );
  for (const { databaseId, profileId, answer } of spoken) {
    await store.tx(async (tx) => {
      // Whoever is gone has nothing to take over.
      const gone = await tx.query(
        `delete from spoken_no s where s.database_id = $1 and s.profile_id = $2
           and not exists (select from profile p where p.database_id = $1 and p.id = $2) returning 1`,
        [databaseId, profileId],
      );
      if (gone.length > 0 || !(await holdsProfile(tx, databaseId, profileId))) return;
      await answerDirectly(tx, databaseId, profileId, answer);
      await forgetSpoken(tx, databaseId, profileId, answer);
    });
  }
}

export async function forgetSpoken(
  db: Db,
  databaseId: number,
  profileId: number,
  answer: DirectAnswer,
): Promise<void> {
  await db.query(
    'delete from spoken_no where database_id = $1 and profile_id = $2 and category = $3',
    [databaseId, profileId, refusedOf(answer)],
  );
}
