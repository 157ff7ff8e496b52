import { assert } from '#domain/errors/assert.ts';
import { BinaryCopy } from './binary-copy.ts';
import { type CopyLane, openLane } from './copy-lane.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import { NO_FINGERPRINT, strictestConsent, strictestConsents } from './import-merge.ts';
import { type NewMatchRow, type Stage, type StagedProfile, stageMatchRow } from './staged-rows.ts';

/**
 * The first people of an installation: everything goes into new tables without indexes, which the
 * server need not log either (wal_level minimal), and these take the place of the empty ones when
 * they are whole. Half the work of a first load (docs/decisions/0011-what-the-million-taught.md).
 * What a killed import leaves are tables of that import's number, which the next one drops.
 */
export interface FirstLoad extends AsyncDisposable {
  readonly stage: Stage;
  /** Indexes what was staged and puts it into place; the session's transaction is yours to commit. */
  finish(): Promise<{ created: number; duplicates: number }>;
}

const columns = {
  profile: `database_id, id, bucket, external_id, consent, consents, sufficiency, fingerprint, changed_xid,
    match_row_ids, identifiers, traits, unusable`,
  match_row: 'database_id, id, profile_id, sufficiency, wire_bytes, keys, cells',
  match_key: 'database_id, key, match_row_id',
} as const;
type Table = keyof typeof columns;
const tables = Object.keys(columns) as readonly Table[];

/** Who may load first; of two imports at once the other one takes the usual way. */
const FIRST_LOAD_LOCK = 7_278_313;

/**
 * Begins a transaction on `session`, which ends the load, and makes the new tables of import `id`
 * beside it; null, and no transaction, when somebody is here already or about to be.
 */
export async function beginFirstLoad(
  store: Store,
  session: Tx,
  databaseId: number,
  id: number,
): Promise<FirstLoad | null> {
  await session.query('begin');
  const { free } = await one<{ free: boolean }>(
    session,
    'select pg_try_advisory_xact_lock($1) as free',
    [FIRST_LOAD_LOCK],
  );
  if (!free || !(await isEmpty(session))) {
    await session.query('rollback');
    return null;
  }
  // The transaction that makes the people visible is the one that they are changed by (the feed).
  const { xid } = await one<{ xid: number }>(
    session,
    `select pg_current_xact_id()::text::bigint as xid`,
  );
  const nameOf: NameOf = (table) => firstTable(id, table);
  await using opening = new AsyncDisposableStack();
  const lanes = {} as Record<Table, CopyLane>;
  for (const table of tables) {
    lanes[table] = opening.use(await openLane(store));
    await makeLike(lanes[table].session, table, nameOf(table));
    lanes[table].begin(
      // Frozen: nobody can see them before they are in place, and then nobody looks twice.
      `copy ${nameOf(table)} (${columns[table]}) from stdin with (format binary, freeze)`,
    );
  }
  const { stage, count } = stagerOf(lanes, databaseId, xid);
  const opened = opening.move();
  return {
    stage,
    async finish() {
      await Promise.all(tables.map((table) => lanes[table].end()));
      const duplicates = await mergeRepeated(lanes.profile.session, nameOf);
      await Promise.all(
        tables.map((table) => buildIndexes(lanes[table].session, table, nameOf(table))),
      );
      await putIntoPlace(session, nameOf);
      return { created: count() - duplicates, duplicates };
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Takes away what import `id` made, should it not have come to its end. */
export async function dropFirstTables(db: Db, id: number): Promise<void> {
  const names = tables.map((table) => firstTable(id, table));
  await db.query(`drop table if exists ${names.join(', ')}`);
}

function firstTable(id: number, table: Table): string {
  return `first_${id}_${table}`;
}

/** Nobody at all is here yet, in whichever database. */
async function isEmpty(db: Db): Promise<boolean> {
  const { empty } = await one<{ empty: boolean }>(
    db,
    `select not (${tables.map((table) => `exists (select 1 from ${table})`).join(' or ')}) as empty`,
  );
  return empty;
}

type NameOf = (table: Table) => string;

function stagerOf(
  lanes: Record<Table, CopyLane>,
  databaseId: number,
  xid: number,
): { stage: Stage; count(): number } {
  const copies = {
    profile: new BinaryCopy(),
    match_row: new BinaryCopy(),
    match_key: new BinaryCopy(),
  };
  let staged = 0;
  return {
    count: () => staged,
    async stage(profiles, rows) {
      // All is encoded before anything is waited for, so that what was made of the batch can go.
      for (const row of rows) {
        stageMatchRow(copies.match_row, databaseId, row);
        writeKeys(copies.match_key, databaseId, row);
      }
      for (const profile of profiles) writeProfile(copies.profile, { databaseId, xid }, profile);
      staged += profiles.length;
      await Promise.all(tables.map((table) => lanes[table].write(copies[table].take())));
    },
  };
}

function writeKeys(copy: BinaryCopy, databaseId: number, row: NewMatchRow): void {
  for (const key of row.keys) {
    copy.row(3);
    copy.int4(databaseId);
    copy.raw8(key);
    copy.int8(row.id);
  }
}

function writeProfile(
  copy: BinaryCopy,
  { databaseId, xid }: { databaseId: number; xid: number },
  profile: StagedProfile,
): void {
  const { change } = profile;
  assert(change !== null, 'whoever is new is a change');
  copy.row(13);
  copy.int4(databaseId);
  copy.int8(profile.profileId);
  // As bucket_of() has it; an id may be larger than what JavaScript's & takes.
  copy.int2(profile.profileId % 256);
  copy.text(profile.externalId);
  copy.bool(profile.consent);
  copy.jsonbOrNull(profile.consentsJson);
  copy.int2(change.sufficiency);
  copy.raw8(change.fingerprint);
  copy.int8(xid);
  copy.int8Array(change.matchRowIds);
  copy.jsonb(change.identifiersJson);
  copy.jsonb(change.traitsJson);
  copy.jsonbOrNull(change.unusableJson);
}

async function makeLike(session: Tx, table: string, name: string): Promise<void> {
  await session.query(
    `create table ${name} (like ${table} including defaults including constraints
       including storage including compression)`,
  );
  const { options } = await one<{ options: string | null }>(
    session,
    `select array_to_string(reloptions, ', ') as options from pg_class where oid = $1::regclass`,
    [table],
  );
  if (options !== null) await session.query(`alter table ${name} set (${options})`);
}

interface IndexDefinition {
  readonly name: string;
  readonly isPrimary: boolean;
  readonly definition: string;
}

async function indexesOf(session: Tx, table: string): Promise<IndexDefinition[]> {
  return await session.query<IndexDefinition>(
    `select i.relname as name, x.indisprimary as "isPrimary", pg_get_indexdef(i.oid) as definition
     from pg_index x join pg_class i on i.oid = x.indexrelid
     where x.indrelid = $1::regclass order by x.indisprimary desc, i.relname`,
    [table],
  );
}

/** The indexes that `table` has, for the table that is to replace it. */
async function buildIndexes(session: Tx, table: string, name: string): Promise<void> {
  for (const index of await indexesOf(session, table)) {
    const sql = index.definition.replace(
      /^CREATE (UNIQUE )?INDEX \S+ ON \S+ /,
      (_, unique: string | undefined) =>
        `create ${unique ?? ''}index ${newName(name, index.name)} on ${name} `,
    );
    await session.query(sql);
    if (index.isPrimary) {
      await session.query(
        `alter table ${name} add primary key using index ${newName(name, index.name)}`,
      );
    }
  }
}

function newName(table: string, index: string): string {
  return `${table}_${index}`;
}

/** Merges the records that repeat an id, if there are any. */
async function mergeRepeated(session: Tx, nameOf: NameOf): Promise<number> {
  const { repeats } = await one<{ repeats: boolean }>(
    session,
    `select count(*) > count(distinct external_id) as repeats from ${nameOf('profile')}`,
  );
  return repeats ? await keepLast(session, nameOf) : 0;
}

/**
 * Of records with the same id the last one stays, with the strictest consent of them all. Profile
 * ids were given in the order of the file.
 */
async function keepLast(session: Tx, nameOf: NameOf): Promise<number> {
  const { dropped } = await one<{ dropped: number }>(
    session,
    `with repeated as (
       select external_id, max(id) as last,
         ${strictestConsent} as consent, ${strictestConsents('id')} as consents
       from ${nameOf('profile')} group by external_id having count(*) > 1
     ), older as (
       delete from ${nameOf('profile')} p using repeated r
       where p.external_id = r.external_id and p.id < r.last returning p.match_row_ids
     ), orphan as (
       delete from ${nameOf('match_row')} m
       where m.id in (select unnest(o.match_row_ids) from older o)
     ), orphaned_key as (
       delete from ${nameOf('match_key')} k
       where k.match_row_id in (select unnest(o.match_row_ids) from older o)
     ), strictest as (
       -- Without its fingerprint: the same record alone says something else, so it is looked at again.
       update ${nameOf('profile')} p set consent = r.consent,
         consents = merged_consents(null, r.consents), fingerprint = ${NO_FINGERPRINT}
       from repeated r
       where p.id = r.last and (p.consent is distinct from r.consent
         or p.consents is distinct from merged_consents(null, r.consents))
     )
     select count(*) as dropped from older`,
  );
  return dropped;
}

/** The new tables become the tables; if somebody else came first, their rows are added instead. */
async function putIntoPlace(session: Tx, nameOf: NameOf): Promise<void> {
  if (!(await lockWhileEmpty(session))) {
    for (const table of tables) {
      await session.query(`insert into ${table} select * from ${nameOf(table)}`);
      await session.query(`drop table ${nameOf(table)}`);
    }
    return;
  }
  for (const table of tables) {
    const name = nameOf(table);
    const indexes = await indexesOf(session, table);
    const triggers = await triggersOf(session, table);
    // A view or a foreign key that leans on the table would be lost with it, so this fails then.
    await session.query(`drop table ${table} restrict`);
    await session.query(`alter table ${name} rename to ${table}`);
    for (const index of indexes) {
      await session.query(`alter index ${newName(name, index.name)} rename to ${index.name}`);
    }
    for (const trigger of triggers) await session.query(trigger);
  }
  // What the triggers would have written down (decision 22).
  await session.query(
    `insert into consent_change (database_id, profile_id)
     select database_id, id from profile where refuses_something(consent, consents)`,
  );
}

/** As statements; they are made last, so that none fires for what is being loaded. */
async function triggersOf(session: Tx, table: string): Promise<string[]> {
  const triggers = await session.query<{ definition: string }>(
    `select pg_get_triggerdef(oid) as definition from pg_trigger
     where tgrelid = $1::regclass and not tgisinternal`,
    [table],
  );
  return triggers.map(({ definition }) => definition);
}

/**
 * The tables for us alone, or false as soon as there is somebody in them. Never queues for a lock
 * while it holds another: who waits for us would never end.
 */
async function lockWhileEmpty(session: Tx): Promise<boolean> {
  for (;;) {
    if (!(await isEmpty(session))) return false;
    await session.query('savepoint unlocked');
    try {
      await session.query(`lock table ${tables.join(', ')} in access exclusive mode nowait`);
      // Somebody may have come between the look and the lock.
      return await isEmpty(session);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      await session.query('rollback to savepoint unlocked');
      await session.query('select pg_sleep(0.02)');
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
