import type { z } from '@hono/zod-openapi';
import { MusterError } from '#domain/errors/muster-error.ts';
import { isFilesTarget } from '#sources/pick-up/target.ts';
import { checkSql } from '#sources/query.ts';
import type { SourceTarget } from '#sources/target.ts';
import { databaseOf } from '#store/database-of.ts';
import { lastModelRuns, type ModelRun } from '#store/model-runs.ts';
import {
  addModel,
  listModels,
  type Model,
  readModel,
  removeModel,
  setModelEnabled,
  updateModel,
} from '#store/models.ts';
import { giveAudience } from '#sync/model-audience.ts';
import { maskedRows, modelDocument, planDocument, runDocument } from '#sync/model-documents.ts';
import { errorOf, touchedBy } from '#sync/model-runs.ts';
import { previewModel } from '#sync/models.ts';
import { testRecord } from '#sync/test-record.ts';
import * as contract from '../contract/models.ts';
import { answer, type Api, type ApiParts, visibleDatabases } from './api.ts';
import { seenDatabase } from './databases-seen.ts';
import { shownTo } from './masking.ts';
import { offerReplay } from './replay-offer.ts';
import { pageOfAll } from './page.ts';
import { editFrom, tag } from './version.ts';

export function serveModels(api: Api, parts: ApiParts): void {
  serveModelList(api, parts);
  serveMaking(api, parts);
  serveEditing(api, parts);
  serveTrying(api, parts);
}

function serveModelList(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  answer(api, parts, contract.listModels, async ({ query, principal }) => {
    const { databaseIds } = visibleDatabases(principal);
    const last = new Map((await lastModelRuns(store)).map((run) => [run.model, run]));
    const found = (await listModels(store)).filter(
      ({ name, databaseId, sourceId }) =>
        (databaseIds?.includes(databaseId) ?? true) &&
        (query.name === undefined || name === query.name) &&
        (query.databaseId === undefined || String(databaseId) === query.databaseId) &&
        (query.sourceId === undefined || String(sourceId) === query.sourceId),
    );
    return pageOfAll(
      found.map((model) => describe(model, last.get(model.name))),
      query,
    );
  });

  answer(api, parts, contract.getModel, async ({ params }, context) => {
    const model = await readModel(store, Number(params.modelId));
    return tag(context, editable(model), await documentOf(parts, model));
  });
}

function serveMaking(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.previewModel, async ({ body, principal }) => {
    const { sourceId, sql, idColumn, map } = body;
    const target = await muster.openSource(Number(sourceId));
    const wish = { sql: checkedSql(sql, target), idColumn, map };
    const looked = await previewModel(muster, wish, target);
    const { mapped, traits, ignored, hints } = planDocument(looked);
    return {
      columns: looked.header,
      idColumn: looked.header[looked.plan.idColumn] ?? '',
      ...{ mapped, traits, ignored },
      hints: hints.map(({ column, key }) => ({ column, key })),
      rows: principal.personalData ? looked.rows : maskedRows(looked),
      masked: !principal.personalData,
    };
  });

  answer(api, parts, contract.createModel, async ({ body, principal }) => {
    const databaseId = await seenDatabase(store, principal, body.databaseId);
    const { name, sourceId, idColumn, map, mode } = body;
    const target = await muster.openSource(Number(sourceId));
    const wish = { sql: checkedSql(body.sql, target), idColumn, map };
    // Run once, so that a query that cannot work is never kept.
    await previewModel(muster, wish, target);
    const made = await store.tx((tx) =>
      addModel(tx, {
        ...{ ...wish, name, sourceId: Number(sourceId), databaseId, mode, enabled: true },
      }),
    );
    return await documentOf(parts, made);
  });

  answer(api, parts, contract.duplicateModel, async ({ params }) => {
    const model = await readModel(store, Number(params.modelId));
    const name = `${model.name} (Copy)`;
    const copy = await store.tx((tx) => addModel(tx, { ...model, name, enabled: false }));
    return await documentOf(parts, copy);
  });
}

function serveEditing(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.editModel, async ({ params, headers, body }, context) => {
    const id = Number(params.modelId);
    const look = async () => editable(await readModel(store, id));
    const seen = { ifMatch: headers['if-match'], look };
    const done = await editFrom(store, `model ${id}`, seen, () => change(id, body));
    return tag(context, await look(), done);
  });

  async function change(modelId: number, body: z.output<typeof contract.wish>) {
    const model = await readModel(store, modelId);
    const { sql, map, mode, enabled, dryRun } = body;
    const isRead = [sql, map, mode].some((one) => one !== undefined);
    const wished: Model = {
      ...model,
      ...(map === undefined ? {} : { map: map?.trim() === '' ? null : map }),
      ...(mode === undefined ? {} : { mode }),
    };
    if (!isRead) {
      if (enabled !== undefined && !dryRun) await setModelEnabled(store, model.id, enabled);
      return await edited(parts, model.id, { changed: !dryRun, touches: null });
    }
    const target = await muster.openSource(model.sourceId);
    const changed = sql === undefined ? wished : { ...wished, sql: checkedSql(sql, target) };
    await previewModel(muster, changed, target);
    const touches = await touchedBy(muster, changed, () => {});
    if (!dryRun) {
      await updateModel(store, changed);
      if (enabled !== undefined) await setModelEnabled(store, model.id, enabled);
    }
    return await edited(parts, model.id, { changed: !dryRun, touches });
  }

  answer(api, parts, contract.removeModel, async ({ params }) => {
    await removeModel(store, Number(params.modelId));
    return null;
  });
}

/** What an edit changes. */
function editable({ sql, map, mode, enabled }: Model) {
  return { sql, map, mode, enabled };
}

async function edited(
  parts: ApiParts,
  modelId: number,
  done: { readonly changed: boolean; readonly touches: Parameters<typeof touchesOf>[0] | null },
) {
  const { changed, touches } = done;
  const { store } = parts.muster;
  const { profiles } = touches ?? { profiles: { created: 0, updated: 0, deleted: 0 } };
  const model = await readModel(store, modelId);
  const resync = changed && profiles.created + profiles.updated + profiles.deleted > 0;
  return {
    model: await documentOf(parts, model),
    changed,
    touches: touches === null ? null : touchesOf(touches),
    resync,
    replay: resync ? await offerReplay(store, model.databaseId) : null,
  };
}

function touchesOf(counts: Awaited<ReturnType<typeof touchedBy>>) {
  return { ...counts, unusable: { ...counts.unusable } };
}

function serveTrying(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.testModel, async ({ params, body, databaseId, principal }) => {
    const model = await readModel(store, Number(params.modelId));
    const { externalId: person, send } = body;
    if (send !== null) await refuseForeignIntegration(parts, send.integrationId, databaseId);
    const record = await testRecord(muster, model, {
      person,
      send: send === null ? null : { ...send, integrationId: Number(send.integrationId) },
    });
    return { ...record, externalId: shownTo(principal)(record.externalId) };
  });

  answer(api, parts, contract.giveModelAudience, async ({ params, body, databaseId }) => {
    const model = await readModel(store, Number(params.modelId));
    await refuseForeignIntegration(parts, body.integrationId, databaseId);
    const { name, connect } = body;
    const wish = { name, connect, integrationId: Number(body.integrationId) };
    const { audience, metaAudienceId, operation, trait } = await giveAudience(muster, model, wish);
    return { audience, metaAudienceId, operation, trait };
  });
}

/** An integration belongs to one database: another one's is not there. */
async function refuseForeignIntegration(
  { muster }: ApiParts,
  integrationId: string,
  databaseId: number,
): Promise<void> {
  if ((await databaseOf(muster.store, 'integration', integrationId)) !== databaseId) {
    throw new MusterError('API_NOT_FOUND', `integration ${integrationId}`);
  }
}

/** Of files all columns and rows are read. @throws MusterError USAGE, MODEL_SQL_INVALID */
function checkedSql(sql: string, target: SourceTarget): string {
  if (!isFilesTarget(target)) return checkSql(sql);
  if (sql.trim() !== '') throw new MusterError('USAGE', 'a source of files takes no SQL');
  return '';
}

async function documentOf({ muster }: ApiParts, model: Model) {
  const last = await lastModelRuns(muster.store);
  return describe(
    model,
    last.find((run) => run.model === model.name),
  );
}

function describe(model: Model, last: ModelRun | undefined) {
  const { id, databaseId, sourceId, idColumn } = model;
  const { id: _, ...named } = modelDocument(model);
  return {
    ...named,
    ...{ id: String(id), databaseId: String(databaseId), sourceId: String(sourceId), idColumn },
    lastRun: last === undefined ? null : runOf(last),
  };
}

/** A run as the API gives it. */
export function runOf(run: ModelRun) {
  const { errorCode: _, errorMeasured: __, ...document } = runDocument(run);
  const error = run.state === 'failed' ? errorOf(run) : null;
  const { counts } = run;
  return {
    ...document,
    counts: counts === null ? null : { ...counts, unusable: { ...counts.unusable } },
    error: error === null ? null : { code: error.code, message: error.message, next: error.next },
  };
}
