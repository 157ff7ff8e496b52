import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { everyPage } from './every-page.ts';

export type Audience =
  Paths['/audiences/{audienceId}']['get']['responses'][200]['content']['application/json'];

/** Every audience that may be seen: there are hundreds, not millions. */
export const audiencesQuery = queryOptions({
  queryKey: ['audiences'],
  queryFn: () => everyPage((query) => answered(api.GET('/audiences', { params: { query } }))),
});

/** The one that is called so, or none. */
export const audienceNamedQuery = (name: string) =>
  queryOptions({
    queryKey: ['audiences', 'named', name],
    queryFn: async () =>
      (await answered(api.GET('/audiences', { params: { query: { name } } }))).items[0] ?? null,
  });

export const audienceQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['audiences', audienceId],
    queryFn: () =>
      answered(api.GET('/audiences/{audienceId}', { params: { path: { audienceId } } })),
  });
