import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { answered, api } from './client.ts';
import { pagesQuery } from './pages.ts';

export type Profile =
  Paths['/databases/{databaseId}/profiles/{profileId}']['get']['responses'][200]['content']['application/json'];

export type FoundProfile =
  Paths['/databases/{databaseId}/profiles/search']['post']['responses'][200]['content']['application/json']['items'][number];

export interface Search {
  readonly databaseId: string;
  readonly text: string;
  readonly rule: RuleNode | null;
}

export const profileSearch = ({ databaseId, text, rule }: Search) =>
  pagesQuery(['profiles', databaseId, text, rule], ({ limit, cursor = null }) =>
    answered(
      api.POST('/databases/{databaseId}/profiles/search', {
        params: { path: { databaseId } },
        body: { text: text === '' ? null : text, rule, cursor, limit },
      }),
    ),
  );

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
