import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import type { Rights } from './people.ts';

export type ApiKey =
  Paths['/keys']['get']['responses'][200]['content']['application/json']['items'][number];
export type WriteKey =
  Paths['/databases/{databaseId}/write-keys']['get']['responses'][200]['content']['application/json']['items'][number];

const ROWS_MAX = 500;

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await answered(api.GET('/keys'))).items,
});

export const writeKeysQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['write keys', databaseId],
    queryFn: async () =>
      (
        await answered(
          api.GET('/databases/{databaseId}/write-keys', {
            params: { path: { databaseId }, query: { limit: ROWS_MAX } },
          }),
        )
      ).items,
  });

/** `days` null: it never ends. */
export const createKey = (body: Rights & { readonly name: string; readonly days: number | null }) =>
  answered(api.POST('/keys', { body }));

export const revokeKey = (keyId: string) =>
  answered(api.POST('/keys/{keyId}/revoke', { params: { path: { keyId } } }));

/** `days` null: it never ends. */
export const createWriteKey = (
  databaseId: string,
  body: { readonly name: string; readonly days: number | null },
) =>
  answered(
    api.POST('/databases/{databaseId}/write-keys', { params: { path: { databaseId } }, body }),
  );

export const revokeWriteKey = (databaseId: string, writeKeyId: string) =>
  answered(
    api.POST('/databases/{databaseId}/write-keys/{writeKeyId}/revoke', {
      params: { path: { databaseId, writeKeyId } },
    }),
  );
