import type { ConsentRule } from '#domain/consent.ts';
import { beginKeyChange, followKeys } from './consent-changes.ts';
import { type Db, one, type Tx } from './db.ts';
import { lockAlone } from './suppressions.ts';

/** What counts for an audience now: the rule of its database, and what its integration asks for. */
export async function readConsentRule(db: Db, audienceId: number): Promise<ConsentRule> {
  return await one<ConsentRule>(
    db,
    `select d.unknown_consent_passes as "unknownPasses",
       coalesce(i.required_consents, '{}') as required
     from audience a join database d on d.id = a.database_id
     left join integration i on i.id = coalesce(a.integration_id,
       -- The one that it will go through (sync/scope.ts).
       (select min(o.id) from integration o where o.database_id = a.database_id and o.enabled
        having count(*) = 1))
     where a.id = $1`,
    [audienceId],
  );
}

/** The same for an audience that would go through an integration, or through none yet. */
export async function consentRuleOf(
  db: Db,
  databaseId: number,
  integrationId: number | null,
): Promise<ConsentRule> {
  return await one<ConsentRule>(
    db,
    `select d.unknown_consent_passes as "unknownPasses",
       coalesce(i.required_consents, '{}') as required
     from database d left join integration i on i.id = $2 and i.database_id = d.id
     where d.id = $1`,
    [databaseId, integrationId],
  );
}

/** Whether people of whom nothing is known may be sent. Everybody is looked at again. */
export async function setUnknownPasses(tx: Tx, databaseId: number, passes: boolean): Promise<void> {
  await lockAlone(tx, databaseId);
  const changed = await tx.query(
    `update database set unknown_consent_passes = $2
     where id = $1 and unknown_consent_passes <> $2 returning id`,
    [databaseId, passes],
  );
  if (changed.length > 0) await lookAtEverybody(tx, databaseId, null);
}

/**
 * The categories that an integration asks for. Who said no to one of them leaves by the lane; who has
 * not said yes, with the next run of each audience.
 */
export async function setRequiredConsents(
  tx: Tx,
  integration: { readonly id: number; readonly databaseId: number },
  categories: readonly string[],
): Promise<void> {
  const { id, databaseId } = integration;
  await lockAlone(tx, databaseId);
  const [before] = await tx.query<{ required: string[] }>(
    `update integration i set required_consents = $2 from integration old
     where i.id = $1 and old.id = i.id and old.required_consents <> $2
     returning old.required_consents as required`,
    [id, categories],
  );
  if (before === undefined) return;
  await lookAtEverybody(tx, databaseId, id);
  await beginKeyChange(tx);
  await tx.query(
    `insert into key_change select distinct key, category, true from suppression
     where database_id = $1 and category = any($2) and reason <> 'erasure'`,
    [databaseId, categories.filter((one) => !before.required.includes(one))],
  );
  await followKeys(tx, databaseId, null);
}

/** Members and plans rest on what was asked for until now. */
async function lookAtEverybody(
  tx: Tx,
  databaseId: number,
  integrationId: number | null,
): Promise<void> {
  await tx.query(
    `with concerned as (
       update audience set feed_position = null
       where database_id = $1 and ($2::integer is null or coalesce(integration_id, $2) = $2)
       returning id
     )
     update plan set state = 'stale' where state = 'sealed'
       and audience_id in (select id from concerned)`,
    [databaseId, integrationId],
  );
}
