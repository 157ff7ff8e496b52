import { basename, join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { receiveStagedGroups } from '#profiles/groups.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { settingOf } from '#profiles/row-version.ts';
import { stageBatch } from '#profiles/stage.ts';
import { type ColumnPlan, planColumns } from '#sources/columns.ts';
import { openFile } from '#sources/file.ts';
import type { RecordSource } from '#sources/record-source.ts';
import { RejectedFile } from '#sources/rejected.ts';
import { type Database, dropEmptyDatabase, ensureDatabase } from '#store/databases.ts';
import { type Import, withImport } from '#store/imports.ts';
import { FileCounts } from './_file-counts.ts';
import { recordMaker } from './_record-maker.ts';
import type { Muster, OnProgress } from './muster.ts';
import { applyRowRules, underRules, yearOf } from './rebuild.ts';
import { refreshMembers } from './refresh.ts';
import type { ImportReport } from './reports.ts';

export interface FileToReceive {
  readonly path: string;
  readonly database: string;
  readonly id?: string | undefined;
  readonly map?: string | undefined;
  /** The database's default country from now on, alpha-2. */
  readonly country?: string | undefined;
  /** Delete the profiles that the file lacks. */
  readonly mirror: boolean;
  /** How many records the file must have: proof that it is whole. */
  readonly rows?: number | undefined;
  readonly dryRun: boolean;
  readonly rejectedDirectory: string;
}

/** About two thousand rows: the server works on one batch while the next is read. */
const CHUNK_BYTES = 1 << 18;

/**
 * A file becomes profiles: read, told apart from what is known, normalised and hashed where it
 * differs, and made visible all at once or not at all.
 */
export async function receiveFile(
  muster: Muster,
  file: FileToReceive,
  onProgress: OnProgress,
): Promise<ImportReport> {
  const startedMs = muster.clock();
  const source = await openFile(file.path, { chunkBytes: CHUNK_BYTES });
  if (file.mirror && file.rows === undefined && !source.endProved) {
    throw new MusterError('IMPORT_END_UNPROVED', 'its last line has no line end');
  }
  const plan = planColumns(source.header, { id: file.id, map: file.map });
  const { database: named, made } = await ensureDatabase(muster.store, file.database);
  const database = await settleRules(muster, file, named, onProgress);
  const counts = new FileCounts(plan, source.header);
  const saysGroups = plan.groups.length > 0;
  await using rejected = new RejectedFile(rejectedPathOf(file.path, file.rejectedDirectory));
  const merged = await withImport(
    muster.store,
    database.id,
    basename(file.path),
    async (current) => {
      await readInto(current, { muster, source, plan, database, counts, rejected }, onProgress);
      if (file.rows !== undefined && counts.records !== file.rows) {
        const measured = `${counts.records} records, --rows says ${file.rows}`;
        throw new MusterError('IMPORT_ROWS_DIFFER', measured);
      }
      onProgress({ step: 'store', done: 0, total: counts.records, unit: 'rows' });
      return await current.merge({
        // A row that could not be read may be anybody's: nobody is deleted for want of it.
        mirror: file.mirror && counts.rejected === 0,
        consentGiven: plan.consent.length > 0,
        traits: counts.traitRows(),
        dryRun: file.dryRun,
        also: async (tx) => {
          if (saysGroups) {
            await receiveStagedGroups(tx, database.id, current.id, muster.clock());
          }
          return 0;
        },
      });
    },
  );
  if (file.dryRun && made) await dropEmptyDatabase(muster.store, database.id);
  const { created, updated, deleted } = merged;
  if (!file.dryRun && (saysGroups || created + updated + deleted > 0)) {
    onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
    await refreshMembers(muster, { databaseId: database.id, atOnce: null });
  }
  return {
    database: file.database,
    rows: counts.records,
    ...merged,
    rejected: counts.rejected,
    rejectedFile: await rejected.close(),
    ...counts.columns(),
    unusable: counts.unusable(),
    idsHashed: counts.personalIds,
    mirrorSkipped: file.mirror && counts.rejected > 0,
    dryRun: file.dryRun,
    seconds: (muster.clock() - startedMs) / 1000,
  };
}

/** Where the lines of a file that were left out are listed. */
export function rejectedPathOf(path: string, directory: string): string {
  return join(directory, `${basename(path)}.rejected.csv`);
}

/** The database with the rules that hold for it now; people made by other rules are made anew. */
async function settleRules(
  muster: Muster,
  file: FileToReceive,
  database: Database,
  onProgress: OnProgress,
): Promise<Database> {
  const defaultCountry = file.country?.toUpperCase() ?? database.defaultCountry;
  const rules = { ...database, defaultCountry };
  if (file.dryRun) return underRules(muster, database, rules);
  return await applyRowRules(muster, database, rules, onProgress);
}

interface Reading {
  readonly muster: Muster;
  readonly source: RecordSource;
  readonly plan: ColumnPlan;
  readonly database: Database;
  readonly counts: FileCounts;
  readonly rejected: RejectedFile;
}

/** Reads the file to its end; while one batch is being written the next is worked on. */
async function readInto(current: Import, reading: Reading, onProgress: OnProgress): Promise<void> {
  const { muster, source, database, counts, rejected } = reading;
  const toRecords = recordMaker(reading);
  const context = {
    store: muster.store,
    databaseId: database.id,
    current,
    consentGiven: reading.plan.consent.length > 0,
    makeMatchRows: matchRowMaker(settingOf(database, yearOf(muster))),
    onProblem: counts.addProblem,
  };
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of source.batches()) {
      const { records, withoutId } = toRecords(batch);
      await rejected.add([...batch.rejected, ...withoutId]);
      counts.addRejected(batch.rejected.length, withoutId.length);
      const { profiles, matchRows } = await stageBatch(context, records);
      await writing;
      writing = current.stage(profiles, matchRows);
      // Awaited a batch later; until then a failure must not count as unheard.
      writing.catch(() => {});
      onProgress({ step: 'read', done: batch.done, total: source.total, unit: source.unit });
    }
  } finally {
    await writing;
  }
}
