import { MusterError } from '#domain/errors/muster-error.ts';
import type { Integration } from './connections.ts';
import type { Tx } from './db.ts';

/**
 * Forgets an integration, and its connection with the token where no other goes through it. Audiences
 * that ended keep their record. Refused while an audience goes through it, or while somebody may still
 * be at Meta who can leave by it alone.
 * @returns whether the token was forgotten too. @throws MusterError INTEGRATION_NEEDED
 */
export async function removeIntegration(
  tx: Tx,
  { id, name, connectionId, adAccount }: Integration,
): Promise<boolean> {
  await tx.query('select from integration where id = $1 for update', [id]);
  const needing = await tx.query<{ name: string }>(
    `select distinct a.name from audience a
     where a.integration_id = $1 and (a.state <> 'deactivated' or exists (
       select from link l join ledger_state s on s.link_id = l.id
       where l.audience_id = a.id and l.gone_at is null and s.state in ('in', 'unknown')
         and not exists (select from integration i
           where i.ad_account = coalesce(l.ad_account, $2) and i.id <> $1)))
     order by a.name`,
    [id, adAccount],
  );
  if (needing.length > 0) {
    const names = needing.map((one) => `“${one.name}”`).join(', ');
    throw new MusterError('INTEGRATION_NEEDED', `“${name}” by ${names}`);
  }
  await tx.query('update audience set integration_id = null where integration_id = $1', [id]);
  await tx.query('delete from integration where id = $1', [id]);
  const forgotten = await tx.query(
    `delete from connection c where c.id = $1
       and not exists (select from integration i where i.connection_id = c.id) returning 1`,
    [connectionId],
  );
  return forgotten.length > 0;
}
