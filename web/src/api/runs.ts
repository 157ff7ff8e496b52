import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Run = Paths['/runs/{runId}']['get']['responses'][200]['content']['application/json'];
export type Operation =
  Paths['/runs/{runId}/operations']['get']['responses'][200]['content']['application/json']['items'][number];

const PAGE_ROWS = 500;

/** Of one audience, the newest first, page after page. */
export const runsQuery = (audienceId: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'of', audienceId],
    initialPageParam: '',
    queryFn: ({ pageParam: cursor }) =>
      answered(
        api.GET('/runs', {
          params: { query: { audienceId, limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', runId],
    queryFn: () => answered(api.GET('/runs/{runId}', { params: { path: { runId } } })),
  });

export const operationsQuery = (runId: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', runId, 'operations'],
    initialPageParam: '',
    queryFn: ({ pageParam: cursor }) =>
      answered(
        api.GET('/runs/{runId}/operations', {
          params: {
            path: { runId },
            query: { limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });

export const releaseRun = (runId: string) =>
  answered(api.POST('/runs/{runId}/release', { params: { path: { runId } } }));
export const cancelRun = (runId: string, reason: string | null) =>
  answered(api.POST('/runs/{runId}/cancel', { params: { path: { runId } }, body: { reason } }));
