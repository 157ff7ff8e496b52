import { assert, must } from '#domain/errors/assert.ts';
import { BinaryCopy } from './binary-copy.ts';
import { ID_BLOCK } from './id-block.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import { hasProfiles } from './profiles.ts';
import { type MergeOptions, type MergeResult, merge } from './import-merge.ts';

/** One record of the file, ready to become visible. */
export interface StagedProfile {
  readonly sequence: number;
  readonly externalId: string;
  readonly profileId: number;
  readonly known: boolean;
  /** The record says what the profile already says; the other parts are then left out. */
  readonly change: StagedChange | null;
  readonly consent: boolean | null;
}

export interface StagedChange {
  readonly sufficiency: number;
  /** Eight latin1 characters. */
  readonly fingerprint: string;
  readonly matchRowIds: readonly number[];
  readonly identifiersJson: string;
  readonly traitsJson: string;
  /** Null: every value that is there gives an identifier. */
  readonly unusableJson: string | null;
}

export interface NewMatchRow {
  readonly id: number;
  readonly profileId: number;
  readonly sufficiency: number;
  readonly wireBytes: number;
  readonly cells: Uint8Array;
  readonly keys: readonly string[];
}

/** An import under way. Nothing it stages is visible before `merge` commits. */
export interface Import {
  readonly id: number;
  /** The database holds nobody yet, so there is nobody to look up. */
  readonly intoEmpty: boolean;
  readonly profileIds: IdSupply;
  readonly matchRowIds: IdSupply;
  stage(profiles: readonly StagedProfile[], rows: readonly NewMatchRow[]): Promise<void>;
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
        return await work(await open(store, session, databaseId, id));
      } finally {
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
       known boolean not null, same boolean not null, consent boolean, sufficiency smallint,
       fingerprint bigint, match_row_ids bigint[], identifiers jsonb, traits jsonb, unusable jsonb)`,
  );
  return id;
}

async function open(store: Store, session: Tx, databaseId: number, id: number): Promise<Import> {
  const profileIds = idSupply(async () => {
    const block = await one<{ start: number }>(store, `select nextval('profile_id') as start`);
    return block.start;
  });
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
  const stager = stagerOf(session, databaseId, id);
  return {
    id,
    intoEmpty: !(await hasProfiles(session, databaseId)),
    profileIds,
    matchRowIds,
    stage: stager,
    merge: (options) => mergeOrPretend(store, databaseId, id, options),
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
    await clearStaged(store, databaseId, id);
    await store.query('delete from import where id = $1', [id]);
    return must(result, 'a dry run has a result');
  }
}

class DryRun extends Error {}

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

function stagerOf(session: Tx, databaseId: number, id: number): Import['stage'] {
  const rowCopy = new BinaryCopy();
  const profileCopy = new BinaryCopy();
  return async (profiles, rows) => {
    // Both are encoded before anything is waited for, so that what was made of the batch can go.
    rowCopy.start();
    for (const row of rows) stageMatchRow(rowCopy, databaseId, row);
    profileCopy.start();
    for (const profile of profiles) stageProfile(profileCopy, profile);
    if (rows.length > 0) {
      await session.copyIn(
        `copy match_row (database_id, id, profile_id, sufficiency, wire_bytes, keys, cells)
         from stdin with (format binary)`,
        [rowCopy.finish()],
      );
    }
    await session.copyIn(
      `copy import_${id}_profile (sequence, external_id, profile_id, known, same, consent,
         sufficiency, fingerprint, match_row_ids, identifiers, traits, unusable) from stdin with (format binary)`,
      [profileCopy.finish()],
    );
  };
}

function stageMatchRow(copy: BinaryCopy, databaseId: number, row: NewMatchRow): void {
  copy.row(7);
  copy.int4(databaseId);
  copy.int8(row.id);
  copy.int8(row.profileId);
  copy.int2(row.sufficiency);
  copy.int2(row.wireBytes);
  copy.raw8Array(row.keys);
  copy.bytea(row.cells);
}

function stageProfile(copy: BinaryCopy, profile: StagedProfile): void {
  copy.row(12);
  copy.int8(profile.sequence);
  copy.text(profile.externalId);
  copy.int8(profile.profileId);
  copy.bool(profile.known);
  copy.bool(profile.change === null);
  copy.bool(profile.consent);
  if (profile.change === null) {
    assert(profile.known, 'only a known profile can be unchanged');
    for (let i = 0; i < 6; i++) copy.null();
    return;
  }
  copy.int2(profile.change.sufficiency);
  copy.raw8(profile.change.fingerprint);
  copy.int8Array(profile.change.matchRowIds);
  copy.jsonb(profile.change.identifiersJson);
  copy.jsonb(profile.change.traitsJson);
  if (profile.change.unusableJson === null) copy.null();
  else copy.jsonb(profile.change.unusableJson);
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
}
