import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Trait =
  Paths['/databases/{databaseId}/traits']['get']['responses'][200]['content']['application/json']['items'][number];

const ROWS_MAX = 500;

/** Those that are worked out from events. */
export const computedTraitsQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['traits', databaseId],
    queryFn: async () => {
      const params = { path: { databaseId }, query: { limit: ROWS_MAX } };
      const { items } = await answered(api.GET('/databases/{databaseId}/traits', { params }));
      return items.filter(({ computed }) => computed !== null);
    },
  });

export const traitFunctions = [
  ...(['count', 'sum', 'average', 'first', 'last', 'most_frequent'] as const),
] as const;

export interface NewTrait {
  readonly name: string;
  readonly event: string;
  readonly function: (typeof traitFunctions)[number];
  readonly property: string | null;
  readonly days: number | null;
  readonly as: string | null;
}

export const computeTrait = (databaseId: string, trait: NewTrait) =>
  answered(
    api.POST('/databases/{databaseId}/traits', {
      params: { path: { databaseId } },
      body: { ...trait },
    }),
  );

export const removeTrait = (databaseId: string, name: string) =>
  answered(
    api.POST('/databases/{databaseId}/traits/remove', {
      params: { path: { databaseId } },
      body: { name },
    }),
  );
