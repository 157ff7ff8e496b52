import { type CategoryConsent, type Consents, MARKETING, SALE_SHARING } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { settleConsents } from './consent-changes.ts';
import type { Db, Tx } from './db.ts';
import { lockAlone } from './suppressions.ts';
import { changedAnyhow } from './profile-news.ts';

interface ConsentHolder {
  readonly profileId: number;
  readonly consent: boolean | null;
  readonly consents: Consents | null;
  readonly optedOut: boolean;
}

/** @throws MusterError PROFILE_UNKNOWN */
export async function findConsent(
  db: Db,
  databaseId: number,
  externalId: string,
): Promise<ConsentHolder> {
  const [found] = await db.query<ConsentHolder>(
    `select id as "profileId", consent, consents, opted_out as "optedOut" from profile
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

/** An answer that somebody gave us directly. */
export interface DirectAnswer {
  readonly category: string;
  readonly given: boolean;
  readonly details: Omit<CategoryConsent, 'given' | 'direct'>;
}

/** As suppressions have it: '' stands for everything. */
export function refusedOf({ category }: Pick<DirectAnswer, 'category'>): string {
  return category === MARKETING || category === SALE_SHARING ? '' : category;
}

/**
 * Takes an answer that was given to us directly. After a "no" their values are suppressed, and whoever
 * was told with one of them is in the lane when this commits. A "yes" lifts what a "no" suppressed, and
 * never what an erasure did.
 */
export async function answerDirectly(
  tx: Tx,
  databaseId: number,
  profileId: number,
  answer: DirectAnswer,
): Promise<void> {
  await lockAlone(tx, databaseId);
  await writeAnswer(tx, databaseId, profileId, answer);
  const lifted = answer.given
    ? await lift(tx, databaseId, profileId, refusedOf(answer))
    : await suppress(tx, databaseId, profileId, refusedOf(answer));
  await tx.query('insert into consent_change (database_id, profile_id) values ($1, $2)', [
    databaseId,
    profileId,
  ]);
  await settleConsents(tx, databaseId, lifted);
}

async function writeAnswer(
  tx: Tx,
  databaseId: number,
  profileId: number,
  { category, given, details }: DirectAnswer,
): Promise<void> {
  const isMarketing = category === MARKETING;
  const said = { ...(isMarketing ? {} : { given }), ...details, direct: true };
  await tx.query(
    `insert into profile_change (database_id, profile_id, at, source, about, before, after)
     select $1, p.id, muster_now(), 'said directly', $3,
       case when $4 then to_jsonb(p.consent) else p.consents -> $5 end, $6
     from profile p where p.database_id = $1 and p.id = $2`,
    [
      ...[databaseId, profileId, isMarketing ? 'consent' : `consent.${category}`, isMarketing],
      ...[category, JSON.stringify(isMarketing ? given : said)],
    ],
  );
  await tx.query(
    `update profile set consents = merged_consents(consents, $3), ${changedAnyhow},
       consent = case when $4 then $5 else consent end,
       opted_out = case when $4 then not $5 else opted_out end
     where database_id = $1 and id = $2`,
    [databaseId, profileId, JSON.stringify({ [category]: said }), isMarketing, given],
  );
}

async function suppress(
  tx: Tx,
  databaseId: number,
  profileId: number,
  refused: string,
): Promise<[]> {
  await tx.query(
    `insert into suppression (database_id, key, category, reason, at)
     select $1, k.key, $3, 'opt-out', muster_now() from (${keysOfProfile}) k on conflict do nothing`,
    [databaseId, profileId, refused],
  );
  return [];
}

async function lift(
  tx: Tx,
  databaseId: number,
  profileId: number,
  refused: string,
): Promise<{ key: string; category: string }[]> {
  return await tx.query<{ key: string; category: string }>(
    `delete from suppression s using (${keysOfProfile}) k
     where s.database_id = $1 and s.key = k.key and s.reason = 'opt-out' and s.category = $3
       -- Somebody who holds it too, or the same person in another way, still says no directly.
       and not exists (select 1 from match_key mk
         join match_row mr on mr.database_id = $1 and mr.id = mk.match_row_id
         join profile p on p.database_id = $1 and p.id = mr.profile_id
           and $3 in (select direct_refusals(p.opted_out, p.consents))
           and mr.id = any(p.match_row_ids)
         where mk.key = s.key)
     returning s.key::text as key, s.category`,
    [databaseId, profileId, refused],
  );
}
