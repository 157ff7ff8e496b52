import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

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
export type ModelRun = Answer<'/model-runs/{modelRunId}', 'get', 200>;
export type Preview = Answer<'/models/preview', 'post', 200>;
export type TestRecord = Answer<'/models/{modelId}/test', 'post', 200>;

const ROWS_MAX = 500;
const query = { limit: ROWS_MAX };

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: async () => (await answered(api.GET('/sources', { params: { query } }))).items,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async () => (await answered(api.GET('/models', { params: { query } }))).items,
});

export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId],
    queryFn: () => answered(api.GET('/models/{modelId}', { params: { path: { modelId } } })),
  });

export const modelRunsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['models', modelId, 'runs'],
    queryFn: async () =>
      (
        await answered(
          api.GET('/models/{modelId}/runs', { params: { path: { modelId }, query: {} } }),
        )
      ).items,
  });
