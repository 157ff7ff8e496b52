import { must } from '#domain/errors/assert.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import { beginFirstLoad, dropFirstTables, type FirstLoad } from './first-load.ts';
import { ID_BLOCK } from './id-block.ts';
import { concludeImport, type MergeOptions, type MergeResult, merge } from './import-merge.ts';
import { hasProfiles } from './profiles.ts';
import { beginStagedGroups, dropStagedGroups } from './staged-groups.ts';
import { type Stage, stagerOf } from './staged-rows.ts';

/** An import under way. Nothing it stages is visible before `merge` commits. */
export interface Import extends AsyncDisposable {
  readonly id: number;
  /** The database holds nobody yet, so there is nobody to look up. */
  readonly intoEmpty: boolean;
  readonly profileIds: IdSupply;
  readonly matchRowIds: IdSupply;
  readonly stage: Stage;
  merge(options: MergeOptions): Promise<MergeResult>;
}

/** Ids fetched ahead, so that handing one out needs no wait. */
interface IdSupply {
  /** At least `count` calls of `next` are good after this. */
  reserve(count: number): Promise<void>;
  next(): number;
}

/** Namespace of the advisory locks that keep imports into one database apart. */
const IMPORT_LOCK = 7_278_312;

/** Until the commit no import begins. @returns false when one is under way. */
export async function holdImports(tx: Tx, databaseId: number): Promise<boolean> {
  const { held } = await one<{ held: boolean }>(
    tx,
    'select pg_try_advisory_xact_lock($1, $2) as held',
    [IMPORT_LOCK, databaseId],
  );
  return held;
}

/**
 * Runs one import into a database; a second one waits for the first. Whatever an earlier import left
 * when it was killed is cleared away first, so the state is always the one before or the one after.
 */
export async function withImport<T>(
  store: Store,
  databaseId: number,
  file: string,
  work: (current: Import) => Promise<T>,
): Promise<T> {
  return await store.session(async (session) => {
    await session.query('select pg_advisory_lock($1, $2)', [IMPORT_LOCK, databaseId]);
    try {
      await clearInterrupted(session, databaseId);
      const id = await begin(session, databaseId, file);
      try {
        await using current = await open(store, session, databaseId, id);
        return await work(current);
      } finally {
        // A first load that did not come to its end; otherwise there is no transaction to end.
        await session.query('rollback').catch(() => {});
        // After a merge there is nothing left to clear.
        await clearInterrupted(session, databaseId).catch(() => {});
      }
    } finally {
      await session
        .query('select pg_advisory_unlock($1, $2)', [IMPORT_LOCK, databaseId])
        .catch(() => {});
    }
  });
}

async function begin(session: Tx, databaseId: number, file: string): Promise<number> {
  const { id } = await one<{ id: number }>(
    session,
    `insert into import (database_id, file) values ($1, $2) returning id`,
    [databaseId, file],
  );
  await session.query(
    `create unlogged table import_${id}_profile (
       sequence bigint not null, external_id text not null, profile_id bigint not null,
       known boolean not null, same boolean not null, consent boolean, consents jsonb, sufficiency smallint,
       fingerprint bigint, match_row_ids bigint[], identifiers jsonb, traits jsonb, unusable jsonb)`,
  );
  await beginStagedGroups(session, id);
  return id;
}

async function open(store: Store, session: Tx, databaseId: number, id: number): Promise<Import> {
  const profileIds = idSupply(async () => {
    const block = await one<{ start: number }>(store, `select nextval('profile_id') as start`);
    return block.start;
  });
  const load = await beginFirstLoad(store, session, databaseId, id);
  if (load !== null) return firstImport(load, { store, session, databaseId, id, profileIds });
  const matchRowIds = idSupply(async () => {
    // Known before the first row of the block is written, so that a killed import can be undone.
    const block = await one<{ start: number }>(
      store,
      `with block as (select nextval('match_row_id') as start)
       update import set match_row_blocks = match_row_blocks || block.start from block
       where id = $1 returning block.start`,
      [id],
    );
    return block.start;
  });
  return {
    id,
    intoEmpty: !(await hasProfiles(session, databaseId)),
    profileIds,
    matchRowIds,
    stage: stagerOf(session, databaseId, id),
    merge: (options) => mergeOrPretend(store, databaseId, id, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

interface FirstImport {
  readonly store: Store;
  /** In the transaction of the load, which ends with the session whatever happens. */
  readonly session: Tx;
  readonly databaseId: number;
  readonly id: number;
  readonly profileIds: IdSupply;
}

function firstImport(load: FirstLoad, of: FirstImport): Import {
  const { store, session, databaseId, id, profileIds } = of;
  const matchRowIds = idSupply(async () => {
    const block = await one<{ start: number }>(store, `select nextval('match_row_id') as start`);
    return block.start;
  });
  return {
    id,
    intoEmpty: true,
    profileIds,
    matchRowIds,
    stage: load.stage,
    async merge(options) {
      const { created, duplicates } = await load.finish();
      const deleted = (await options.also?.(session, { created, updated: 0 })) ?? 0;
      const result = { created, updated: 0, unchanged: 0, deleted, duplicates };
      await concludeImport(session, databaseId, id, options.traits, result);
      await session.query(options.dryRun ? 'rollback' : 'commit');
      if (options.dryRun) await forgetImport(session, databaseId, id);
      return result;
    },
    [Symbol.asyncDispose]: () => load[Symbol.asyncDispose](),
  };
}

/** A dry run does the real work and takes it back. */
async function mergeOrPretend(
  store: Store,
  databaseId: number,
  id: number,
  options: MergeOptions,
): Promise<MergeResult> {
  let result: MergeResult | undefined;
  try {
    return await store.tx(async (tx) => {
      result = await merge(tx, databaseId, id, options);
      if (options.dryRun) throw new DryRun();
      return result;
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
    await forgetImport(store, databaseId, id);
    return must(result, 'a dry run has a result');
  }
}

class DryRun extends Error {}

async function forgetImport(db: Db, databaseId: number, id: number): Promise<void> {
  await clearStaged(db, databaseId, id);
  await db.query('delete from import where id = $1', [id]);
}

function idSupply(nextBlock: () => Promise<number>): IdSupply {
  const starts: number[] = [];
  let used = 0;
  return {
    async reserve(count) {
      while (starts.length * ID_BLOCK - used < count) starts.push(await nextBlock());
    },
    next() {
      const start = must(starts[0], 'ids are reserved before they are taken');
      const id = start + used++;
      if (used === ID_BLOCK) {
        starts.shift();
        used = 0;
      }
      return id;
    },
  };
}

/** Undoes what imports into this database left unfinished. Callers hold the import lock. */
async function clearInterrupted(session: Db, databaseId: number): Promise<void> {
  const left = await session.query<{ id: number }>(
    `select id from import where database_id = $1 and state = 'reading'`,
    [databaseId],
  );
  for (const { id } of left) {
    await clearStaged(session, databaseId, id);
    await session.query(
      `update import set state = 'failed', finished_at = clock_timestamp() where id = $1`,
      [id],
    );
  }
}

/** Takes away what an import wrote ahead of becoming visible. */
async function clearStaged(session: Db, databaseId: number, id: number): Promise<void> {
  await session.query(
    `delete from match_row m using import i, unnest(i.match_row_blocks) block
     where i.id = $2 and m.database_id = $1 and m.id between block and block + ${ID_BLOCK - 1}`,
    [databaseId, id],
  );
  await session.query(`drop table if exists import_${id}_profile`);
  await dropStagedGroups(session, id);
  await dropFirstTables(session, id);
}
