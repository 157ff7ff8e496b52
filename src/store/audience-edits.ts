import { MusterError } from '#domain/errors/muster-error.ts';
import type { OwnWords } from './audiences.ts';
import type { Db, Tx } from './db.ts';

/** What can be edited, as it shall be. */
export interface EditedWords extends Omit<OwnWords, 'connector'> {
  readonly integrationId: number | null;
}

/**
 * Writes an edit down if nobody was faster: `seen` is the version that whoever edits looked at.
 * @throws MusterError AUDIENCE_CHANGED
 */
export async function storeEdit(
  tx: Tx,
  audience: { id: number; name: string },
  seen: number,
  words: EditedWords,
): Promise<void> {
  await lockVersion(tx, audience, seen);
  await tx.query(
    `update audience set description = $2, opt_out_link = $3, ad_account = $4, folder = $5,
       labels = $6, integration_id = $7,
       opt_out_refused = opt_out_refused and opt_out_link is not distinct from $3
     where id = $1`,
    [
      audience.id,
      words.description,
      words.optOutLink,
      words.adAccount,
      words.folder,
      words.labels,
      words.integrationId,
    ],
  );
}

/** Until the commit nobody else edits it. @throws MusterError AUDIENCE_CHANGED */
async function lockVersion(
  tx: Tx,
  { id, name }: { id: number; name: string },
  seen: number,
): Promise<void> {
  const [now] = await tx.query<{ version: number }>(
    'select version from audience where id = $1 for update',
    [id],
  );
  if (now?.version === seen) return;
  throw new MusterError('AUDIENCE_CHANGED', `“${name}” is at version ${now?.version}, not ${seen}`);
}

/** Another rule, by the way and mode that it has; everybody is looked at anew. */
export async function storeRule(
  tx: Tx,
  id: number,
  { rule, ruleVersion }: { rule: object; ruleVersion: string },
): Promise<void> {
  await tx.query(
    `update audience set rule = $2, rule_version = $3, ruled_at = null, feed_position = null
     where id = $1`,
    [id, JSON.stringify(rule), ruleVersion],
  );
}

/** Meta would not have it: the words as they were, unless somebody has changed them since. */
export async function takeEditBack(
  db: Db,
  id: number,
  { version, before }: { version: number; before: Pick<OwnWords, 'description' | 'optOutLink'> },
): Promise<void> {
  await db.query(
    `update audience set description = $3, opt_out_link = $4 where id = $1 and version = $2`,
    [id, version, before.description, before.optOutLink],
  );
}

/** Whether an audience was ever linked: then its people may be at that ad account. */
export async function wasLinked(db: Db, id: number): Promise<boolean> {
  return (await db.query('select from link where audience_id = $1 limit 1', [id])).length > 0;
}

/** `NAME (copy)`, or the first of `NAME (copy 2)`, … that no audience has. */
export async function freeCopyName(tx: Tx, name: string): Promise<string> {
  const rows = await tx.query<{ name: string }>('select name from audience');
  const taken = new Set(rows.map((row) => row.name));
  let free = `${name} (copy)`;
  for (let number = 2; taken.has(free); number++) free = `${name} (copy ${number})`;
  return free;
}

/**
 * Everything that people say of an audience, and nothing that became of it; whom somebody placed in it
 * comes along. @returns the id of the copy. @throws MusterError AUDIENCE_EXISTS
 */
export async function copyAudience(
  tx: Tx,
  id: number,
  name: string,
  byKey: { key: string; rule: object; version: string } | null,
): Promise<number> {
  const [made] = await tx.query<{ id: number }>(
    `insert into audience (name, rule, rule_version, event_key, database_id, integration_id,
       customer_file_source, way, rule_mode, rule_daily, value_based, description, opt_out_link,
       connector, ad_account, folder, labels, schedule, runs_from, runs_until, period_zone)
     select $2, coalesce($3, rule), coalesce($4, rule_version), $5, database_id, integration_id,
       customer_file_source, way, rule_mode, rule_daily, value_based, description, opt_out_link,
       connector, ad_account, folder, labels, schedule, runs_from, runs_until, period_zone
     from audience where id = $1
     on conflict (name) do nothing returning id`,
    [
      id,
      name,
      byKey === null ? null : JSON.stringify(byKey.rule),
      byKey?.version ?? null,
      byKey?.key ?? null,
    ],
  );
  if (made === undefined) throw new MusterError('AUDIENCE_EXISTS', `“${name}”`);
  await tx.query(
    `insert into placed (audience_id, profile_id, at)
     select $2, profile_id, muster_now() from placed where audience_id = $1`,
    [id, made.id],
  );
  return made.id;
}
