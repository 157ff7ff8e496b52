import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

type Route = Paths['/databases/{databaseId}/settings'];
export type DatabaseSettings = Route['get']['responses'][200]['content']['application/json'];

export interface DatabaseWish {
  /** As it may be written in a file: DE, Germany; absent: as it is. */
  readonly defaultCountry?: string;
  readonly unknownConsent: DatabaseSettings['unknownConsent'];
  /** Null: nobody knows. */
  readonly expectedEveryMinutes: number | null;
  /** Says how many people it would touch, and changes nothing. */
  readonly dryRun: boolean;
}

export const databaseSettingsQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['database-settings', databaseId],
    queryFn: () =>
      answered(api.GET('/databases/{databaseId}/settings', { params: { path: { databaseId } } })),
  });

export const setDatabaseSettings = (databaseId: string, body: DatabaseWish) =>
  answered(
    api.PATCH('/databases/{databaseId}/settings', {
      params: { path: { databaseId } },
      body: { ...body, normalising: {} },
    }),
  );
