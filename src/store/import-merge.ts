import { analyzeAfter } from './analyze.ts';
import { one, type Tx } from './db.ts';
import { ID_BLOCK } from './id-block.ts';
import { noteImportChanges } from './profile-changes.ts';
import { deleteProfilesNotIn } from './profiles.ts';
import { changedAnyhow, changedTraits } from './profile-news.ts';
import { dropStagedGroups } from './staged-groups.ts';

export interface MergeOptions {
  /** Delete the profiles that the file lacks. */
  readonly mirror: boolean;
  /** The file says something about consent. */
  readonly consentGiven: boolean;
  readonly traits: readonly { name: string; field: string | null; type: string }[];
  /** Work out what would happen and change nothing. */
  readonly dryRun: boolean;
  /** More to do in the same transaction; says how many profiles it deleted. */
  readonly also?: (
    tx: Tx,
    people: { readonly created: number; readonly updated: number },
  ) => Promise<number>;
}

export interface MergeResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Records whose id came again later in the file. */
  readonly duplicates: number;
}

/** No record has it, so whatever comes next is looked at. */
export const NO_FINGERPRINT = 0;

/** Of the records of one id: a no beats not knowing, which beats a yes. */
export const strictestConsent = `case when bool_or(consent is false) then false
  when bool_or(consent is null) then null else true end`;

/** The same of categories; a record that speaks of none knows nothing of them. */
export function strictestConsents(order: string): string {
  return `strictest_consents(coalesce(consents, '{}') order by ${order})`;
}

/** Makes everything that import `id` staged visible at once. Runs inside one transaction. */
export async function merge(
  tx: Tx,
  databaseId: number,
  id: number,
  options: MergeOptions,
): Promise<MergeResult> {
  await tx.query(`set local work_mem = '128MB'`);
  const stage = `import_${id}_profile`;
  const duplicates = await keepLast(tx, databaseId, id, options.consentGiven);
  const created = await insertNew(tx, databaseId, stage);
  await noteImportChanges(tx, databaseId, id, options.consentGiven);
  const updated = await updateKnown(tx, databaseId, stage, options.consentGiven);
  await dropGone(tx, databaseId, id);
  const { total } = await one<{ total: number }>(tx, `select count(*) as total from ${stage}`);
  const absent = options.mirror ? await deleteProfilesNotIn(tx, databaseId, stage) : 0;
  const deleted = absent + ((await options.also?.(tx, { created, updated })) ?? 0);
  await indexKeys(tx, databaseId, id);
  const result = { created, updated, unchanged: total - created - updated, deleted, duplicates };
  await concludeImport(tx, databaseId, id, options.traits, result);
  return result;
}

/** What every import ends with, in the transaction that makes its people visible. */
export async function concludeImport(
  tx: Tx,
  databaseId: number,
  id: number,
  traits: MergeOptions['traits'],
  result: MergeResult,
): Promise<void> {
  await nameTraits(tx, databaseId, traits);
  const changed = result.created + result.updated + result.deleted;
  if (changed > 0) {
    await tx.query('update database set source_version = source_version + 1 where id = $1', [
      databaseId,
    ]);
  }
  await tx.query(`drop table import_${id}_profile`);
  await dropStagedGroups(tx, id);
  await tx.query(
    `update import set state = 'done', counts = $2, finished_at = muster_now() where id = $1`,
    [id, JSON.stringify(result)],
  );
  await analyzeAfter(tx, changed, ['profile', 'match_row', 'match_key']);
}

/** What staged record s says of the consent of profile p; $2: the file speaks of marketing. */
const saidNow = `consent = case when $2 then s.consent else p.consent end,
  consents = merged_consents(p.consents, s.consents)`;
const saysOtherwise = `($2 and p.consent is distinct from s.consent
  or p.consents is distinct from merged_consents(p.consents, s.consents))`;

/** Rules may ask for identifiers as they ask for traits; what is unusable of them is kept beside. */
const traitsAlone = `((p.match_row_ids, p.identifiers) is not distinct from (s.match_row_ids, s.identifiers)
  and not ${saysOtherwise})`;

/** Of records with the same id the last one stays, with the strictest consent of them all. */
async function keepLast(
  tx: Tx,
  databaseId: number,
  id: number,
  consentGiven: boolean,
): Promise<number> {
  const stage = `import_${id}_profile`;
  await tx.query(
    `create temp table repeated on commit drop as
     select external_id, max(sequence) as last, count(*) as times,
       ${strictestConsent} as consent, ${strictestConsents('sequence')} as consents
     from ${stage} group by external_id having count(*) > 1`,
  );
  const { dropped } = await one<{ dropped: number }>(
    tx,
    `with older as (
       delete from ${stage} s using repeated r
       where s.external_id = r.external_id and s.sequence < r.last returning s.match_row_ids
     ), orphan as (
       -- Only rows of this import: an older record may name rows that the profile still has.
       delete from match_row m using older o, import i, unnest(i.match_row_blocks) block
       where i.id = $2 and m.database_id = $1 and m.id = any(o.match_row_ids)
         and m.id between block and block + ${ID_BLOCK - 1}
     )
     select count(*) as dropped from older`,
    [databaseId, id],
  );
  if (dropped > 0) {
    // Without its fingerprint: the same record alone says something else, so it is looked at again.
    await tx.query(
      `update ${stage} s set consent = r.consent, consents = r.consents,
         fingerprint = ${NO_FINGERPRINT}
       from repeated r where s.external_id = r.external_id
         and (s.consent is distinct from r.consent or coalesce(s.consents, '{}') <> r.consents)`,
    );
    await tx.query(
      `update profile p set ${saidNow}, fingerprint = ${NO_FINGERPRINT}, ${changedAnyhow}
       from ${stage} s join repeated r using (external_id)
       where s.same and p.database_id = $1 and p.id = s.profile_id and ${saysOtherwise}`,
      [databaseId, consentGiven],
    );
  }
  return dropped;
}

/** Whoever was deleted after the import had read of them: nothing of theirs may stay behind. */
async function dropGone(tx: Tx, databaseId: number, id: number): Promise<void> {
  await tx.query(
    `with noted as (
       delete from gone_beside_import where database_id = $1 returning profile_id
     ), gone as (
       delete from import_${id}_profile s using noted n
       where s.profile_id = n.profile_id and s.known returning s.match_row_ids
     )
     delete from match_row m using gone g, import i, unnest(i.match_row_blocks) block
     where i.id = $2 and m.database_id = $1 and m.id = any(g.match_row_ids)
       and m.id between block and block + ${ID_BLOCK - 1}`,
    [databaseId, id],
  );
}

/** Sorted by key: a million of them then go into the index in a third of the time. */
async function indexKeys(tx: Tx, databaseId: number, id: number): Promise<void> {
  await tx.query(
    `insert into match_key (database_id, key, match_row_id)
     select m.database_id, k.key, m.id
     from import i, unnest(i.match_row_blocks) block, match_row m, unnest(m.keys) k (key)
     where i.id = $2 and m.database_id = $1 and m.id between block and block + ${ID_BLOCK - 1}
     order by k.key`,
    [databaseId, id],
  );
}

async function insertNew(tx: Tx, databaseId: number, stage: string): Promise<number> {
  const { count } = await one<{ count: number }>(
    tx,
    `with made as (
       insert into profile (database_id, id, bucket, external_id, consent, consents, sufficiency, fingerprint,
         changed_xid, match_row_ids, identifiers, traits, unusable)
       select $1, profile_id, bucket_of(profile_id), external_id, consent, merged_consents(null, consents),
         sufficiency, fingerprint,
         pg_current_xact_id(), match_row_ids, identifiers, traits, unusable
       from ${stage} where not known returning 1)
     select count(*) as count from made`,
    [databaseId],
  );
  return count;
}

async function updateKnown(
  tx: Tx,
  databaseId: number,
  stage: string,
  consentGiven: boolean,
): Promise<number> {
  const { count } = await one<{ count: number }>(
    tx,
    `with made as (
       update profile p set
         ${saidNow}, sufficiency = s.sufficiency, fingerprint = s.fingerprint,
         ${changedTraits('s.traits', traitsAlone)}, match_row_ids = s.match_row_ids,
         identifiers = s.identifiers, traits = s.traits, unusable = s.unusable
       from ${stage} s
       where s.known and not s.same and p.database_id = $1 and p.id = s.profile_id
         and (s.fingerprint <> ${NO_FINGERPRINT}
           or (p.match_row_ids, p.identifiers, p.traits, p.unusable)
             is distinct from (s.match_row_ids, s.identifiers, s.traits, s.unusable)
           or ${saysOtherwise})
       returning 1)
     select count(*) as count from made`,
    [databaseId, consentGiven],
  );
  return count;
}

/** A column whose type changed between files is text from then on. */
async function nameTraits(
  tx: Tx,
  databaseId: number,
  traits: MergeOptions['traits'],
): Promise<void> {
  await tx.query(
    `insert into trait (database_id, name, field, type)
     select $1, x.name, x.field, x.type
     from jsonb_to_recordset($2) x (name text, field text, type text)
     on conflict (database_id, name) do update set field = excluded.field,
       type = case when trait.type = excluded.type then trait.type else 'text' end`,
    [databaseId, JSON.stringify(traits)],
  );
}
