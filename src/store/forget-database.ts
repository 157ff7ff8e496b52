import type { Tx } from './db.ts';

/** Large, and so without foreign keys (docs/decisions/0004-no-foreign-keys.md). */
const tablesOfPeople = [
  'profile',
  'match_row',
  'match_key',
  'past_block',
  'profile_change',
] as const;
const tablesOfLinks = ['ledger', 'rejection', 'dirty'] as const;
const tablesOfAudiences = ['member', 'blocked', 'member_news'] as const;

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
 * Takes a database away with its people, its audiences and its integrations, what was told of them and
 * the hashes of who opted out or was erased. What Meta was told stays at Meta: whoever wants that gone
 * says so there first. Callers see to it that nothing of it is under way.
 */
export async function forgetDatabase(tx: Tx, id: number): Promise<void> {
  const unfinished = await tx.query<{ id: number }>(
    `select id from import where database_id = $1 and state = 'reading'`,
    [id],
  );
  for (const { id: number } of unfinished) {
    await tx.query(`drop table if exists import_${number}_profile`);
  }
  for (const table of tablesOfLinks) {
    await tx.query(
      `delete from ${table} using link l where l.id = ${table}.link_id and l.database_id = $1`,
      [id],
    );
  }
  for (const table of tablesOfAudiences) {
    await tx.query(
      `delete from ${table} using audience a where a.id = ${table}.audience_id and a.database_id = $1`,
      [id],
    );
  }
  await tx.query('delete from audience where database_id = $1', [id]);
  await tx.query(
    `with gone as (delete from integration where database_id = $1 returning connection_id)
     delete from connection c using gone where c.id = gone.connection_id
       and not exists (select 1 from integration i
         where i.connection_id = c.id and i.database_id <> $1)`,
    [id],
  );
  const forget = async (tables: readonly string[]) => {
    for (const table of tables) {
      await tx.query(`delete from ${table} where database_id = $1`, [id]);
    }
  };
  await forget(tablesOfPeople);
  // Otherwise it is noted at the commit that people who had said no are gone.
  await tx.query('set constraints all immediate');
  await forget([...tablesOfEvents, 'consent_change']);
  await tx.query('delete from database where id = $1', [id]);
}

/** An audience that Meta may still have people of. */
export interface LinkedAudience {
  readonly audience: string;
  readonly metaAudienceId: string;
  /** Rows that Meta was told and not told to forget. */
  readonly rows: number;
}

/** Audiences of a database that are linked, and those of which people were left at Meta. */
export async function audiencesAtMeta(tx: Tx, databaseId: number): Promise<LinkedAudience[]> {
  return await tx.query<LinkedAudience>(
    `select a.name as audience, l.meta_audience_id as "metaAudienceId",
       (select count(*)::integer from ledger_state s
        where s.link_id = l.id and s.state in ('in', 'unknown')) as rows
     from link l join audience a on a.id = l.audience_id
     where a.database_id = $1 and l.gone_at is null and (l.ended_at is null or exists (
       select from ledger_state s where s.link_id = l.id and s.state in ('in', 'unknown')))
     order by a.name, l.id`,
    [databaseId],
  );
}

/** Names of audiences, models and imports at work in a database now. */
export async function atWorkIn(tx: Tx, databaseId: number): Promise<string[]> {
  const found = await tx.query<{ name: string }>(
    `select a.name from run r join audience a on a.id = r.audience_id
     where a.database_id = $1 and r.state = 'running' and r.lease_until > now()
     union all
     select m.name from model_run r join model m on m.id = r.model_id
     where m.database_id = $1 and r.state = 'running'
     order by 1`,
    [databaseId],
  );
  return found.map(({ name }) => name);
}
