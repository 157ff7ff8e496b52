import {
  cancelModel,
  changeModelSchedule,
  type ModelScheduleReport,
  showModelSchedule,
} from '#jobs/model-runs.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  calendarSchedule,
  intervalSchedule,
  readZone,
  type Schedule,
} from '#schedules/schedule.ts';
import { requestModelRun } from '#store/model-queue.ts';
import { type FailedRow, listFailedRows, listModelRuns, readModelRun } from '#store/model-runs.ts';
import { findModel, readModel } from '#store/models.ts';
import { failedRowDocument } from '#sync/model-documents.ts';
import { forgetRows, skipFile } from '#sync/model-runs.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/model-runs.ts';
import { answer, type Api, type ApiContext, type ApiParts } from './api.ts';
import { shownTo } from './masking.ts';
import { runOf } from './models.ts';
import { pageOfAll } from './page.ts';
import { editFrom, tag } from './version.ts';

/** So many runs back one can look. */
const RUNS_SHOWN = 1_000;
const FAILED_SHOWN = 10;

export function serveModelRuns(api: Api, parts: ApiParts): void {
  serveSchedules(api, parts);
  serveRuns(api, parts);
}

function serveSchedules(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;
  const given = (context: ApiContext, report: ModelScheduleReport) =>
    tag(context, report.schedule, scheduleDocument(report));

  answer(api, parts, contract.getModelSchedule, async ({ params }, context) => {
    const { name } = await readModel(store, Number(params.modelId));
    return given(context, await showModelSchedule(muster, name));
  });

  answer(api, parts, contract.setModelSchedule, async ({ params, headers, body }, context) => {
    const { id, name } = await readModel(store, Number(params.modelId));
    const look = async () => (await showModelSchedule(muster, name)).schedule;
    const seen = { ifMatch: headers['if-match'], look };
    const done = await editFrom(store, `model schedule ${id}`, seen, () =>
      changeModelSchedule(muster, name, scheduleOf(body)),
    );
    return given(context, done);
  });
}

type ScheduleWish =
  | { readonly kind: 'by hand' }
  | { readonly kind: 'interval'; readonly every: string }
  | {
      readonly kind: 'calendar';
      readonly times: string;
      readonly days?: string | undefined;
      readonly zone: string;
    };

function scheduleOf(wish: ScheduleWish): Schedule {
  if (wish.kind === 'by hand') return wish;
  if (wish.kind === 'interval') return intervalSchedule(wish.every);
  return calendarSchedule({ days: wish.days, times: wish.times, zone: readZone(wish.zone) });
}

function scheduleDocument({ model: _, schedule, ...rest }: ModelScheduleReport) {
  return { ...rest, schedule: { ...schedule } };
}

function serveRuns(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.syncModel, async ({ params, body }) => {
    const model = await readModel(store, Number(params.modelId));
    if (!model.enabled) throw new MusterError('MODEL_DISABLED', `“${model.name}”`);
    const { allowEmpty } = body;
    const id = await requestModelRun(store, { modelId: model.id, trigger: 'manual', allowEmpty });
    return runOf(await readModelRun(store, id));
  });

  answer(api, parts, contract.listModelRuns, async ({ params, query }) => {
    const { name } = await readModel(store, Number(params.modelId));
    return pageOfAll((await listModelRuns(store, name, RUNS_SHOWN)).map(runOf), query);
  });

  answer(api, parts, contract.getModelRun, async ({ params, principal }) => {
    const run = await readModelRun(store, params.modelRunId);
    const { id: modelId } = await findModel(store, run.model);
    // Failed rows are kept for the last run that read them: later ones have newer versions.
    const failed = (await listFailedRows(store, modelId)).filter(({ runId }) => runId === run.id);
    const shown = failed.slice(0, FAILED_SHOWN).map((row) => failedRowOf(row, principal));
    return { ...runOf(run), failedRows: shown };
  });

  answer(api, parts, contract.cancelModel, async ({ params, body }) => {
    const { name } = await readModel(store, Number(params.modelId));
    const { runId, state } = await cancelModel(muster, name, body.reason);
    return { runId, state };
  });

  answer(api, parts, contract.resetModel, async ({ params }) => {
    await forgetRows(muster, await readModel(store, Number(params.modelId)));
    return null;
  });

  answer(api, parts, contract.skipFile, async ({ params }) => ({
    file: await skipFile(muster, await readModel(store, Number(params.modelId))),
  }));

  answer(api, parts, contract.listFailedRows, async ({ params, query, principal }) => {
    const rows = await listFailedRows(store, Number(params.modelId));
    const items = rows.map((row) => ({
      id: String(row.rowNumber),
      ...failedRowOf(row, principal),
    }));
    return pageOfAll(items, query);
  });
}

function failedRowOf(row: FailedRow, principal: Principal) {
  const { externalId, ...rest } = failedRowDocument(row);
  return { externalId: shownTo(principal)(externalId), ...rest };
}
