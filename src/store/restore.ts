import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type KeptTable, quoted } from './backup.ts';
import { type BackupEnd, type BackupHeader, BackupReader } from './backup-format.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import { createLink, endLink } from './links.ts';
import { inOlderSchema, replaceRows } from './older-schema.ts';

export interface BackupSummary extends Pick<BackupHeader, 'schema' | 'madeAt' | 'postgres'> {
  readonly tables: number;
  readonly rows: number;
}

/** Reads it all and changes nothing. @throws MusterError BACKUP_DAMAGED */
export async function checkBackup(bytes: AsyncIterable<Buffer>): Promise<BackupSummary> {
  const reader = new BackupReader(bytes);
  const { schema, madeAt, postgres } = await reader.header();
  let rows = 0;
  let tables = 0;
  for (let part = await reader.next(); ; part = await reader.next()) {
    if ('end' in part) {
      if (part.tables !== tables) throw new MusterError('BACKUP_DAMAGED', `${tables} tables`);
      rows = part.rows;
      return { schema, madeAt, postgres, tables, rows };
    }
    for await (const _ of part.pieces());
    tables++;
  }
}

/**
 * Puts a backup in the place of nothing, whole or not at all; one of an older release is brought up to
 * date on the way. What comes out is paused: it has what was there, and nobody knows what the original has done since.
 * @throws MusterError BACKUP_DAMAGED, RESTORE_SCHEMA, RESTORE_NOT_EMPTY
 */
export async function restoreBackup(store: Store, bytes: AsyncIterable<Buffer>): Promise<void> {
  await store.tx(async (tx) => {
    const reader = new BackupReader(bytes);
    const { schema } = await reader.header();
    const here = await refuseUnfit(tx, schema);
    const fill = () => replaceRows(tx, (tables) => fillTables(tx, reader, tables));
    await (schema === here ? fill() : inOlderSchema(tx, schema, fill));
    await beginAnew(tx);
  });
  await store.query('analyze');
}

/** @returns the schema that is here. @throws MusterError RESTORE_SCHEMA, RESTORE_NOT_EMPTY */
async function refuseUnfit(tx: Tx, schema: number): Promise<number> {
  const here = await one<{ schema: number; people: boolean }>(
    tx,
    `select (select max(number) from migration) as schema,
       exists (select from profile) or exists (select from audience)
         or exists (select from connection) or exists (select from source) as people`,
  );
  if (schema > here.schema) {
    throw new MusterError(
      'RESTORE_SCHEMA',
      `its schema is ${schema}, and this release knows ${here.schema}`,
    );
  }
  if (here.people) throw new MusterError('RESTORE_NOT_EMPTY');
  return here.schema;
}

async function fillTables(
  tx: Tx,
  reader: BackupReader,
  tables: readonly KeptTable[],
): Promise<BackupEnd['sequences']> {
  const known = new Map(tables.map(({ name, columns }) => [name, columns.map((c) => c.name)]));
  for (;;) {
    const part = await reader.next();
    if ('end' in part) return part.sequences;
    const { table, columns } = part.head;
    // Names go into statements, so only those that are ours.
    const own = known.get(table);
    if (own === undefined || columns.some((column) => !own.includes(column))) {
      throw new MusterError('BACKUP_DAMAGED', 'it has a table or a column that is not known');
    }
    const list = columns.map(quoted).join(', ');
    const copy = tx.openCopy(`copy ${quoted(table)} (${list}) from stdin`);
    const done = finished(copy);
    // Seen where it is waited for; a refusal may come before that.
    done.catch(() => {});
    for await (const piece of part.pieces()) {
      if (!copy.write(piece)) await Promise.race([once(copy, 'drain'), done]);
    }
    copy.end();
    await done;
  }
}

/**
 * Nothing of it goes on by itself, the feed is read anew, and every link begins a new epoch in which
 * whoever counts as being at Meta is unknown.
 */
async function beginAnew(tx: Tx): Promise<void> {
  await tx.query(
    `update installation set restore_epoch = restore_epoch + 1, paused_at = muster_now()`,
  );
  await tx.query(
    `update run set state = 'cancelled', finished_at = muster_now(), cancelled_by = 'restore',
       cancel_reason = 'the data were restored from a backup'
     where state in ('queued', 'running', 'waiting', 'held')`,
  );
  await tx.query(`update approval set state = 'stale' where state in ('open', 'approved')`);
  const links = await tx.query<{
    audienceId: number;
    databaseId: number;
    adAccount: string;
    metaAudienceId: string;
  }>(
    `select audience_id as "audienceId", database_id as "databaseId", ad_account as "adAccount",
       meta_audience_id as "metaAudienceId" from link l
     where ended_at is null and gone_at is null
       and exists (select from audience a where a.id = l.audience_id and a.state <> 'deactivated')
     order by id`,
  );
  for (const link of links) {
    await endLink(tx, link.audienceId);
    await createLink(tx, link);
  }
}

/** Since when nothing is sent from here, because it is a restored copy; null: it is not. */
export async function pausedSince(db: Db): Promise<Date | null> {
  const { pausedAt } = await one<{ pausedAt: Date | null }>(
    db,
    'select paused_at as "pausedAt" from installation',
  );
  return pausedAt;
}

export async function resumeInstallation(db: Db): Promise<void> {
  await db.query('update installation set paused_at = null');
}
