import { framed, line, RowTally } from './backup-format.ts';
import { type Db, one, type Tx } from './db.ts';

/** A table that is kept, with its columns in order. Staging tables of imports are unlogged. */
export interface KeptTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** In an order in which every table comes after those that it points to. */
export async function keptTables(db: Db): Promise<KeptTable[]> {
  const tables = await db.query<KeptTable & { needs: readonly string[] }>(
    `select c.relname as name,
       (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null))
          order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and a.attgenerated = '') as columns,
       array(select distinct f.confrelid::regclass::text from pg_constraint f
         where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
     from pg_class c
     where c.relkind = 'r' and c.relpersistence = 'p' and c.relnamespace = current_schema()::regnamespace
       and c.relname <> 'migration'
     order by c.relname`,
  );
  const ordered: KeptTable[] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      ({ name, needs }) =>
        !placed.has(name) && needs.every((need) => placed.has(need.replaceAll('"', ''))),
    );
    if (ready.length === 0) throw new Error('tables point to each other in a circle');
    for (const { name, columns } of ready) {
      placed.add(name);
      ordered.push({ name, columns });
    }
  }
  return ordered;
}

/**
 * How a column is read. Numbers of transactions and snapshots mean nothing in another cluster: what
 * changed is older than anything there, and nobody has looked at the feed yet.
 */
function readColumn({ name, type }: KeptTable['columns'][number]): string {
  if (type === 'xid8') return `'3'::xid8`;
  return type === 'pg_snapshot' ? 'null::pg_snapshot' : quoted(name);
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Everything, as one snapshot sees it, in the form of backup-format.ts. Held in memory: one piece. */
export async function* readBackup(tx: Tx): AsyncGenerator<Buffer, void, undefined> {
  const about = await one<{ schema: number; madeAt: Date; postgres: string }>(
    tx,
    `select (select max(number) from migration) as schema, muster_now() as "madeAt",
       current_setting('server_version') as postgres`,
  );
  yield line({ muster: 'backup', format: 1, ...about, madeAt: about.madeAt.toISOString() });
  const tables = await keptTables(tx);
  let allRows = 0;
  for (const { name, columns } of tables) {
    yield line({ table: name, columns: columns.map((column) => column.name) });
    const tally = new RowTally();
    const select = `select ${columns.map(readColumn).join(', ')} from ${quoted(name)}`;
    for await (const piece of tx.copyOut(`copy (${select}) to stdout`) as AsyncIterable<Buffer>) {
      tally.add(piece);
      yield framed(piece);
    }
    const end = tally.end();
    allRows += end.rows;
    yield framed(Buffer.alloc(0));
    yield line(end);
  }
  const sequences = await readSequences(tx);
  yield line({ end: true, sequences, tables: tables.length, rows: allRows });
}

/** Name and last value of those that were used. */
export async function readSequences(tx: Tx): Promise<[name: string, value: number][]> {
  const sequences = await tx.query<{ name: string; value: number }>(
    `select sequencename as name, last_value as value from pg_sequences
     where schemaname = current_schema() and last_value is not null order by 1`,
  );
  return sequences.map(({ name, value }) => [name, value]);
}

/** Null: none was ever made. */
export async function lastBackup(db: Db): Promise<{ readonly at: Date } | null> {
  const [last] = await db.query<{ at: Date }>('select at from backup order by at desc limit 1');
  return last ?? null;
}

/** That one was made, so that its age can be told. */
export async function noteBackup(db: Db, bytes: number): Promise<void> {
  await db.query('insert into backup (at, bytes) values (muster_now(), $1)', [bytes]);
}
