import type { Db, Tx } from './db.ts';

/** So long a change can be looked up. */
const KEPT_DAYS = 30;

/** One thing about a person that changed. */
export interface ProfileChange {
  /** ISO 8601. */
  readonly at: string;
  /** Who said it: a file or a model by name, calls, a computed trait, or the person directly. */
  readonly source: string;
  /** A field of identifiers, a trait, consent, or consent.CATEGORY. */
  readonly about: string;
  /** Null: there was nothing. Of identifiers the shape alone. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Behind `insert into`: what differs between profile p and what is about to be written, n. */
function changesOf(source: string, n: string): string {
  return `profile_change (database_id, profile_id, at, source, about, before, after)
    select p.database_id, p.id, (select muster_now()), ${source}, d.about, d.before, d.after
    from ${n}
    cross join lateral changes_between(p.identifiers, p.traits, p.consent, p.consents,
      n.identifiers, n.traits, n.consent, n.consents) d`;
}

/** What an import is about to change of people who are there already; $2: it speaks of marketing. */
export async function noteImportChanges(
  tx: Tx,
  databaseId: number,
  id: number,
  consentGiven: boolean,
): Promise<void> {
  await tx.query(
    `insert into ${changesOf(
      '(select i.file from import i where i.id = $3)',
      `import_${id}_profile s
       join profile p on p.database_id = $1 and p.id = s.profile_id
       cross join lateral (select s.identifiers, s.traits,
         case when $2 and not p.opted_out then s.consent else p.consent end as consent,
         merged_consents(p.consents, s.consents) as consents) n`,
    )}
     where s.known and not s.same
       and (p.identifiers, p.traits, p.consent, p.consents)
         is distinct from (n.identifiers, n.traits, n.consent, n.consents)`,
    [databaseId, consentGiven, id],
  );
}

/** The same of people whom calls, or what is computed of them, are about to change. */
export async function noteChanges(
  tx: Tx,
  databaseId: number,
  source: string,
  profiles: readonly object[],
): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `insert into ${changesOf(
      '$2',
      `jsonb_to_recordset($3) n (id bigint, identifiers jsonb, traits jsonb, consent boolean,
         consents jsonb)
       join profile p on p.database_id = $1 and p.id = n.id`,
    )}`,
    [databaseId, source, JSON.stringify(profiles)],
  );
}

/** A piece at a time, so that nobody waits for it. */
export async function forgetOldChanges(db: Db): Promise<void> {
  await db.query(
    `delete from profile_change where ctid = any (array(
       select ctid from profile_change
       where at < muster_now() - interval '${KEPT_DAYS} days' limit 10000))`,
  );
}
