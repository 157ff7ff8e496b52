import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { pagesQuery } from './pages.ts';

type Json<P extends keyof Paths, M extends keyof Paths[P]> = Paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer T } } };
}
  ? T
  : never;

export type Member = Json<'/audiences/{audienceId}/members', 'get'>['items'][number];
export type Why = Json<'/audiences/{audienceId}/why', 'post'>;
export type SyncDetails = Json<'/audiences/{audienceId}/details', 'get'>;

export const membersQuery = (audienceId: string) =>
  pagesQuery(['audiences', audienceId, 'members'], (query) =>
    answered(
      api.GET('/audiences/{audienceId}/members', { params: { path: { audienceId }, query } }),
    ),
  );

export const detailsQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'details'],
    queryFn: () =>
      answered(api.GET('/audiences/{audienceId}/details', { params: { path: { audienceId } } })),
  });

/** @param isFresh ask Meta now, and not what it said last */
export const readLinked = (audienceId: string, isFresh: boolean) =>
  answered(
    api.GET('/audiences/{audienceId}/linked', {
      params: { path: { audienceId }, query: { refresh: isFresh ? 'true' : 'false' } },
    }),
  );

export const linkedQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId, 'linked'],
    queryFn: () => readLinked(audienceId, false),
  });

export const askWhy = (audienceId: string, externalId: string) =>
  answered(
    api.POST('/audiences/{audienceId}/why', {
      params: { path: { audienceId } },
      body: { externalId },
    }),
  );

/** Where all members can be had as a file. */
export const membersFile = (audienceId: string): string =>
  new URL(`api/v1/audiences/${audienceId}/members/export?format=csv`, document.baseURI).href;
