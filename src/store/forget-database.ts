import type { Tx } from './db.ts';

const tablesOfEvents = [
  'inbox',
  'recent_call',
  'seen_message',
  'identity',
  'event',
  'event_summary',
  'group_member',
  'people_group',
  'gone_beside_import',
] as const;

/**
 * Takes a database away with its people, its audiences and its integrations. What Meta was told
 * stays at Meta: whoever wants that gone says so there first.
 */
export async function forgetDatabase(tx: Tx, id: number): Promise<void> {
  const unfinished = await tx.query<{ id: number }>(
    `select id from import where database_id = $1 and state = 'reading'`,
    [id],
  );
  for (const { id: number } of unfinished) {
    await tx.query(`drop table if exists import_${number}_profile`);
  }
  await tx.query('delete from audience where database_id = $1', [id]);
  await tx.query(
    `with gone as (delete from integration where database_id = $1 returning connection_id)
     delete from connection c using gone where c.id = gone.connection_id
       and not exists (select 1 from integration i
         where i.connection_id = c.id and i.database_id <> $1)`,
    [id],
  );
  for (const table of ['match_key', 'past_block', 'profile_change', ...tablesOfEvents]) {
    await tx.query(`delete from ${table} where database_id = $1`, [id]);
  }
  await tx.query('delete from database where id = $1', [id]);
}
