import { z } from '@hono/zod-openapi';
import { ifMatch } from './if-match.ts';
import { modelRun } from './model-reports.ts';
import { inModel } from './models.ts';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const schedule = z.record(z.string(), z.unknown());

const scheduleReport = z
  .object({
    schedule,
    scheduledAt: moment,
    nextRunAt: moment.nullable(),
    failures: z.int(),
    enabled: z.boolean(),
  })
  .openapi('ModelSchedule');

export const getModelSchedule = apiRoute({
  method: 'get',
  path: '/models/{modelId}/schedule',
  operationId: 'getModelSchedule',
  summary: 'When a model is read',
  tag: 'models',
  access: { role: 'viewer', database: 'model' },
  request: { params: inModel },
  responses: { 200: { description: 'Its schedule', content: json(scheduleReport) } },
});

export const setModelSchedule = apiRoute({
  method: 'put',
  path: '/models/{modelId}/schedule',
  operationId: 'setModelSchedule',
  summary: 'Say when a model is read: by hand, every so often, or by a calendar',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    headers: ifMatch,
    body: {
      required: true,
      content: json(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('by hand') }),
          z.object({
            kind: z.literal('interval'),
            every: z.string().openapi({ description: '15m, 30m, 1h … 12h or 1d' }),
          }),
          z.object({
            kind: z.literal('calendar'),
            times: z.string().openapi({ description: '08:30,17:00' }),
            days: z
              .string()
              .optional()
              .openapi({ description: 'mon,wed,fri; otherwise every day' }),
            zone: z.string().default('UTC').openapi({ description: 'Europe/Berlin' }),
          }),
        ]),
      ),
    },
  },
  responses: { 200: { description: 'Its schedule', content: json(scheduleReport) } },
});

export const syncModel = apiRoute({
  method: 'post',
  path: '/models/{modelId}/runs',
  operationId: 'syncModel',
  summary: 'Read a model now: asks for a run, which a worker of `muster serve` does',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    body: {
      required: true,
      content: json(
        z.object({
          allowEmpty: z.boolean().default(false).openapi({
            description: 'Take an answer without rows for the truth: everybody of it is gone',
          }),
        }),
      ),
    },
  },
  responses: { 202: { description: 'The run', content: json(modelRun) } },
});

export const skipFile = apiRoute({
  method: 'post',
  path: '/models/{modelId}/skip-file',
  operationId: 'skipFile',
  summary: 'Pass over the picked-up file that cannot be taken, so that those after it go on',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: { params: inModel },
  responses: {
    200: { description: 'Which it was', content: json(z.object({ file: z.string() })) },
  },
});

const newestFirst = pageQuery('queuedAt').extend({
  sort: z.enum(['-queuedAt', 'queuedAt']).default('-queuedAt'),
});

export const listModelRuns = apiRoute({
  method: 'get',
  path: '/models/{modelId}/runs',
  operationId: 'listModelRuns',
  summary: 'Runs of a model, the newest first',
  tag: 'models',
  access: { role: 'viewer', database: 'model' },
  request: { params: inModel, query: newestFirst },
  responses: { 200: { description: 'A page of runs', content: json(pageOf(modelRun)) } },
});

const failedRow = z.object({
  externalId: z.string().nullable(),
  rowNumber: z.int(),
  reason: z.string(),
});

export const getModelRun = apiRoute({
  method: 'get',
  path: '/model-runs/{modelRunId}',
  operationId: 'getModelRun',
  summary: 'One run of a model, with the first rows that failed',
  tag: 'models',
  access: { role: 'viewer', database: 'modelRun' },
  request: { params: z.object({ modelRunId: id }) },
  responses: {
    200: {
      description: 'The run',
      content: json(modelRun.extend({ failedRows: z.array(failedRow) })),
    },
  },
});

export const cancelModel = apiRoute({
  method: 'post',
  path: '/models/{modelId}/cancel',
  operationId: 'cancelModel',
  summary: 'End the run that waits or is under way; nothing of it is taken over',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: {
    params: inModel,
    body: {
      required: true,
      content: json(z.object({ reason: z.string().max(1_000).nullable().default(null) })),
    },
  },
  responses: {
    200: {
      description: 'What became of the run',
      content: json(z.object({ runId: id, state: z.enum(['cancelled', 'cancelling']) })),
    },
  },
});

export const resetModel = apiRoute({
  method: 'post',
  path: '/models/{modelId}/reset',
  operationId: 'resetModel',
  summary: 'Forget the rows of a model: every one is new at the next run',
  tag: 'models',
  access: { role: 'editor', database: 'model' },
  request: { params: inModel },
  responses: { 204: { description: 'Forgotten' } },
});

export const listFailedRows = apiRoute({
  method: 'get',
  path: '/models/{modelId}/failed-rows',
  operationId: 'listFailedRows',
  summary: 'Rows that could not be taken, with the reason; every run tries them again',
  tag: 'models',
  access: { role: 'viewer', database: 'model' },
  request: { params: inModel, query: pageQuery('rowNumber') },
  responses: {
    200: {
      description: 'A page of rows',
      content: json(pageOf(failedRow.extend({ id: z.string() }))),
    },
  },
});
