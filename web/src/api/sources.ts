import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api, from, type Versioned, versioned } from './client.ts';
import { everyPage } from './every-page.ts';

type Answer<
  P extends keyof Paths,
  M extends keyof Paths[P],
  S extends number,
> = Paths[P][M] extends {
  responses: { [K in S]: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type Source = Answer<'/sources/{sourceId}', 'get', 200>;
export type Model = Answer<'/models/{modelId}', 'get', 200>;
export type ReadModel = Versioned<Model>;
export type ModelRun = Answer<'/model-runs/{modelRunId}', 'get', 200>;
export type Preview = Answer<'/models/preview', 'post', 200>;
export type ModelSchedule = Versioned<Answer<'/models/{modelId}/schedule', 'get', 200>>;
export type FailedRow = Answer<'/models/{modelId}/failed-rows', 'get', 200>['items'][number];
export type ModelEdit = Answer<'/models/{modelId}', 'patch', 200>;
export type TestRecord = Answer<'/models/{modelId}/test', 'post', 200>;

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: () => everyPage((query) => answered(api.GET('/sources', { params: { query } }))),
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => everyPage((query) => answered(api.GET('/models', { params: { query } }))),
});

export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId],
    queryFn: () => versioned(api.GET('/models/{modelId}', { params: { path: { modelId } } })),
  });

export const modelRunsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId, 'runs'],
    queryFn: () =>
      everyPage((query) =>
        answered(api.GET('/models/{modelId}/runs', { params: { path: { modelId }, query } })),
      ),
  });

export const modelScheduleQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId, 'schedule'],
    queryFn: () =>
      versioned(api.GET('/models/{modelId}/schedule', { params: { path: { modelId } } })),
  });

export type NewModelSchedule =
  | { readonly kind: 'by hand' }
  | { readonly kind: 'interval'; readonly every: string }
  | {
      readonly kind: 'calendar';
      readonly times: string;
      readonly days: string;
      readonly zone: string;
    };

/** @throws ProblemError API_CHANGED when somebody changed it since it was read */
export const setModelSchedule = (modelId: string, etag: string, schedule: NewModelSchedule) =>
  versioned(
    api.PUT('/models/{modelId}/schedule', {
      params: { path: { modelId }, header: from(etag) },
      body: { ...schedule },
    }),
  );

export const failedRowsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId, 'failed rows'],
    queryFn: () =>
      everyPage((query) =>
        answered(
          api.GET('/models/{modelId}/failed-rows', { params: { path: { modelId }, query } }),
        ),
      ),
  });

export const runModel = (modelId: string) =>
  answered(api.POST('/models/{modelId}/runs', { params: { path: { modelId } }, body: {} }));

export const cancelModelRun = (modelId: string) =>
  answered(
    api.POST('/models/{modelId}/cancel', { params: { path: { modelId } }, body: { reason: null } }),
  );

/** Forgets its rows: every one is new at the next run. */
export async function resetModel(modelId: string): Promise<void> {
  await answered(api.POST('/models/{modelId}/reset', { params: { path: { modelId } } }));
}

/** @param integrationId where to send it, to a Meta audience made for it; null: look only */
export const testModel = (modelId: string, integrationId: string | null) =>
  answered(
    api.POST('/models/{modelId}/test', {
      params: { path: { modelId } },
      body: integrationId === null ? {} : { send: { integrationId, keep: true } },
    }),
  );

/**
 * @param dryRun count whom it touches, and change nothing
 * @throws ProblemError API_CHANGED when somebody changed the model since it was read
 */
export const editMapping = (
  { id: modelId, etag }: ReadModel,
  map: string | null,
  dryRun: boolean,
) =>
  versioned(
    api.PATCH('/models/{modelId}', {
      params: { path: { modelId }, header: from(etag) },
      body: { map, dryRun },
    }),
  );

export const previewOf = ({ sourceId, sql, idColumn }: Model, map: string | null) =>
  answered(api.POST('/models/preview', { body: { sourceId, sql, idColumn, map } }));

/**
 * An audience of the people of a model, made or connected at Meta at once.
 * @param wish `connect`: the id of a Meta audience; null: one is made
 */
export const giveModelAudience = (
  modelId: string,
  wish: {
    readonly name: string;
    readonly integrationId: string;
    readonly connect: string | null;
  },
) =>
  answered(api.POST('/models/{modelId}/audience', { params: { path: { modelId } }, body: wish }));
