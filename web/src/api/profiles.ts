import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { answered, api } from './client.ts';

export type Profile =
  Paths['/databases/{databaseId}/profiles/{profileId}']['get']['responses'][200]['content']['application/json'];

export type FoundProfile =
  Paths['/databases/{databaseId}/profiles/search']['post']['responses'][200]['content']['application/json']['items'][number];

const PAGE_ROWS = 100;

export interface Search {
  readonly databaseId: string;
  readonly text: string;
  readonly rule: RuleNode | null;
}

export const profileSearch = ({ databaseId, text, rule }: Search) =>
  infiniteQueryOptions({
    queryKey: ['profiles', databaseId, text, rule],
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: { readonly next: string | null }) => next,
    queryFn: ({ pageParam }) =>
      answered(
        api.POST('/databases/{databaseId}/profiles/search', {
          params: { path: { databaseId } },
          body: { text: text === '' ? null : text, rule, cursor: pageParam, limit: PAGE_ROWS },
        }),
      ),
  });

export const profileQuery = (databaseId: string, profileId: string) =>
  queryOptions({
    queryKey: ['profile', databaseId, profileId],
    queryFn: () =>
      answered(
        api.GET('/databases/{databaseId}/profiles/{profileId}', {
          params: { path: { databaseId, profileId } },
        }),
      ),
  });
