import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api, from, type Versioned, versioned } from './client.ts';

export type Approval =
  Paths['/runs/{runId}/approval']['get']['responses'][200]['content']['application/json'];
export type Limits = Versioned<
  Paths['/databases/{databaseId}/settings']['get']['responses'][200]['content']['application/json']['approval']
>;

/** What a run asks a second person. */
export const approvalQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', runId, 'approval'],
    queryFn: () => answered(api.GET('/runs/{runId}/approval', { params: { path: { runId } } })),
  });

export const approveRun = (runId: string, note: string | null) =>
  answered(api.POST('/runs/{runId}/approve', { params: { path: { runId } }, body: { note } }));
export const refuseRun = (runId: string, note: string | null) =>
  answered(api.POST('/runs/{runId}/refuse', { params: { path: { runId } }, body: { note } }));

/** From when on a second person is asked. */
export const limitsQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['databases', databaseId, 'approval'],
    queryFn: async () => {
      const asked = api.GET('/databases/{databaseId}/settings', {
        params: { path: { databaseId } },
      });
      const { approval, etag } = await versioned(asked);
      return { ...approval, etag };
    },
  });

/** @throws ProblemError API_CHANGED when somebody changed the settings since they were read */
export const setLimits = (databaseId: string, { etag, ...approval }: Limits) =>
  versioned(
    api.PATCH('/databases/{databaseId}/settings', {
      params: { path: { databaseId }, header: from(etag) },
      body: { approval },
    }),
  );
