import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { joinSources, openNamed } from '#sources/pick-up/named-source.ts';
import { type FetchedFile, type FoundFile, openPlace, type Place } from '#sources/pick-up/place.ts';
import { readyFiles } from '#sources/pick-up/ready.ts';
import { type FilesTarget, isFilesTarget, placeOfFiles } from '#sources/pick-up/target.ts';
import { openQuery } from '#sources/query.ts';
import type { RecordSource } from '#sources/record-source.ts';
import type { SourceTarget } from '#sources/target.ts';
import { type Db, one, type Store } from '#store/db.ts';
import type { Model } from '#store/models.ts';
import { notePickedFile, type PickedFile, readPickedFiles } from '#store/picked-files.ts';

/** One list of rows for a model: the answer to its query, or a file that it did not take yet. */
export interface ModelInput extends AsyncDisposable {
  /** Null: no file is new. */
  readonly source: RecordSource | null;
  /** The file, or the pattern of those that are one list together; null for a query. */
  readonly file: string | null;
  /** New files that come after this one. */
  readonly filesLeft: number;
  /** Meant, and perhaps still being written. */
  readonly filesWaiting: number;
  /** Notes that the model took it, in the transaction that does so. */
  readonly taken: (tx: Db) => Promise<void>;
}

/**
 * What a model reads next. Of files the oldest new one, each version of it once: a version that
 * failed comes again, and those after it wait for it (docs/decisions/0040-files-picked-up.md).
 * @throws MusterError what the source throws; SOURCE_END_UNPROVED
 */
export async function openInput(
  store: Store,
  model: Model,
  target: SourceTarget,
): Promise<ModelInput> {
  if (isFilesTarget(target)) return await openNextFile(store, model, target);
  const source = await openQuery(target, model.sql);
  const nothing = () => Promise.resolve();
  return {
    ...{ source, file: null, filesLeft: 0, filesWaiting: 0 },
    ...{ taken: nothing, [Symbol.asyncDispose]: nothing },
  };
}

async function openNextFile(store: Store, model: Model, target: FilesTarget): Promise<ModelInput> {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await openPlace(target));
  const { fresh, picked, waiting } = await freshLists(store, model, place, target);
  for (const [i, list] of fresh.entries()) {
    const spool = opened.use(await openSpool(target.spool, model.id));
    const fetched = await fetchAll(place, list.files, spool.folder);
    const file = pickedOf(list, fetched);
    if (picked.get(list.name)?.sha256.equals(file.sha256) === true) {
      // Written again, and nothing in it is new.
      await notePickedFile(store, model.id, file);
      continue;
    }
    const source = await openList(list, fetched, target);
    checkEnd(source, list.name, model, target);
    return inputOf(opened.move(), {
      ...{ source, file: list.name, filesLeft: fresh.length - i - 1, filesWaiting: waiting },
      taken: (tx) => notePickedFile(tx, model.id, file),
    });
  }
  return inputOf(opened.move(), {
    ...{ source: null, file: null, filesLeft: 0, filesWaiting: waiting },
    taken: () => Promise.resolve(),
  });
}

/** The lists that were not taken yet, the oldest first, and how many files may still be being written. */
async function freshLists(store: Store, model: Model, place: Place, target: FilesTarget) {
  const { now } = await one<{ now: Date }>(store, 'select muster_now() as now');
  const at = { growing: place.growing, nowMs: now.getTime() };
  const { files, waiting } = readyFiles(await place.list(), target.settings, at);
  const picked = await readPickedFiles(store, model.id);
  const fresh = listsOf(files, target).filter(
    ({ name, version }) => version === null || picked.get(name)?.version !== version,
  );
  return { fresh, picked, waiting: waiting.length };
}

/**
 * Passes over the file that a model would read next, because it cannot be taken; those after it go on,
 * and another version of it is read.
 * @returns its name. @throws MusterError SOURCE_NO_FILE when none waits
 */
export async function skipNextFile(
  store: Store,
  model: Model,
  target: FilesTarget,
): Promise<string> {
  await using place = await openPlace(target);
  const { fresh, picked } = await freshLists(store, model, place, target);
  for (const list of fresh) {
    await using spool = await openSpool(target.spool, model.id);
    const file = pickedOf(list, await fetchAll(place, list.files, spool.folder));
    await notePickedFile(store, model.id, file);
    if (picked.get(list.name)?.sha256.equals(file.sha256) !== true) return list.name;
  }
  throw new MusterError('SOURCE_NO_FILE', placeOfFiles(target));
}

function inputOf(
  opened: AsyncDisposableStack,
  input: Omit<ModelInput, typeof Symbol.asyncDispose>,
): ModelInput {
  return { ...input, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** What is one list of rows: a file, or several that are one together. */
interface FileList {
  /** Of the file, or the pattern. */
  readonly name: string;
  readonly version: string | null;
  readonly files: readonly FoundFile[];
}

function listsOf(files: readonly FoundFile[], { settings }: FilesTarget): FileList[] {
  if (settings.files !== 'together') {
    return files.map((file) => ({ name: file.name, version: file.version, files: [file] }));
  }
  if (files.length === 0) return [];
  const parts = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const versions = JSON.stringify(parts.map(({ name, version }) => [name, version]));
  const version = createHash('sha256').update(versions).digest('hex');
  return [{ name: settings.pattern ?? '*', version, files: parts }];
}

async function fetchAll(
  place: Place,
  files: readonly FoundFile[],
  spool: string,
): Promise<FetchedFile[]> {
  const fetched: FetchedFile[] = [];
  for (const file of files) {
    fetched.push(await place.fetch(file, await mkdtemp(join(spool, 'file-'))));
  }
  return fetched;
}

/** The version as the place tells it with the file itself, where there is one file. */
function pickedOf(list: FileList, fetched: readonly FetchedFile[]): PickedFile {
  const [only] = fetched;
  if (only !== undefined && fetched.length === 1 && list.files[0]?.name === list.name) {
    return { name: list.name, version: only.version, sha256: only.sha256 };
  }
  const hash = createHash('sha256');
  for (const { sha256 } of fetched) hash.update(sha256);
  return { name: list.name, version: list.version, sha256: hash.digest() };
}

async function openList(
  { files }: FileList,
  fetched: readonly FetchedFile[],
  { settings }: FilesTarget,
): Promise<RecordSource> {
  const parts: { name: string; source: RecordSource }[] = [];
  for (const [i, file] of fetched.entries()) {
    const name = files[i]?.name ?? '';
    parts.push({ name, source: await openNamed(name, file) });
  }
  const [only] = parts;
  const isOne = only !== undefined && settings.files !== 'together';
  return isOne ? only.source : joinSources(parts);
}

/** Whoever a list lacks may be removed, so it has to be whole. A marker is its writer's word for it. */
function checkEnd(
  source: RecordSource,
  name: string,
  { mode }: Pick<Model, 'mode'>,
  { settings }: FilesTarget,
): void {
  if (mode === 'upsert' || source.endProved || settings.marker !== undefined) return;
  throw new MusterError('SOURCE_END_UNPROVED', name);
}

/**
 * A folder for what one model fetches, for nobody else's eyes, and empty: runs of a model come one
 * after another, so what is left there is of one that was killed.
 */
async function openSpool(spool: string, modelId: number) {
  const folder = join(spool, `model-${modelId}`);
  const clear = () => rm(folder, { recursive: true, force: true });
  await clear();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, [Symbol.asyncDispose]: clear };
}

/** For looking only: the newest file, whether or not it was taken. @throws MusterError as openInput */
export async function openPreview(
  target: SourceTarget,
  sql: string,
): Promise<AsyncDisposable & { readonly source: RecordSource }> {
  if (!isFilesTarget(target)) {
    const source = await openQuery(target, sql);
    return { source, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await openPlace(target));
  const at = { growing: false, nowMs: 0 };
  const { pattern } = target.settings;
  const file = readyFiles(
    await place.list(),
    pattern === undefined ? {} : { pattern },
    at,
  ).files.at(-1);
  if (file === undefined) throw new MusterError('SOURCE_NO_FILE', placeOfFiles(target));
  await mkdir(target.spool, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(target.spool, 'look-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const source = await openNamed(file.name, await place.fetch(file, folder));
  const clean = opened.move();
  return { source, [Symbol.asyncDispose]: () => clean.disposeAsync() };
}

/** The same as what a model reads, so that it can be seen what a run would do; nothing is noted. */
export async function openLook(target: SourceTarget, sql: string): Promise<ModelInput> {
  const preview = await openPreview(target, sql);
  return {
    ...{ source: preview.source, file: null, filesLeft: 0, filesWaiting: 0 },
    taken: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => preview[Symbol.asyncDispose](),
  };
}
