import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { pagesQuery } from './pages.ts';

export type Run = Paths['/runs/{runId}']['get']['responses'][200]['content']['application/json'];
export type Operation =
  Paths['/runs/{runId}/operations']['get']['responses'][200]['content']['application/json']['items'][number];

/** Of one audience, the newest first, page after page. */
export const runsQuery = (audienceId: string) =>
  pagesQuery(['runs', 'of', audienceId], (wish) =>
    answered(api.GET('/runs', { params: { query: { audienceId, ...wish } } })),
  );

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', runId],
    queryFn: () => answered(api.GET('/runs/{runId}', { params: { path: { runId } } })),
  });

export const operationsQuery = (runId: string) =>
  pagesQuery(['runs', runId, 'operations'], (query) =>
    answered(api.GET('/runs/{runId}/operations', { params: { path: { runId }, query } })),
  );

export const releaseRun = (runId: string) =>
  answered(api.POST('/runs/{runId}/release', { params: { path: { runId } } }));
export const cancelRun = (runId: string, reason: string | null) =>
  answered(api.POST('/runs/{runId}/cancel', { params: { path: { runId } }, body: { reason } }));
