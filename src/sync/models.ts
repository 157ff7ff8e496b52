import { MusterError } from '#domain/errors/muster-error.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { settingOf } from '#profiles/row-version.ts';
import { asBigint, stageBatch } from '#profiles/stage.ts';
import { type ColumnPlan, planColumns } from '#sources/columns.ts';
import { openQuery, type QueryTarget } from '#sources/query.ts';
import type { RecordBatch, RecordSource } from '#sources/record-source.ts';
import { type Database, readDatabase } from '#store/databases.ts';
import { type Import, withImport } from '#store/imports.ts';
import {
  beginDifference,
  dropSeen,
  knownRowCount,
  type ModelDifference,
} from '#store/model-rows.ts';
import {
  beginModelRun,
  endModelRun,
  FAILED_ROWS_KEPT,
  type FailedRow,
  type ModelCounts,
  replaceFailedRows,
} from '#store/model-runs.ts';
import type { Model, ModelMode } from '#store/models.ts';
import { FileCounts } from './_file-counts.ts';
import { recordMaker, refuseId } from './_record-maker.ts';
import type { Muster, OnProgress } from './muster.ts';
import { applyRowRules, yearOf } from './rebuild.ts';
import { refreshMembers } from './refresh.ts';

export interface ModelReport extends ModelCounts {
  readonly model: string;
  readonly database: string;
  readonly mode: ModelMode;
  readonly runId: string;
  readonly state: 'succeeded' | 'partial';
  /** People, as the rows changed them. */
  readonly profiles: {
    readonly created: number;
    readonly updated: number;
    readonly deleted: number;
  };
  /** Nobody was removed: a row's id could not be read, and it may be anybody's. */
  readonly deletionsSkipped: boolean;
  readonly seconds: number;
}

/**
 * Reads a model to its end and does to the people of its database what its mode says of the rows
 * that are new, updated and gone since the last time (docs/decisions/0028-rows-of-a-model.md). All
 * of it becomes visible together, and only when the source has said that its answer is whole.
 * @throws MusterError what the source throws; MODEL_DISABLED, MODEL_EMPTY, MODEL_ID_REPEATED
 */
export async function syncModel(
  muster: Muster,
  model: Model,
  target: QueryTarget,
  how: { readonly allowEmpty: boolean },
  onProgress: OnProgress,
): Promise<ModelReport> {
  if (!model.enabled) throw new MusterError('MODEL_DISABLED', `“${model.name}”`);
  const startedMs = muster.clock();
  const { store } = muster;
  // Before the import begins: making match rows anew is an import of its own.
  const named = await readDatabase(store, model.databaseId);
  const database = await applyRowRules(muster, named, named, onProgress);
  const report = await withImport(
    store,
    model.databaseId,
    `model ${model.name}`,
    async (current) => {
      const runId = await beginModelRun(store, model.id);
      try {
        const read = await readModel(muster, { model, target, database, current, how }, onProgress);
        const state = read.counts.failed > 0 ? 'partial' : 'succeeded';
        const end = { state, counts: read.counts, errorCode: null, errorMeasured: null } as const;
        await endModelRun(store, runId, end);
        return { runId, state, read } as const;
      } catch (error) {
        await endModelRun(store, runId, failedEnd(error));
        throw error;
      } finally {
        await dropSeen(store, model.id).catch(() => {});
      }
    },
  );
  const { counts, profiles, deletionsSkipped } = report.read;
  if (profiles.created + profiles.updated + profiles.deleted > 0) {
    onProgress({ step: 'evaluate', done: 0, total: null, unit: 'rows' });
    await refreshMembers(muster, { databaseId: model.databaseId, atOnce: null });
  }
  return {
    model: model.name,
    database: model.database,
    mode: model.mode,
    runId: report.runId,
    state: report.state,
    ...counts,
    profiles,
    deletionsSkipped,
    seconds: (muster.clock() - startedMs) / 1000,
  };
}

function failedEnd(error: unknown) {
  const known = error instanceof MusterError;
  return {
    state: 'failed',
    counts: null,
    errorCode: known ? error.code : null,
    errorMeasured: known ? error.message : null,
  } as const;
}

interface ModelReading {
  readonly model: Model;
  readonly target: QueryTarget;
  readonly database: Database;
  readonly current: Import;
  readonly how: { readonly allowEmpty: boolean };
}

async function readModel(muster: Muster, reading: ModelReading, onProgress: OnProgress) {
  const { model, target, database, current, how } = reading;
  const { store } = muster;
  const source = await openQuery(target, model.sql);
  const plan = planOf(model, source);
  const makesProfiles = model.mode !== 'delete';
  const of = { modelId: model.id, databaseId: model.databaseId, makesProfiles };
  const difference = await beginDifference(store, of);
  const tally = await readRows(
    muster,
    { source, plan, database, current, difference, makesProfiles },
    onProgress,
  );
  if (tally.rows === 0 && !how.allowEmpty && (await knownRowCount(store, model.id)) > 0) {
    throw new MusterError('MODEL_EMPTY', `“${model.name}”`);
  }
  await difference.checkUnique();
  onProgress({ step: 'store', done: 0, total: tally.rows, unit: 'rows' });
  const deletionsSkipped = model.mode !== 'upsert' && tally.nameless > 0;
  let rowsGone = 0;
  const merged = await current.merge({
    mirror: false,
    consentGiven: plan.consent.length > 0,
    traits: makesProfiles ? tally.counts.traitRows() : [],
    dryRun: false,
    also: async (tx) => {
      const deletes = model.mode !== 'upsert' && !deletionsSkipped;
      const settled = await difference.settle(tx, { deletes, forgets: tally.nameless === 0 });
      rowsGone = settled.rowsGone;
      await replaceFailedRows(tx, model.id, tally.failedRows);
      return settled.profilesDeleted;
    },
  });
  const { new: added, updated, unchanged, failed, rows } = tally;
  const deleted = tally.nameless > 0 ? 0 : rowsGone;
  return {
    counts: { rows, new: added, updated, unchanged, deleted, failed },
    profiles: { created: merged.created, updated: merged.updated, deleted: merged.deleted },
    deletionsSkipped,
  };
}

/** @throws MusterError IMPORT_ID_MISSING, IMPORT_MAP_INVALID */
function planOf(model: Pick<Model, 'idColumn' | 'map'>, source: RecordSource): ColumnPlan {
  return planColumns(source.header, { id: model.idColumn, map: model.map ?? undefined });
}

interface RowReading {
  readonly source: RecordSource;
  readonly plan: ColumnPlan;
  readonly database: Database;
  readonly current: Import;
  readonly difference: ModelDifference;
  readonly makesProfiles: boolean;
}

interface Tally {
  readonly counts: FileCounts;
  rows: number;
  new: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** Failed rows of whom nobody knows. */
  nameless: number;
  readonly failedRows: FailedRow[];
}

/** Reads all rows; those that changed are staged. While one batch is written the next is read. */
async function readRows(
  muster: Muster,
  reading: RowReading,
  onProgress: OnProgress,
): Promise<Tally> {
  const { source, plan, database, current, difference, makesProfiles } = reading;
  const counts = new FileCounts(plan, source.header);
  const tally: Tally = {
    ...{ counts, rows: 0, new: 0, updated: 0, unchanged: 0, failed: 0, nameless: 0 },
    failedRows: [],
  };
  const toRecords = recordMaker({ source, plan, database, counts });
  const context = {
    store: muster.store,
    databaseId: database.id,
    current,
    consentGiven: plan.consent.length > 0,
    makeMatchRows: matchRowMaker(settingOf(database, yearOf(muster))),
    onProblem: counts.addProblem,
  };
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of source.batches()) {
      const { records, withoutId } = toRecords(batch);
      await difference.look(noteFailures(tally, plan, batch, withoutId));
      const changes = await difference.look(
        records.map(({ externalId, fingerprint }) => ({
          externalId,
          checksum: asBigint(fingerprint),
        })),
      );
      for (const change of changes) tally[change] += 1;
      tally.rows += batch.rows.length + batch.rejected.length;
      const changed = records.filter((_, i) => changes[i] !== 'unchanged');
      if (makesProfiles && changed.length > 0) {
        const { profiles, matchRows } = await stageBatch(context, changed);
        await writing;
        writing = current.stage(profiles, matchRows);
        // Awaited a batch later; until then a failure must not count as unheard.
        writing.catch(() => {});
      }
      onProgress({ step: 'query', done: batch.done, total: source.total, unit: source.unit });
    }
  } finally {
    await writing;
  }
  return tally;
}

/** Whoever's row cannot be taken is there all the same, and is not removed for it. */
function noteFailures(
  tally: Tally,
  plan: ColumnPlan,
  batch: RecordBatch,
  withoutId: readonly { line: number; reason: string }[],
) {
  const named = batch.rejected.map(({ line, reason, cells }) => {
    const id = cells?.[plan.idColumn] ?? '';
    return { rowNumber: line, reason, externalId: refuseId(id) === null ? id : null };
  });
  const failures = [
    ...named,
    ...withoutId.map(({ line, reason }) => ({ rowNumber: line, reason, externalId: null })),
  ];
  for (const failure of failures) {
    tally.failed += 1;
    if (failure.externalId === null) tally.nameless += 1;
    if (tally.failedRows.length < FAILED_ROWS_KEPT) tally.failedRows.push(failure);
  }
  return failures.flatMap(({ externalId }) =>
    externalId === null ? [] : [{ externalId, checksum: null }],
  );
}

/** The first rows of a query, and what its columns would be taken as. */
export interface ModelPreview {
  readonly header: readonly string[];
  readonly plan: ColumnPlan;
  readonly rows: readonly (readonly string[])[];
}

const PREVIEW_ROWS = 10;

/** Nothing is stored. @throws MusterError what the source throws; IMPORT_ID_MISSING, IMPORT_MAP_INVALID */
export async function previewModel(
  model: Pick<Model, 'sql' | 'idColumn' | 'map'>,
  target: QueryTarget,
): Promise<ModelPreview> {
  const source = await openQuery(target, model.sql);
  const rows: (readonly string[])[] = [];
  for await (const batch of source.batches()) {
    rows.push(...batch.rows);
    if (rows.length >= PREVIEW_ROWS) break;
  }
  return { header: source.header, plan: planOf(model, source), rows: rows.slice(0, PREVIEW_ROWS) };
}
