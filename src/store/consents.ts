import { MusterError } from '#domain/errors/muster-error.ts';
import { settleConsents } from './consent-changes.ts';
import type { Db, Tx } from './db.ts';
import { lockAlone } from './suppressions.ts';

export interface ConsentHolder {
  readonly profileId: number;
  readonly consent: boolean | null;
  readonly optedOut: boolean;
}

/** @throws MusterError PROFILE_UNKNOWN */
export async function findConsent(
  db: Db,
  databaseId: number,
  externalId: string,
): Promise<ConsentHolder> {
  const [found] = await db.query<ConsentHolder>(
    `select id as "profileId", consent, opted_out as "optedOut" from profile
     where database_id = $1 and external_id = $2`,
    [databaseId, externalId],
  );
  if (found === undefined) throw new MusterError('PROFILE_UNKNOWN');
  return found;
}

const keysOfProfile = `select distinct k.key from profile p
  cross join unnest(p.match_row_ids) r (id)
  join match_row mr on mr.database_id = $1 and mr.id = r.id
  cross join unnest(mr.keys) k (key)
  where p.database_id = $1 and p.id = $2`;

const setProfile = `update profile set consent = $3, opted_out = not $3,
    changed_xid = pg_current_xact_id()
  where database_id = $1 and id = $2`;

/**
 * A "no" given to us directly: their values are suppressed, and whoever was told with one of them is
 * in the lane when this commits.
 */
export async function optOut(tx: Tx, databaseId: number, profileId: number): Promise<void> {
  await lockAlone(tx, databaseId);
  await tx.query(setProfile, [databaseId, profileId, false]);
  await tx.query(
    `insert into suppression (database_id, key, reason, at)
     select $1, k.key, 'opt-out', muster_now() from (${keysOfProfile}) k on conflict do nothing`,
    [databaseId, profileId],
  );
  await tx.query('insert into consent_change (database_id, profile_id) values ($1, $2)', [
    databaseId,
    profileId,
  ]);
  await settleConsents(tx, databaseId);
}

/** A "yes" lifts what a "no" suppressed, and never what an erasure did. */
export async function optIn(tx: Tx, databaseId: number, profileId: number): Promise<void> {
  await lockAlone(tx, databaseId);
  await tx.query(setProfile, [databaseId, profileId, true]);
  const lifted = await tx.query<{ key: string }>(
    `delete from suppression s using (${keysOfProfile}) k
     where s.database_id = $1 and s.key = k.key and s.reason = 'opt-out'
       -- Another person who opted out directly holds it too.
       and not exists (select 1 from match_key mk
         join match_row mr on mr.database_id = $1 and mr.id = mk.match_row_id
         join profile p on p.database_id = $1 and p.id = mr.profile_id and p.opted_out
           and mr.id = any(p.match_row_ids)
         where mk.key = s.key)
     returning s.key::text as key`,
    [databaseId, profileId],
  );
  await tx.query('insert into consent_change (database_id, profile_id) values ($1, $2)', [
    databaseId,
    profileId,
  ]);
  await settleConsents(
    tx,
    databaseId,
    lifted.map(({ key }) => key),
  );
}
