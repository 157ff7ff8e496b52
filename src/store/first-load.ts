import { assert } from '#domain/errors/assert.ts';
import { BinaryCopy } from './binary-copy.ts';
import { type Db, one, type Tx } from './db.ts';
import { type Stage, type StagedProfile, stageMatchRow } from './staged-rows.ts';

/**
 * The first people of an installation: everything goes into new tables without indexes, which the
 * server need not log either (wal_level minimal), and these take the place of the empty ones when
 * they are whole. Half the work of a first load (docs/decisions/0011-what-the-million-taught.md).
 * All of it is one transaction: a killed import leaves nothing behind.
 */
export interface FirstLoad {
  readonly stage: Stage;
  /** Indexes what was staged and puts it into place; the transaction is the caller's to commit. */
  finish(consentGiven: boolean): Promise<{ created: number; duplicates: number }>;
}

const tables = ['profile', 'match_row', 'match_key'] as const;

/** No record has it, so whatever comes next is looked at. */
const NO_FINGERPRINT = 0;

/** Nobody at all is here yet, in whichever database. */
export async function isFirstLoad(db: Db): Promise<boolean> {
  const { empty } = await one<{ empty: boolean }>(
    db,
    `select not (${tables.map((table) => `exists (select 1 from ${table})`).join(' or ')}) as empty`,
  );
  return empty;
}

/** Begins a transaction on `session` and makes the new tables of import `id` in it. */
export async function beginFirstLoad(
  session: Tx,
  databaseId: number,
  id: number,
): Promise<FirstLoad> {
  await session.query('begin');
  const names = new Map(tables.map((table) => [table, `first_${id}_${table}`]));
  const of = (table: (typeof tables)[number]): string => names.get(table) ?? table;
  for (const [table, name] of names) await makeLike(session, table, name);
  const { xid } = await one<{ xid: number }>(
    session,
    `select pg_current_xact_id()::text::bigint as xid`,
  );
  const rowCopy = new BinaryCopy();
  const profileCopy = new BinaryCopy();
  let staged = 0;
  return {
    async stage(profiles, rows) {
      // Both are encoded before anything is waited for, so that what was made of the batch can go.
      rowCopy.start();
      for (const row of rows) stageMatchRow(rowCopy, databaseId, row);
      profileCopy.start();
      for (const profile of profiles) writeProfile(profileCopy, databaseId, xid, profile);
      staged += profiles.length;
      await session.copyIn(
        `copy ${of('match_row')} (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
         from stdin with (format binary, freeze)`,
        [rowCopy.finish()],
      );
      await session.copyIn(
        `copy ${of('profile')} (database_id, id, bucket, external_id, consent, sufficiency,
           fingerprint, changed_xid, match_row_ids, identifiers, traits, unusable)
         from stdin with (format binary, freeze)`,
        [profileCopy.finish()],
      );
    },
    async finish(consentGiven) {
      await session.query(`set local maintenance_work_mem = '256MB'`);
      const duplicates = await buildProfiles(session, of, consentGiven);
      await buildIndexes(session, 'match_row', of('match_row'));
      await session.query(
        `insert into ${of('match_key')} (database_id, key, match_row_id)
         select m.database_id, k.key, m.id from ${of('match_row')} m, unnest(m.keys) k (key)`,
      );
      await buildIndexes(session, 'match_key', of('match_key'));
      await putIntoPlace(session, of);
      return { created: staged - duplicates, duplicates };
    },
  };
}

function writeProfile(
  copy: BinaryCopy,
  databaseId: number,
  xid: number,
  profile: StagedProfile,
): void {
  const { change } = profile;
  assert(change !== null, 'whoever is new is a change');
  copy.row(12);
  copy.int4(databaseId);
  copy.int8(profile.profileId);
  // As bucket_of() has it; an id may be larger than what JavaScript's & takes.
  copy.int2(profile.profileId % 256);
  copy.text(profile.externalId);
  copy.bool(profile.consent);
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

const UNIQUE_VIOLATION = '23505';

/** Indexes the profiles; records that repeat an id are merged first, if there are any. */
async function buildProfiles(
  session: Tx,
  of: (table: (typeof tables)[number]) => string,
  consentGiven: boolean,
): Promise<number> {
  await session.query('savepoint unique_so_far');
  try {
    await buildIndexes(session, 'profile', of('profile'));
    return 0;
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    await session.query('rollback to savepoint unique_so_far');
  }
  const duplicates = await keepLast(session, of, consentGiven);
  await buildIndexes(session, 'profile', of('profile'));
  return duplicates;
}

/**
 * Of records with the same id the last one stays, with the strictest consent of them all. Profile
 * ids were given in the order of the file.
 */
async function keepLast(
  session: Tx,
  of: (table: (typeof tables)[number]) => string,
  consentGiven: boolean,
): Promise<number> {
  const { dropped } = await one<{ dropped: number }>(
    session,
    `with repeated as (
       select external_id, max(id) as last,
         case when bool_or(consent is false) then false when bool_or(consent is null) then null
           else true end as consent
       from ${of('profile')} group by external_id having count(*) > 1
     ), older as (
       delete from ${of('profile')} p using repeated r
       where p.external_id = r.external_id and p.id < r.last returning p.match_row_ids
     ), orphan as (
       delete from ${of('match_row')} m
       where m.id in (select unnest(o.match_row_ids) from older o)
     ), strictest as (
       -- Without its fingerprint: the same record alone says something else, so it is looked at again.
       update ${of('profile')} p set consent = r.consent, fingerprint = ${NO_FINGERPRINT}
       from repeated r
       where $1 and p.id = r.last and p.consent is distinct from r.consent
     )
     select count(*) as dropped from older`,
    [consentGiven],
  );
  return dropped;
}

/** The new tables become the tables; if somebody else came first, their rows are added instead. */
async function putIntoPlace(
  session: Tx,
  of: (table: (typeof tables)[number]) => string,
): Promise<void> {
  await session.query(`lock table ${tables.join(', ')} in access exclusive mode`);
  const stillFirst = await isFirstLoad(session);
  for (const table of tables) {
    const name = of(table);
    if (!stillFirst) {
      await session.query(`insert into ${table} select * from ${name}`);
      await session.query(`drop table ${name}`);
      continue;
    }
    const indexes = await indexesOf(session, table);
    // Whatever else leans on a table would be lost with it: this fails as soon as there is such a thing.
    await session.query(`drop table ${table} restrict`);
    await session.query(`alter table ${name} rename to ${table}`);
    for (const index of indexes) {
      await session.query(`alter index ${newName(name, index.name)} rename to ${index.name}`);
    }
  }
}
