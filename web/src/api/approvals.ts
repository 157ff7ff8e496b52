import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Approval =
  Paths['/runs/{runId}/approval']['get']['responses'][200]['content']['application/json'];
export type Limits =
  Paths['/databases/{databaseId}/settings']['get']['responses'][200]['content']['application/json']['approval'];

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
    queryFn: async () =>
      (
        await answered(
          api.GET('/databases/{databaseId}/settings', { params: { path: { databaseId } } }),
        )
      ).approval,
  });

export const setLimits = (databaseId: string, approval: Limits) =>
  answered(
    api.PATCH('/databases/{databaseId}/settings', {
      params: { path: { databaseId } },
      body: { approval },
    }),
  );
