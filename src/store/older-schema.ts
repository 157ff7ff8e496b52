import { type KeptTable, keptTables, quoted, readSequences } from './backup.ts';
import type { BackupEnd } from './backup-format.ts';
import { one, type Tx } from './db.ts';
import { type Migration, readMigrations } from './migrate.ts';

/** Beside the schema that is used, and gone with the same transaction. */
const OLDER = 'muster_restoring';

/**
 * Empties all tables and has them filled again.
 * @param fill gives what the sequences are afterwards.
 */
export async function replaceRows(
  tx: Tx,
  fill: (tables: readonly KeptTable[]) => Promise<BackupEnd['sequences']>,
): Promise<void> {
  const tables = await keptTables(tx);
  const names = tables.map(({ name }) => quoted(name));
  // What triggers would add is in the rows already.
  for (const name of names) await tx.query(`alter table ${name} disable trigger user`);
  await tx.query(`truncate ${names.join(', ')}`);
  for (const [name, value] of await fill(tables)) {
    await tx.query('select setval($1::regclass, $2)', [quoted(name), value]);
  }
  for (const name of names) await tx.query(`alter table ${name} enable trigger user`);
}

/**
 * Rows of an older release go through every migration since: tables as they were then are made beside
 * those in use, filled and brought up to date, and what they hold in the end takes the place of what is
 * in use. It needs the right to create a schema, and for a while twice the space.
 * @param number of the newest migration that the rows know.
 * @param fill fills the tables that it finds, which are of that time.
 */
export async function inOlderSchema(
  tx: Tx,
  number: number,
  fill: () => Promise<void>,
): Promise<void> {
  const migrations = await readMigrations();
  const { path } = await one<{ path: string }>(tx, `select current_setting('search_path') as path`);
  await tx.query(`create schema ${OLDER}`);
  await tx.query(`set local search_path to ${OLDER}`);
  await run(
    tx,
    migrations.filter((migration) => migration.number <= number),
  );
  await fill();
  await run(
    tx,
    migrations.filter((migration) => migration.number > number),
  );
  const sequences = await readSequences(tx);
  await tx.query(`select set_config('search_path', $1, true)`, [path]);
  await replaceRows(tx, async (tables) => {
    for (const { name, columns } of tables) {
      const list = columns.map((column) => quoted(column.name)).join(', ');
      await tx.query(
        `insert into ${quoted(name)} (${list}) overriding system value
         select ${list} from ${OLDER}.${quoted(name)}`,
      );
    }
    return sequences;
  });
  await tx.query(`drop schema ${OLDER} cascade`);
}

async function run(tx: Tx, migrations: readonly Migration[]): Promise<void> {
  for (const { sql } of migrations) {
    await tx.query(sql);
    // What is checked at the end of a transaction would be checked here: each is one of its own.
    await tx.query('set constraints all immediate');
    await tx.query('set constraints all deferred');
  }
}
