import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { receiveStagedGroups } from '#profiles/groups.ts';
import { matchRowMaker } from '#profiles/match-rows.ts';
import { settingOf } from '#profiles/row-version.ts';
import { asBigint, stageBatch } from '#profiles/stage.ts';
import { type ColumnPlan, type PlannedColumn, planColumns } from '#sources/columns.ts';
import { columnDeriver } from '#sources/derived.ts';
import type { RecordBatch, RecordSource } from '#sources/record-source.ts';
import type { SourceTarget } from '#sources/target.ts';
import { type Database, readDatabase } from '#store/databases.ts';
import type { Store } from '#store/db.ts';
import { type Import, withImport } from '#store/imports.ts';
import { type ClaimedModelRun, mustModelRunStop } from '#store/model-queue.ts';
import {
  beginDifference,
  dropSeen,
  knownRowCount,
  type ModelDifference,
} from '#store/model-rows.ts';
import {
  concludeModelRun,
  FAILED_ROWS_KEPT,
  type FailedRow,
  type ModelCounts,
  replaceFailedRows,
} from '#store/model-runs.ts';
import type { Model } from '#store/models.ts';
import { type ColumnHint, ColumnHints } from './_column-hints.ts';
import { FileCounts } from './_file-counts.ts';
import { recordMaker, refuseId } from './_record-maker.ts';
import { type ModelInput, openInput, openLook, openPreview } from './model-input.ts';
import type { Muster, OnProgress } from './muster.ts';
import { applyRowRules, yearOf } from './rebuild.ts';

interface ModelReading {
  readonly model: Model;
  /** Null: it is only looked what would happen. */
  readonly run: ClaimedModelRun | null;
  readonly target: SourceTarget;
}

/**
 * Reads a model to its end and does to the people of its database what its mode says of the rows
 * that are new, updated and gone since the last time (docs/decisions/0028-rows-of-a-model.md). All
 * of it becomes visible together with the end of its run, and only when the source has said that its
 * answer is whole.
 * @throws MusterError what the source throws; MODEL_EMPTY, MODEL_ID_REPEATED, MODEL_RUN_CANCELLED
 */
export async function takeOver(
  muster: Muster,
  reading: ModelReading,
  onProgress: OnProgress,
): Promise<ModelCounts> {
  const { store } = muster;
  const { model, run, target } = reading;
  // Fetched before anything is locked: a slow server keeps nobody waiting.
  await using input = await (run === null
    ? openLook(target, model.sql)
    : openInput(store, model, target));
  if (run !== null && input.source === null) return await endWithNothing(store, run, input);
  const source = must(input.source, 'a look is at something');
  // Before the import begins: making match rows anew is an import of its own.
  const named = await readDatabase(store, model.databaseId);
  const database = await applyRowRules(muster, named, named, onProgress);
  try {
    return await withImport(store, model.databaseId, `model ${model.name}`, (current) =>
      readModel(muster, { model, run, input, source, database, current }, onProgress),
    );
  } finally {
    // After the import: its transaction may have looked into the table, and hold it until it ends.
    await dropSeen(store, model.id).catch(() => {});
  }
}

/** No file is new. */
async function endWithNothing(
  store: Store,
  run: ClaimedModelRun,
  { filesWaiting }: ModelInput,
): Promise<ModelCounts> {
  const counts = {
    ...{ rows: 0, new: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0 },
    ...{ profiles: { created: 0, updated: 0, deleted: 0 }, deletionsSkipped: false },
    ...{ file: null, filesLeft: 0, filesWaiting, unusable: {} },
  };
  await store.tx((tx) => concludeModelRun(tx, run.id, counts));
  return counts;
}

interface ModelImport extends Omit<ModelReading, 'target'> {
  readonly input: ModelInput;
  readonly source: RecordSource;
  readonly database: Database;
  readonly current: Import;
}

async function readModel(
  muster: Muster,
  reading: ModelImport,
  onProgress: OnProgress,
): Promise<ModelCounts> {
  const { model, run, input, source, database, current } = reading;
  const { store } = muster;
  const plan = planOf(model, source);
  const makesProfiles = model.mode !== 'delete';
  const of = { modelId: model.id, databaseId: model.databaseId, makesProfiles };
  const difference = await beginDifference(store, of);
  const tally = await readRows(
    muster,
    { source, plan, database, current, difference, makesProfiles, run },
    onProgress,
  );
  if (tally.rows === 0 && run?.allowEmpty !== true && (await knownRowCount(store, model.id)) > 0) {
    throw new MusterError('MODEL_EMPTY', `“${model.name}”`);
  }
  await difference.checkUnique();
  onProgress({ step: 'store', done: 0, total: tally.rows, unit: 'rows' });
  const deletionsSkipped = model.mode !== 'upsert' && tally.nameless > 0;
  const { new: added, updated, unchanged, failed, rows } = tally;
  let counts: ModelCounts | undefined;
  await current.merge({
    mirror: false,
    consentGiven: plan.consent.length > 0,
    traits: makesProfiles ? tally.counts.traitRows() : [],
    dryRun: run === null,
    also: async (tx, people) => {
      if (plan.groups.length > 0) {
        await receiveStagedGroups(tx, model.databaseId, current.id, muster.clock());
      }
      const deletes = model.mode !== 'upsert' && !deletionsSkipped;
      const settled = await difference.settle(tx, { deletes, forgets: tally.nameless === 0 });
      const deleted = tally.nameless > 0 ? 0 : settled.rowsGone;
      const profiles = { ...people, deleted: settled.profilesDeleted };
      const { file, filesLeft, filesWaiting } = input;
      counts = {
        ...{ rows, new: added, updated, unchanged, deleted, failed, profiles, deletionsSkipped },
        ...{ file, filesLeft, filesWaiting, unusable: tally.counts.unusable() },
      };
      if (run !== null) {
        await replaceFailedRows(tx, run, tally.failedRows);
        await input.taken(tx);
        // Last: the row of the run is what whoever cancels it waits for.
        await concludeModelRun(tx, run.id, counts);
      }
      return settled.profilesDeleted;
    },
  });
  return must(counts, 'a merge does what goes with it');
}

/** features.md §3.3-31 */
const COLUMN_NAME_MAX = 128;

/**
 * Where nobody has said yet which column is the id, the one that is called so, or else the first.
 * @throws MusterError IMPORT_HEADER_INVALID, IMPORT_ID_MISSING, IMPORT_MAP_INVALID
 */
function planOf(
  model: { readonly idColumn: string | null; readonly map: string | null },
  source: RecordSource,
): ColumnPlan {
  const long = source.header.findIndex((name) => name.length > COLUMN_NAME_MAX);
  if (long !== -1) {
    const measured = `the name of column ${long + 1} has ${source.header[long]?.length} characters, at most ${COLUMN_NAME_MAX} are taken`;
    throw new MusterError('IMPORT_HEADER_INVALID', measured);
  }
  const map = model.map ?? undefined;
  if (model.idColumn !== null) return planColumns(source.header, { id: model.idColumn, map });
  try {
    return planColumns(source.header, { map });
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'IMPORT_ID_MISSING') throw error;
    return planColumns(source.header, { id: source.header[0], map });
  }
}

interface RowReading {
  readonly run: ClaimedModelRun | null;
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
  const { run, source, plan, database, current, difference, makesProfiles } = reading;
  const goOn = stopSign(muster, run);
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
      await goOn();
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

const LOOK_EVERY_MS = 1_000;

/** Throws between two batches once somebody has cancelled the run. */
function stopSign({ store, clock }: Muster, run: ClaimedModelRun | null): () => Promise<void> {
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (run === null || clock() - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = clock();
    if (await mustModelRunStop(store, run.id)) {
      throw new MusterError('MODEL_RUN_CANCELLED', `run ${run.id}`);
    }
  };
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
  /** With those that the mapping makes of others, behind the last one. */
  readonly header: readonly string[];
  readonly plan: ColumnPlan;
  readonly rows: readonly (readonly string[])[];
  /** Columns that nobody mapped and that hold identifiers by the look of them. */
  readonly hints: readonly ColumnHint[];
}

const PREVIEW_ROWS = 10;

/** Nothing is stored. @throws MusterError what the source throws; IMPORT_ID_MISSING, IMPORT_MAP_INVALID */
export async function previewModel(
  muster: Muster,
  model: Pick<Model, 'sql' | 'map'> & { readonly idColumn: string | null },
  target: SourceTarget,
): Promise<ModelPreview> {
  await using input = await openPreview(target, model.sql);
  const { source } = input;
  const plan = planOf(model, source);
  const derive = columnDeriver(source.header, plan, () => {});
  const hints = new ColumnHints(unmapped(plan), yearOf(muster));
  const rows: (readonly string[])[] = [];
  for await (const batch of source.batches()) {
    const looked = batch.rows.map(derive);
    for (const row of looked) hints.add(row);
    rows.push(...looked.slice(0, PREVIEW_ROWS - rows.length));
    if (rows.length >= PREVIEW_ROWS) break;
  }
  const made = [...plan.fields, ...plan.traits, ...plan.groups]
    .filter(({ column }) => column >= source.header.length)
    .toSorted((a, b) => a.column - b.column);
  const header = [...source.header, ...made.map((planned) => planned.header)];
  return { header, plan, rows, hints: hints.report() };
}

/** The columns that feed nothing but a trait. */
function unmapped({ traits, derived }: ColumnPlan): PlannedColumn[] {
  const used = new Set(derived.flatMap(({ field, from }) => (field === null ? [] : from)));
  return traits.filter(({ column }) => !used.has(column));
}
