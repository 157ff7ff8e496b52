import { mkdir, mkdtemp, readdir, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FilesSettings, FilesTarget } from '#sources/pick-up/target.ts';
import { findDatabase } from '#store/databases.ts';
import { listModelRuns } from '#store/model-runs.ts';
import { addModel, type Model, type ModelMode } from '#store/models.ts';
import { addSource } from '#store/sources.ts';
import { forgetRows, type ModelReport, syncModel } from '#sync/model-runs.ts';
import { previewModel } from '#sync/models.ts';
import type { Muster } from '#sync/muster.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';

let place: Place;
let muster: Muster;
let there = '';
let spool = '';
let target: FilesTarget;

beforeEach(async () => {
  place = await openPlace(new Chance(7));
  there = await mkdtemp(join(tmpdir(), 'muster-pick-up-'));
  spool = join(there, 'spool');
  await mkdir(spool);
  target = {
    ...{ kind: 'folder', url: there, secret: null, settings: {}, allowPrivate: false, spool },
  };
  muster = { ...place.muster, openSource: () => Promise.resolve(target) };
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  await rm(there, { recursive: true });
});

async function modelOf(mode: ModelMode, settings: FilesSettings = {}): Promise<Model> {
  target = { ...target, settings };
  const { store } = muster;
  const { id: databaseId } = await findDatabase(store, 'main');
  return await store.tx(async (tx) => {
    const { id: sourceId } = await addSource(tx, {
      ...{ name: 'exports', kind: 'folder', place: there, allowPrivate: false, settings: {} },
      seal: () => Buffer.alloc(1),
    });
    return await addModel(tx, {
      ...{ name: 'people', databaseId, sourceId, sql: '', idColumn: 'id', map: null },
      ...{ mode, enabled: true },
    });
  });
}

/** `minutes`: how long ago it was written. */
async function put(name: string, content: string | Buffer, minutes = 60): Promise<void> {
  const path = join(there, name);
  await writeFile(path, content);
  const seconds = place.clock.nowMs / 1000 - minutes * 60;
  await utimes(path, seconds, seconds);
}

const run = async (model: Model): Promise<ModelReport> =>
  await syncModel(muster, model, { allowEmpty: false }, () => {});
const rowsOf = ({ new: added, updated, deleted, unchanged }: ModelReport) =>
  [added, updated, deleted, unchanged].join(' ');
const failure = async (model: Model) =>
  await run(model).then(
    () => 'taken',
    (error: { code: string; measured: string }) => `${error.code} ${error.measured}`,
  );

async function people(): Promise<string> {
  const rows = await muster.store.query<{ text: string }>(
    `select external_id || ' ' || coalesce(identifiers ->> 'email', '-') as text from profile order by 1`,
  );
  return rows.map(({ text }) => text).join(', ');
}

async function runs(): Promise<(string | null | undefined)[]> {
  const found = await listModelRuns(muster.store, 'people', 20);
  return found.map(({ state, counts }) => (counts === null ? state : counts.file)).toReversed();
}

describe('files that a model picks up', () => {
  it('each version once, the oldest first, a run each', async () => {
    const model = await modelOf('mirror', { files: 'each' });
    await put('b.csv', 'id,email\n1,ana@example.com\n2,bo@example.com\n', 30);
    await put('a.csv', 'id,email\n2,bo.new@example.com\n3,cy@example.com\n', 20);
    const report = await run(model);
    expect(rowsOf(report)).toBe('3 1 1 0');
    expect(report).toMatchObject({ file: 'a.csv', filesLeft: 0, filesWaiting: 0 });
    expect(await people()).toBe('2 bo.new@example.com, 3 cy@example.com');
    expect(await runs()).toEqual(['b.csv', 'a.csv']);
    expect(await run(model)).toMatchObject({ rows: 0, file: null, state: 'succeeded' });
    expect(await people()).toBe('2 bo.new@example.com, 3 cy@example.com');
    // A version of its own, back to what it was.
    await put('b.csv', 'id,email\n1,ana@example.com\n', 5);
    expect(rowsOf(await run(model))).toBe('1 0 2 0');
    expect(await people()).toBe('1 ana@example.com');
  });

  it('not again when only its time is new, and again after a reset', async () => {
    const model = await modelOf('upsert');
    await put('people.csv', 'id,email\n1,ana@example.com\n');
    expect(rowsOf(await run(model))).toBe('1 0 0 0');
    await put('people.csv', 'id,email\n1,ana@example.com\n', 10);
    expect(await run(model)).toMatchObject({ rows: 0, file: null });
    await forgetRows(muster, model);
    expect(await run(model)).toMatchObject({ rows: 1, file: 'people.csv' });
  });

  it('not while somebody may be writing it', async () => {
    const model = await modelOf('upsert');
    await put('people.csv', 'id,email\n1,ana@exa', 0);
    expect(await run(model)).toMatchObject({ rows: 0, file: null, filesWaiting: 1 });
    expect(await people()).toBe('');
    place.clock.nowMs += 60_000;
    await put('people.csv', 'id,email\n1,ana@example.com\n', 2);
    expect(await run(model)).toMatchObject({ rows: 1, file: 'people.csv', filesWaiting: 0 });
  });

  it('stops at one that cannot be taken, until there is another version of it', async () => {
    const model = await modelOf('mirror', { files: 'each' });
    const good = gzipSync('id,email\n1,ana@example.com\n2,bo@example.com\n');
    await put('1.csv.gz', good, 40);
    await put('2.csv.gz', good.subarray(0, good.length - 12), 30);
    await put('3.csv.gz', gzipSync('id,email\n1,ana@example.com\n'), 20);
    expect(await failure(model)).toMatch(/^IMPORT_FILE_CUT 2\.csv\.gz: /);
    expect(await people()).toBe('1 ana@example.com, 2 bo@example.com');
    expect(await failure(model)).toMatch(/^IMPORT_FILE_CUT 2\.csv\.gz: /);
    expect(await runs()).toEqual(['1.csv.gz', 'failed', 'failed']);
    await unlink(join(there, '2.csv.gz'));
    expect(rowsOf(await run(model))).toBe('0 0 1 1');
    expect(await people()).toBe('1 ana@example.com');
  });

  it('and nobody is removed for a list that may lack its end', async () => {
    const model = await modelOf('mirror');
    await put('people.csv', 'id,email\n1,ana@example.com\n2,bo@example.com\n', 40);
    await run(model);
    await put('people.csv', 'id,email\n1,ana@example.com', 30);
    expect(await failure(model)).toBe('SOURCE_END_UNPROVED people.csv');
    expect(await people()).toBe('1 ana@example.com, 2 bo@example.com');
    target = { ...target, settings: { marker: '*.done' } };
    expect(await run(model)).toMatchObject({ rows: 0, filesWaiting: 1 });
    await put('people.csv.done', '', 0);
    expect(rowsOf(await run(model))).toBe('0 0 1 1');
  });

  it('several that are one list together', async () => {
    const model = await modelOf('mirror', { pattern: 'part-*', files: 'together', marker: 'DONE' });
    await put('part-1.csv', 'id,email\n1,ana@example.com\n', 40);
    await put('part-2.csv', 'email,id\nbo@example.com,2\n', 40);
    expect(await run(model)).toMatchObject({ rows: 0, filesWaiting: 2 });
    await put('DONE', '');
    expect(await run(model)).toMatchObject({ rows: 2, new: 2, file: 'part-*' });
    expect(await people()).toBe('1 ana@example.com, 2 bo@example.com');
    expect(await run(model)).toMatchObject({ rows: 0, file: null });
    await put('part-2.csv', 'email,id\nbo.new@example.com,2\n', 20);
    expect(rowsOf(await run(model))).toBe('0 1 0 1');
    await unlink(join(there, 'part-1.csv'));
    expect(rowsOf(await run(model))).toBe('0 0 1 1');
    await put('part-3.csv', 'id,phone\n3,0171 3920012\n', 20);
    expect(await failure(model)).toMatch(/^IMPORT_HEADER_INVALID part-3\.csv/);
    expect(await people()).toBe('2 bo.new@example.com');
  });

  it('are shown before a model takes any, and nothing of them stays behind', async () => {
    const model = await modelOf('upsert');
    await put('people.csv', 'id,email\n1,ana@example.com\n', 0);
    const { header, rows } = await previewModel(place.muster, model, target);
    expect([header, rows]).toEqual([['id', 'email'], [['1', 'ana@example.com']]]);
    expect(await readdir(spool)).toEqual([]);
  });
});
